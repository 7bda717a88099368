import { FaultInjector } from '../../../../src/simulator/faults/fault-injector.ts';
import { parseFaultScript } from '../../../../src/simulator/faults/fault-script.ts';
import { type SimulatedUpdate, slotUpdate } from '../../../../src/simulator/simulated-update.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

function play(script: object, slots: number): { readonly ended: number[]; readonly published: SimulatedUpdate[] } {
  const published: SimulatedUpdate[] = [];
  const ended: number[] = [];
  let slot = 0;
  const server = {
    subscribers: [{ end: () => ended.push(slot) }] as never[],
    disconnectAll: () => undefined,
    publish: (update: SimulatedUpdate) => void published.push(update),
    ready: () => Promise.resolve(),
  };
  const injector = new FaultInjector(server, parseFaultScript(script), new FakeClock());
  for (slot = 0; slot < slots; slot++) {
    injector.publish(slotUpdate(5000 + slot, null, 'firstShredReceived'));
    injector.publish(slotUpdate(5000 + slot, 4999 + slot, 'finalized'));
  }
  return { ended, published };
}

describe('the fault injector', () => {
  test('opens a window at its slot, counted from the first one published, and every so often again', () => {
    expect(play({ faults: [{ kind: 'clean-end', at: 3 }] }, 10).ended).toEqual([3]);
    expect(play({ faults: [{ kind: 'clean-end', at: 3, slots: 1, every: 3 }] }, 11).ended).toEqual([3, 6, 9]);
  });

  test('changes the chain only while a window is open', () => {
    const { published } = play({ faults: [{ kind: 'drop-status', at: 2, slots: 3, share: 1 }] }, 8);
    const finalized = published.filter((update) => update.kind === 'slot' && update.status === 'finalized');
    expect(finalized.map((update) => update.slot - 5000)).toEqual([0, 1, 5, 6, 7]);
  });

  test('passes an update through all open faults, in the order of the script', () => {
    const faults = [
      { kind: 'double-slots', share: 1 },
      { kind: 'null-parents', share: 1 },
    ];
    const { published } = play({ faults }, 1);
    expect(published).toHaveLength(4);
    expect(published.every((update) => update.kind === 'slot' && update.parent === null)).toBe(true);
  });

  test('gives back what a fault held when its window closes', () => {
    const { published } = play({ faults: [{ kind: 'shuffle', depth: 100, at: 0, slots: 5 }] }, 6);
    expect(published).toHaveLength(12);
  });

  test('does by chance the same for the same seed', () => {
    const script = (seed: number) => ({
      seed,
      faults: [{ kind: 'clean-end', at: 1, slots: 1, every: 1, chance: 0.2 }],
    });
    const first = play(script(4), 200).ended;
    expect(play(script(4), 200).ended).toEqual(first);
    expect(play(script(5), 200).ended).not.toEqual(first);
    expect(first.length).toBeGreaterThan(15);
    expect(first.length).toBeLessThan(80);
  });
});
