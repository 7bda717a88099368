import { describe, expect, test } from '@jest/globals';
import { beginningOf } from '../../../../src/recovery/slots/beginning.ts';
import { SlotChain } from '../../../../src/recovery/slots/slot-chain.ts';
import { SlotSessions } from '../../../../src/recovery/slots/slot-sessions.ts';

/** One connection whose streams are cut and opened again at the tip. */
class Streams {
  readonly chain = new SlotChain({ windowSlots: 512, tellSkippedThrough: -1, isTakenBack: () => false });
  readonly #sessions = new SlotSessions();

  /** A new stream sees these slots start, one after the other; each but the last is confirmed on it. */
  saw(groups: readonly string[], from: number, to: number): void {
    this.#sessions.close('a', ['amm', 'curve'], () => this.chain.nodes());
    this.#sessions.open('a', groups, null, false, () => this.chain.nodes());
    for (let slot = from; slot <= to; slot++) {
      const node = this.chain.node(slot);
      if (node === undefined) throw new Error(`slot ${slot} has left the window`);
      this.chain.setAlive(node);
      this.chain.setParent(node, slot - 1);
      this.#sessions.see('a', node, true);
      if (slot > from) this.chain.confirm(slot - 1, false);
    }
  }

  beginning(groups: readonly string[]): number | null {
    return beginningOf(groups, this.#sessions, this.chain, false);
  }
}

describe('the beginning of history', () => {
  test('waits for a slot that a cut stream left undecided until that slot is past finality, and no longer', () => {
    const streams = new Streams();
    streams.saw(['amm'], 100, 100);
    streams.saw(['amm'], 110, 165);
    expect(streams.chain.head).toBe(164);
    expect(streams.beginning(['amm'])).toBeNull();
    streams.chain.confirm(165, false);
    expect(streams.beginning(['amm'])).toBe(110);
  });

  test('waits for nothing when the outage after that slot outlasted its finality', () => {
    const streams = new Streams();
    streams.saw(['curve'], 100, 101);
    streams.saw(['amm', 'curve'], 200, 201);
    expect(streams.beginning(['amm', 'curve'])).toBe(200);
  });

  test('still waits for a slot of its own time that is undecided', () => {
    const streams = new Streams();
    streams.saw(['curve'], 100, 101);
    streams.saw(['curve'], 198, 198);
    streams.saw(['amm', 'curve'], 200, 201);
    expect(streams.beginning(['amm', 'curve'])).toBeNull();
  });
});
