import { describe, expect, test } from '@jest/globals';
import type { WholeBlock } from '../../../../src/domain/whole-block.ts';
import { RecallSampler } from '../../../../src/recovery/gaps/recall-sampler.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const block: WholeBlock = {
  slot: 95,
  parent: 94,
  blockhash: '',
  parentBlockhash: '',
  blockTime: null,
  transactionCount: 4,
  updates: [1, 2, 3, 4].map((byte) => new Uint8Array([byte])),
};

function sampler(seen: readonly number[], isComplete = true, fail = false) {
  const asked: number[] = [];
  const clock = new FakeClock();
  const made = new RecallSampler(
    { intervalMs: 1_000, depthSlots: 10, settleMs: 5_000 },
    {
      blocks: {
        confirmedSlots: async () => [],
        block: async (slot) => {
          asked.push(slot);
          if (fail) throw new Error('down');
          return block;
        },
      },
      through: () => 100,
      isComplete: () => isComplete,
      isFollowed: (update) => update[0] !== 4,
      wasSeen: (update) => seen.includes(update[0] ?? 0),
      clock,
      random: () => 0.5,
      emit: () => {},
    },
  );
  return { made, asked, clock };
}

describe('recall sampler', () => {
  const never = new AbortController().signal;

  test('counts what the subscription asks for and the stream brought', async () => {
    const { made, asked, clock } = sampler([1, 3]);
    const done = made.sample(never);
    await clock.advance(5_000);
    await done;
    expect(asked).toEqual([95]);
    expect(made.stats()).toMatchObject({ samples: 1, expected: 3, seen: 2, recall: 2 / 3, shortSlots: [95] });
  });

  test('what arrives a moment after its slot was called complete was not missed', async () => {
    const seen = [1];
    const { made, clock } = sampler(seen);
    const done = made.sample(never);
    await clock.advance(4_000);
    seen.push(2, 3);
    await clock.advance(1_000);
    await done;
    expect(made.stats()).toMatchObject({ recall: 1, shortSlots: [] });
  });

  test('a slot that was not called complete and a block that is not to be had are no samples', async () => {
    const incomplete = sampler([], false);
    await incomplete.made.sample(never);
    const down = sampler([], true, true);
    await down.made.sample(never);
    expect([incomplete.asked, incomplete.made.stats().samples]).toEqual([[], 0]);
    expect(down.made.stats()).toMatchObject({ samples: 0, recall: null, lastFailure: 'down' });
  });
});
