import { describe, expect, test } from '@jest/globals';
import type { SourceItem } from '../../../src/domain/update.ts';
import { readBlockMeta } from '../../../src/domain/update-reader.ts';
import { type BlockFetcher, type FilledBlock, GapFiller } from '../../../src/recovery/gap-filler.ts';
import { FILL_CONNECTION } from '../../../src/recovery/slot-ledger.ts';
import type { EngineEvent } from '../../../src/telemetry/event.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { slotLedger } from '../../support/slot-tracking.ts';

/** Blocks by slot, each built on the one before it in the list. */
class Chain implements BlockFetcher {
  readonly slots: readonly number[];
  readonly asked: number[] = [];
  missing = new Set<number>();

  constructor(slots: readonly number[]) {
    this.slots = slots;
  }

  async confirmedSlots(from: number, to: number): Promise<readonly number[]> {
    return this.slots.filter((slot) => from <= slot && slot <= to && !this.missing.has(slot));
  }

  async block(slot: number): Promise<FilledBlock | null> {
    this.asked.push(slot);
    const parent = this.slots[this.slots.indexOf(slot) - 1];
    if (parent === undefined || this.missing.has(slot)) return null;
    const updates = [new Uint8Array([slot % 256])];
    return { slot, parent, blockhash: 'b', parentBlockhash: 'p', blockTime: 5, transactionCount: 1, updates };
  }
}

const gap = { from: 104, to: 110, groups: ['amm'], reason: 'not-delivered', sinceMs: 0, filledBy: null };

function trial(chain: Chain, slotsMax = 100) {
  const clock = new FakeClock();
  const events: EngineEvent[] = [];
  const ledger = slotLedger({ groupNames: ['amm'], checkpoint: 5_000, openGaps: [gap] });
  const options = { connection: FILL_CONNECTION, intervalMs: 1_000, slotsMax, attemptsMax: 2 };
  const openGaps = () => ledger.gaps.list().map((open) => ({ gap: open, missing: ledger.gaps.remaining(open) }));
  const filler = new GapFiller(options, { blocks: chain, openGaps, clock, emit: (event) => events.push(event) });
  return { clock, events, ledger, filler };
}

/** Reads the filler's stream as ingestion does, for a while. */
async function drain(chain: Chain, slotsMax?: number) {
  const { clock, events, ledger, filler } = trial(chain, slotsMax);
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
  for (let i = 0; i < 20; i++) await clock.advance(1_000);
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

  test('a block that is not to be had leaves the rest of the gap open, and is not asked for ever', async () => {
    const chain = new Chain([100, 103, 105, 106, 109, 112]);
    chain.missing.add(109);
    const { ledger, progress, events } = await drain(chain);
    expect(progress.gapsClosed).toEqual([]);
    expect(ledger.gaps.remaining(ledger.gaps.list()[0] ?? gap)).toEqual([{ from: 107, to: 110 }]);
    expect(events.filter(({ type }) => type === 'recovery.fill.failed')).toHaveLength(2);
    expect(chain.asked.length).toBeLessThanOrEqual(6);
  });

  test('a gap larger than the limit is left open', async () => {
    const chain = new Chain([100, 103, 105, 106, 109, 112]);
    const { items } = await drain(chain, 6);
    expect(items).toEqual([]);
  });
});
