import { describe, expect, test } from '@jest/globals';
import { NO_RECALL, openRecall } from '../../../src/composition/recall.ts';
import type { Run } from '../../../src/composition/run.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { Lifecycle } from '../../../src/lib/lifecycle.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function recall(intervalMs: number, durableSlot: number | null) {
  const asked: number[] = [];
  const clock = new FakeClock();
  const { config } = loadConfig({ RECOVERY_RECALL_INTERVAL_MS: String(intervalMs) });
  const blocks = {
    confirmedSlots: async () => [],
    block: async (slot: number) => {
      asked.push(slot);
      return null;
    },
  };
  const lifecycle = new Lifecycle(clock);
  const parts = { config, clock, random: () => 0, emit: () => {} };
  const opened = openRecall(parts, [], blocks, () => durableSlot, lifecycle);
  // The ledger is ahead: it proves slots whose transactions the commitment gate still holds.
  const ledger = { anchor: 10, checkpoint: 200, stateOf: () => 'complete' };
  const run = { ledger: { ledger } } as unknown as Run;
  return { opened, asked, clock, lifecycle, run };
}

describe('the measurement of recall', () => {
  test('an interval of 0 turns it off', () => {
    expect(recall(0, 150).opened).toBe(NO_RECALL);
  });

  test('takes no sample beyond what is durable: a slot is complete before the gate lets its transactions pass', async () => {
    const { opened, asked, clock, lifecycle, run } = recall(1_000, 150);
    opened.start(() => run);
    await clock.advance(2_000);
    expect(asked).toEqual([150, 150]);
    await lifecycle.close(0, AbortSignal.abort());
  });

  test('takes none while nothing is durable', async () => {
    const { opened, asked, clock, lifecycle, run } = recall(1_000, null);
    opened.start(() => run);
    await clock.advance(2_000);
    expect(asked).toEqual([]);
    await lifecycle.close(0, AbortSignal.abort());
  });
});
