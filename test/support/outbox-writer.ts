/**
 * A process that appends to an outbox until it is killed: `node outbox-writer.ts <folder>`. After each durable append it writes the
 * number of the last event to standard output, synchronously, so that what was said before a kill was said.
 */
import { writeSync } from 'node:fs';
import { eventId } from '../../src/domain/domain-event.ts';
import { openTestOutbox, trade, trades } from './output.ts';

const { outbox } = openTestOutbox(process.argv[2] as string);
let next = outbox.lastSequence();
writeSync(1, `open ${next}\n`);
if (next > 0 && outbox.readAfter(next - 1, 1)[0]?.id !== eventId(trade(next - 1)))
  throw new Error('the last event is another');
for (;;) {
  const count = 1 + ((next * 7_919) % 200);
  await outbox.append(trades(next, next + count), { slot: next });
  next += count;
  writeSync(1, `${next}\n`);
}
