import { systemClock } from '../lib/clock.ts';
import { acknowledgeDamage, type DamagedEvent, damagedEvents } from '../output/index.ts';
import { dataFolderOf } from './common.ts';
import type { CommandIo } from './io.ts';
import { readConfig } from './read-config.ts';

const LINES_MAX = 50;

/** `sluice outbox damaged`: the events that were damaged or lost, and with --clear that somebody has looked at them. The engine may run. */
export async function damagedCommand(
  options: { readonly clear: boolean; readonly json: boolean },
  io: CommandIo,
): Promise<number> {
  const folder = dataFolderOf(readConfig(io));
  const events = damagedEvents(folder);
  if (options.clear) acknowledgeDamage(folder, events, systemClock);
  if (options.json) io.out(JSON.stringify({ events, cleared: options.clear }));
  else report(events, options.clear, io);
  return 0;
}

function report(events: readonly DamagedEvent[], isCleared: boolean, io: CommandIo): void {
  for (const event of events.slice(0, LINES_MAX)) io.out(lineOf(event));
  if (events.length > LINES_MAX) io.out(`… and ${events.length - LINES_MAX} more; --json lists them all`);
  if (events.length === 0) io.out('no damaged or lost event waits to be acknowledged');
  else if (isCleared) io.out(`${events.length} acknowledged: they stay set aside, and raise no alert any more`);
  else io.out(`${events.length} may have reached no consumer; --clear acknowledges them`);
}

function lineOf({ sequence, noticedMs, reason, nearSlot, record }: DamagedEvent): string {
  const place = nearSlot === null ? '' : `, near slot ${nearSlot}`;
  const left = record === '' ? '' : `: ${record.slice(0, 200)}`;
  return `event ${sequence} (${reason}, noticed ${new Date(noticedMs).toISOString()}${place})${left}`;
}
