import { describe, expect, test } from '@jest/globals';
import { type Random, seededRandom } from '../../../../src/lib/random.ts';
import { type SlotMessage, type SlotScript, slotScript } from '../../../support/slot-script.ts';
import { ProgressLog, slotLedger, tell } from '../../../support/slot-tracking.ts';

const GROUPS = ['amm', 'curve'];
const FIRST = 1_000;

function script(seed: number, slots = 160): SlotScript {
  const options = {
    first: FIRST,
    slots,
    groups: GROUPS,
    skipRate: 0.1,
    forkRate: 0.1,
    maxForkDepth: 32,
    dropFinalizedRate: 0.05,
  };
  return slotScript(options, seededRandom(seed));
}

/** One stream that hears everything, asked from the first slot. */
function hear(messages: readonly SlotMessage[]): { log: ProgressLog; states: string[]; checkpoint: number | null } {
  const ledger = slotLedger({ groupNames: GROUPS, checkpoint: FIRST });
  const log = new ProgressLog();
  ledger.opened('a', GROUPS, FIRST);
  for (const message of messages) {
    tell(ledger, 'a', message);
    log.take(ledger);
  }
  const states = Array.from({ length: 160 }, (_, i) => ledger.stateOf(FIRST + i));
  return { log, states, checkpoint: ledger.checkpoint };
}

describe('slot ledger on random fork trees', () => {
  test('1,000 trees: what is confirmed is the canonical chain exactly, each dead slot is told once', () => {
    for (let seed = 0; seed < 1_000; seed++) {
      const tree = script(seed);
      const { log, checkpoint } = hear(tree.messages);
      const emitted = new Set(tree.messages.flatMap((message) => (message.type === 'data' ? [message.slot] : [])));
      const told = new Set([...emitted].filter((slot) => !log.dead.includes(slot)));
      expect([seed, log.confirmed.filter((slot) => slot >= FIRST)]).toEqual([seed, tree.canonical]);
      expect([seed, [...told].sort((a, b) => a - b)]).toEqual([seed, tree.canonical]);
      expect([seed, new Set(log.dead).size]).toEqual([seed, log.dead.length]);
      expect([seed, log.gapsOpened]).toEqual([seed, []]);
      const last = tree.canonical.at(-1) as number;
      expect([seed, checkpoint]).toEqual([seed, last - 1]);
    }
  });

  test('any shuffle and duplication within three slots ends in the same state', () => {
    for (let seed = 0; seed < 200; seed++) {
      const tree = script(seed);
      const random = seededRandom(seed + 1_000_000);
      const straight = hear(tree.messages);
      const mixed = hear(shuffle(tree.messages, random));
      expect([seed, mixed.states]).toEqual([seed, straight.states]);
      expect([seed, mixed.checkpoint]).toEqual([seed, straight.checkpoint]);
      // A parent link that comes very late may cost a gap, which the link then closes.
      expect([seed, ranges(mixed.log.gapsClosed)]).toEqual([seed, ranges(mixed.log.gapsOpened)]);
      expect([seed, ascending(mixed.log.confirmed)]).toEqual([seed, ascending(straight.log.confirmed)]);
      expect([seed, ascending(mixed.log.finalized)]).toEqual([seed, ascending(straight.log.finalized)]);
      expect([seed, ascending(mixed.log.dead)]).toEqual([seed, ascending(straight.log.dead)]);
    }
  });
});

/** Moves each message by up to about three slots' worth of messages and says one in ten twice. */
function shuffle(messages: readonly SlotMessage[], random: Random): SlotMessage[] {
  return messages
    .flatMap((message) => (random() < 0.1 ? [message, message] : [message]))
    .map((message, index) => ({ message, key: index + random() * 24 }))
    .sort((a, b) => a.key - b.key)
    .map(({ message }) => message);
}

function ranges(gaps: readonly { readonly from: number; readonly to: number }[]): string[] {
  return gaps.map(({ from, to }) => `${from}-${to}`).sort();
}

function ascending(slots: readonly number[]): number[] {
  return [...slots].sort((a, b) => a - b);
}
