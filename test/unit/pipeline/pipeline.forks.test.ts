import { describe, expect, test } from '@jest/globals';
import type { RawUpdate, SourceItem } from '../../../src/domain/update.ts';
import { type Random, seededRandom } from '../../../src/lib/random.ts';
import { Pipeline } from '../../../src/pipeline/pipeline.ts';
import { blockMetaUpdate, slotUpdate } from '../../../src/simulator/simulated-update.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { openMemoryOutbox, outboxTables } from '../../support/memory-outbox.ts';
import { ListSource, PIPELINE_OPTIONS, plugs, rawUpdate, transactionUpdate } from '../../support/pipeline-parts.ts';
import { type SlotMessage, type SlotScript, slotScript } from '../../support/slot-script.ts';
import { slotLedger } from '../../support/slot-tracking.ts';

const FIRST = 1_000;
const GROUPS = ['amm', 'curve'];
const OPTIONS = { ...PIPELINE_OPTIONS, queueBatchesMax: 8, batchSizeMin: 64, batchSizeMax: 64 };
const NEVER = new AbortController().signal;

function script(random: Random): SlotScript {
  const shape = { skipRate: 0.1, forkRate: 0.25, maxForkDepth: 8, dropFinalizedRate: 0.05 };
  return slotScript({ first: FIRST, slots: 28, groups: GROUPS, ...shape }, random);
}

const made = new Map<string, RawUpdate>();

/** The trees share most of their messages; each is written once. */
function update(message: SlotMessage): RawUpdate {
  const key = message.type === 'data' ? `${message.slot}/${message.id}` : JSON.stringify(message);
  const known = made.get(key) ?? encoded(message);
  made.set(key, known);
  return known;
}

/** One message as a provider sends it. */
function encoded(message: SlotMessage): RawUpdate {
  if (message.type === 'data') return transactionUpdate({ slot: message.slot, seed: message.id + 1 });
  const { notice } = message;
  if (message.type === 'slot')
    return rawUpdate('slot', slotUpdate(notice.slot, notice.parent, message.notice.status).body);
  const { slot, blockhash, parentBlockhash } = message.notice;
  const meta = { slot, blockhash, parentBlockhash, parent: notice.parent ?? 0, height: 0, blockTime: 1, entries: 0 };
  return rawUpdate('blockMeta', blockMetaUpdate({ ...meta, executedTransactions: 0 }).body);
}

interface Told {
  readonly slot: number;
  readonly id: string;
  readonly type: string;
}

/** Everything the outbox holds after the stream, cut into batches at random places. */
async function play(tree: SlotScript, random: Random): Promise<readonly Told[]> {
  const items: SourceItem[] = [
    { type: 'opened', connection: 'a', groups: GROUPS, fromSlot: FIRST },
    ...tree.messages.map(update),
  ];
  const batches: SourceItem[][] = [];
  for (let at = 0; at < items.length; ) {
    const size = 1 + Math.floor(random() * 48);
    batches.push(items.slice(at, at + size));
    at += size;
  }
  const clock = new FakeClock();
  const database = outboxTables();
  const sink = openMemoryOutbox(database, { holder: 1, clock, emit: () => {}, beforeCommit: () => {} });
  const tracker = slotLedger({ groupNames: GROUPS, checkpoint: FIRST });
  await new Pipeline(OPTIONS, plugs(new ListSource(batches), { sink, tracker, clock })).run(NEVER);
  const told = database.prepare<[], Told>('SELECT slot, id, type FROM events ORDER BY sequence').all();
  database.close();
  return told;
}

describe('the pipeline on random fork trees', () => {
  test('1,000 trees: what stands in the end is the canonical chain exactly, each event of a dead block is taken back once', async () => {
    let retracted = 0;
    for (let seed = 0; seed < 1_000; seed++) {
      const random = seededRandom(seed);
      const tree = script(random);
      const told = await play(tree, random);
      const trades = told.filter(({ type }) => type === 'trade.swap.executed');
      const takenBack = told.filter(({ type }) => type === 'stream.event.retracted').map(({ id }) => id.split(':')[1]);
      const ofTrade = ({ id }: Told) => id.split(':')[0] as string;
      const canonical = new Set(tree.canonical);
      // Each transaction is one trade, and in one block.
      const sent = tree.messages.flatMap((message) =>
        message.type === 'data' && canonical.has(message.slot) ? [message.slot] : [],
      );
      const dead = trades.filter(({ slot }) => !canonical.has(slot));
      const standing = trades.filter((trade) => !takenBack.includes(ofTrade(trade)));
      expect([seed, ascending(standing.map(({ slot }) => slot))]).toEqual([seed, ascending(sent)]);
      expect([seed, [...takenBack].sort()]).toEqual([seed, dead.map(ofTrade).sort()]);
      retracted += takenBack.length;
    }
    expect(retracted).toBeGreaterThan(4_000);
  }, 60_000);
});

const ascending = (slots: readonly number[]): number[] => [...slots].sort((a, b) => a - b);
