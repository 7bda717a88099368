import fc from 'fast-check';
import type { StoredEvent } from '../../../src/domain/contracts.ts';
import { type Batch, RelayWindow } from '../../../src/output/relay-window.ts';

const event = (sequence: number): StoredEvent => ({ sequence, id: String(sequence), type: 't', slot: 1, json: '{}' });
const events = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => event(from + i));

describe('the relay window', () => {
  test('confirms through a batch only when every batch before it is done', () => {
    const window = new RelayWindow(0);
    const first = window.open(events(1, 4), 3);
    const second = window.open(events(4, 6), 5);
    expect(window.inFlight).toBe(5);
    expect(window.close(second)).toBe(0);
    expect(window.close(first)).toBe(5);
    expect(window.inFlight).toBe(0);
  });

  test('after a failure reads again from behind what is confirmed and leaves out what was', () => {
    const window = new RelayWindow(0);
    const first = window.open(events(1, 4), 3);
    const second = window.open(events(4, 6), 5);
    for (const sequence of [2, 4, 5]) window.confirmed(sequence);
    window.fail(first);
    expect(window.mustRewind).toBe(false);
    window.close(second);
    expect(window.mustRewind).toBe(true);
    window.rewind(0);
    expect(window.readThrough).toBe(0);
    expect(window.open(events(1, 6), 5).events.map(({ sequence }) => sequence)).toEqual([1, 3]);
  });

  test('what the broker confirms in any order, failing now and then, is confirmed in order and never before it is true', () => {
    const step = fc.record({ open: fc.nat(4), settle: fc.nat(20), fail: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const window = new RelayWindow(0);
        const delivered = new Set<number>();
        const batches: Batch[] = [];
        let confirmed = 0;
        for (const { open, settle, fail } of steps) {
          if (window.mustRewind) window.rewind(confirmed);
          if (!window.hasFailed && open > 0) {
            const from = window.readThrough + 1;
            batches.push(window.open(events(from, from + open), from + open - 1));
          }
          const batch = batches.splice(settle % Math.max(1, batches.length), 1)[0];
          if (batch === undefined) continue;
          if (fail) {
            window.fail(batch);
            continue;
          }
          for (const { sequence } of batch.events) {
            expect(delivered.has(sequence)).toBe(false);
            delivered.add(sequence);
            window.confirmed(sequence);
          }
          const through = window.close(batch);
          if (!window.hasFailed || through > confirmed) confirmed = Math.max(confirmed, through);
          for (let sequence = 1; sequence <= confirmed; sequence++) expect(delivered.has(sequence)).toBe(true);
        }
      }),
    );
  });
});
