import { readFileSync } from 'node:fs';

/**
 * Loaded into an engine before anything else: at SIGUSR2 its wall clock jumps by the milliseconds that the file named by
 * FAULT_CLOCK_FILE holds, as NTP or a resumed machine makes it jump. The monotonic clock stays as it is.
 */
const now = Date.now;
let shiftMs = 0;
Date.now = () => now() + shiftMs;
process.on('SIGUSR2', () => {
  shiftMs = Number(readFileSync(process.env['FAULT_CLOCK_FILE'] ?? '', 'utf8'));
});
