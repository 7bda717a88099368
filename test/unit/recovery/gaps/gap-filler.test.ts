import { describe, expect, test } from '@jest/globals';
import type { Gap } from '../../../../src/domain/slot.ts';
import type { SourceItem } from '../../../../src/domain/update.ts';
import { readBlockMeta } from '../../../../src/domain/update-reader.ts';
import type { WholeBlock } from '../../../../src/domain/whole-block.ts';
import { type BlockFetcher, GapFiller } from '../../../../src/recovery/gaps/gap-filler.ts';
import { FILL_CONNECTION } from '../../../../src/recovery/slots/slot-ledger.ts';
import type { EngineEvent } from '../../../../src/telemetry/event.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { slotLedger } from '../../../support/slot-tracking.ts';

/** Blocks by slot, each built on the one before it in the list. */
class Chain implements BlockFetcher {
  readonly slots: readonly number[];
  readonly asked: number[] = [];
  missing = new Set<number>();
  /** Says no to a question, by the number of questions so far. */
  refuses: (question: number) => boolean = () => false;
  #questions = 0;

  constructor(slots: readonly number[]) {
    this.slots = slots;
  }

  async confirmedSlots(from: number, to: number): Promise<readonly number[]> {
    this.#ask();
    return this.slots.filter((slot) => from <= slot && slot <= to && !this.missing.has(slot));
  }

  async block(slot: number): Promise<WholeBlock | null> {
    this.#ask();
    this.asked.push(slot);
    const parent = this.slots[this.slots.indexOf(slot) - 1];
    if (parent === undefined || this.missing.has(slot)) return null;
    const updates = [new Uint8Array([slot % 256])];
    return { slot, parent, blockhash: 'b', parentBlockhash: 'p', blockTime: 5, transactionCount: 1, updates };
  }

  #ask(): void {
    if (this.refuses(++this.#questions)) throw new Error('not now');
  }
}

const gap: Gap = { from: 104, to: 110, groups: ['amm'], reason: 'not-delivered', sinceMs: 0, filledBy: null };

function trial(chain: BlockFetcher, slotsMax = 100, open: Gap = gap) {
  const clock = new FakeClock();
  const events: EngineEvent[] = [];
  const ledger = slotLedger({ groupNames: ['amm'], checkpoint: 5_000, openGaps: [open] });
  const options = { connection: FILL_CONNECTION, intervalMs: 1_000, backoffMaxMs: 8_000, slotsMax, attemptsMax: 2 };
  const openGaps = () => ledger.gaps.fillable();
  const filler = new GapFiller(options, {
    blocks: chain,
    openGaps,
    clock,
    random: () => 0.99,
    emit: (event) => events.push(event),
  });
  return { clock, events, ledger, filler };
}

/** Reads the filler's stream as ingestion does, for a while. */
async function drain(chain: BlockFetcher, slotsMax?: number, seconds = 20, open?: Gap) {
  const { clock, events, ledger, filler } = trial(chain, slotsMax, open);
  const stop = new AbortController();
  const items: SourceItem[] = [];
  const reading = (async () => {
    for await (const batch of filler.updates(stop.signal)) {
      items.push(...batch);
      for (const item of batch) {
        if (item.type === 'update' && item.kind === 'blockMeta')
          ledger.blockMeta(item.connection, readBlockMeta(item.bytes));
      }
    }
  })();
  for (let i = 0; i < seconds; i++) await clock.advance(1_000);
  stop.abort();
  await reading;
  return { items, events, ledger, progress: ledger.progress() };
}

describe('gap filler', () => {
  test('brings the blocks of a gap in order and proves the slots between them empty', async () => {
    const chain = new Chain([100, 103, 105, 106, 109, 112, 113]);
    const { items, progress, ledger } = await drain(chain);
    expect(chain.asked).toEqual([105, 106, 109, 112]);
    expect(items.map((item) => (item.type === 'update' ? item.kind : item.type))).toEqual(
      Array(4).fill(['slot', 'transaction', 'blockMeta']).flat(),
    );
    expect(progress.gapsClosed).toEqual([{ ...gap, filledBy: 'rpc' }]);
    // What the process before may have emitted for slots that prove empty is taken back.
    expect(progress.dead).toEqual([104, 107, 108, 110, 111]);
    expect(ledger.gaps.list()).toEqual([]);
  });

  test('asks for no block past a gap that ends with one', async () => {
    const chain = new Chain([100, 103, 105, 106, 109, 110, 112]);
    const { progress } = await drain(chain);
    expect(chain.asked).toEqual([105, 106, 109, 110]);
    expect(progress.gapsClosed).toEqual([{ ...gap, filledBy: 'rpc' }]);
  });

  test('a block that is not to be had leaves the rest of the gap open, is told, and asked for ever more slowly', async () => {
    const chain = new Chain([100, 103, 105, 106, 109, 112]);
    chain.missing.add(109);
    const { ledger, progress, events } = await drain(chain, 100, 3_600);
    expect(progress.gapsClosed).toEqual([]);
    expect(ledger.gaps.fillable()[0]?.missing).toEqual([{ from: 107, to: 110 }]);
    expect(events.filter(({ type }) => type === 'recovery.fill.stuck')).toMatchObject([
      { gaps: 1, from: 104, to: 110, reason: expect.stringContaining('slot 112 is built on 109') },
    ]);
    // Once in 8 s at the slowest, and once an interval would have been 3,600 times.
    const failures = events.filter(({ type }) => type === 'recovery.fill.failed').length;
    expect(failures).toBeGreaterThan(300);
    expect(failures).toBeLessThan(500);
  });

  test('an outage of the far side ends nothing: the gap is filled when it is over, and said to be', async () => {
    const chain = new Chain([100, 103, 105, 106, 109, 112]);
    chain.refuses = (question) => question <= 10;
    const { progress, events } = await drain(chain, 100, 120);
    expect(progress.gapsClosed).toEqual([{ ...gap, filledBy: 'rpc' }]);
    const told = events.map(({ type }) => type).filter((type) => /stuck|resumed/.test(type));
    expect(told).toEqual(['recovery.fill.stuck', 'recovery.fill.resumed']);
  });

  test('errors between blocks that come do not add up', async () => {
    const chain = new Chain(Array.from({ length: 70 }, (_, i) => 100 + i));
    chain.refuses = (question) => question % 7 === 0;
    const { progress, events } = await drain(chain, 100, 60, { ...gap, to: 160 });
    expect(progress.gapsClosed).toMatchObject([{ from: 104, to: 160, filledBy: 'rpc' }]);
    expect(events.filter(({ type }) => type === 'recovery.fill.failed').length).toBeGreaterThan(5);
    expect(events.filter(({ type }) => type === 'recovery.fill.stuck')).toEqual([]);
  });

  test('a block that skips the one before it is not taken: one of the two is on another fork, so both are asked anew', async () => {
    const chain = new Chain([100, 103, 105, 106, 109, 112]);
    const block = chain.block.bind(chain);
    let isForked = true;
    chain.block = async (slot) => {
      const found = await block(slot);
      if (found === null || slot !== 109 || !isForked) return found;
      isForked = false;
      return { ...found, parent: 105 };
    };
    const { events, progress } = await drain(chain);
    const failed = events.filter(({ type }) => type === 'recovery.fill.failed');
    expect(failed).toMatchObject([{ slot: 107, reason: expect.stringContaining('109 is built on 105, not on 106') }]);
    expect(progress.gapsClosed).toEqual([{ ...gap, filledBy: 'rpc' }]);
    expect(progress.dead).not.toContain(106);
  });

  test('a gap larger than the limit is left open', async () => {
    const chain = new Chain([100, 103, 105, 106, 109, 112]);
    const { items } = await drain(chain, 6);
    expect(items).toEqual([]);
  });
});
