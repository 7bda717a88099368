import { systemClock } from '../../src/lib/clock.ts';
import { scriptArguments, wholeNumber } from '../harness/script-arguments.ts';
import { createManager, STEADY, startServer } from './pool-world.ts';

/**
 * A reader ten times slower than its server, for minutes: what is not read must wait with the sender and not in our memory.
 * `npm run bench:slow-reader -- [--minutes N] [--transport NAME] [--json]`. The first tenth is warm-up and does not count.
 */
const flags = scriptArguments('npm run bench:slow-reader -- [--minutes N] [--transport NAME] [--json]', {
  minutes: { type: 'string', default: '5' },
  transport: { type: 'string', default: 'grpc-js' },
  json: { type: 'boolean', default: false },
});
const SENT_PER_S = 5_000;
const READ_PER_S = SENT_PER_S / 10;
const TURN_MS = 50;

const lengthMs = wholeNumber('minutes', flags.minutes) * 60_000;
const server = await startServer(STEADY);
const manager = createManager(server.url, true, flags.transport);
const stop = new AbortController();
const startMs = performance.now();
const samplesMb: number[] = [];
let read = 0;
const sampling = setInterval(() => {
  const elapsedMs = performance.now() - startMs;
  if (elapsedMs >= lengthMs) stop.abort();
  else if (elapsedMs >= lengthMs / 10) samplesMb.push(Math.round(process.memoryUsage().rss / 1e6));
}, 1_000);
for await (const batch of manager.updates(null, stop.signal)) {
  read += batch.length;
  // Behind by what was read too early, never ahead.
  const dueMs = (read / READ_PER_S) * 1_000 - (performance.now() - startMs);
  if (dueMs > TURN_MS) await systemClock.sleep(dueMs, stop.signal).catch(() => undefined);
}
clearInterval(sampling);
server.process.disconnect();
const result = {
  minutes: lengthMs / 60_000,
  transport: flags.transport,
  sentPerS: SENT_PER_S,
  readPerS: Math.round((read / lengthMs) * 1_000),
  rssMb: { first: samplesMb[0] ?? 0, last: samplesMb.at(-1) ?? 0, max: Math.max(0, ...samplesMb) },
};
if (flags.json) console.log(JSON.stringify(result));
else console.table({ ...result, rssMb: JSON.stringify(result.rssMb) });
process.exit(0);
