import fc from 'fast-check';
import { SignatureWindow } from '../../../src/pipeline/signature-window.ts';
import { signatureOf } from '../../support/pipeline-parts.ts';

describe('the window of seen transactions', () => {
  test('knows a transaction again by signature and slot', () => {
    const window = new SignatureWindow(8);
    expect(window.see(signatureOf(1), 10)).toBe('new');
    expect(window.see(signatureOf(1), 10)).toBe('duplicate');
    expect(window.see(signatureOf(2), 10)).toBe('new');
  });

  test('the same transaction in another slot is news: after a fork that slot may be the one that counts', () => {
    const window = new SignatureWindow(8);
    window.see(signatureOf(1), 10);
    expect(window.see(signatureOf(1), 11)).toBe('other-slot');
    expect(window.see(signatureOf(1), 11)).toBe('duplicate');
    expect(window.see(signatureOf(1), 10)).toBe('duplicate');
  });

  test('one that was forgotten is new again in its slot, and known in another', () => {
    const window = new SignatureWindow(8);
    window.see(signatureOf(1), 10);
    window.forget(signatureOf(1), 10);
    expect(window.see(signatureOf(1), 10)).toBe('new');
    expect(window.see(signatureOf(1), 10)).toBe('duplicate');
    window.forget(signatureOf(1), 11);
    expect(window.see(signatureOf(1), 10)).toBe('duplicate');
  });

  test('signatures that differ in one byte, wherever it is, are two', () => {
    const window = new SignatureWindow(128);
    const base = new Uint8Array(64).fill(5);
    window.see(base, 1);
    for (let position = 0; position < 64; position++) {
      const other = Uint8Array.from(base);
      other[position] = 6;
      expect(window.see(other, 1)).toBe('new');
    }
  });

  test('what is no signature is neither new nor known', () => {
    expect(new SignatureWindow(8).see(new Uint8Array(63), 1)).toBe('not-a-signature');
  });

  test('agrees with a plain list of the last N, whatever comes in', () => {
    const seen = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 3 })), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 }), seen, (capacity, sightings) => {
        const window = new SignatureWindow(capacity);
        const list: string[] = [];
        for (const [seed, slot] of sightings) {
          // Half of the seeds share the first word, so that they meet in one place of the table.
          const signature = signatureOf(seed);
          if (seed % 2 === 0) signature.fill(9, 0, 4);
          const known = list.includes(`${seed}/${slot}`);
          const elsewhere = list.some((entry) => entry.startsWith(`${seed}/`));
          expect(window.see(signature, slot)).toBe(known ? 'duplicate' : elsewhere ? 'other-slot' : 'new');
          if (!known) list.push(`${seed}/${slot}`);
          if (list.length > capacity) list.shift();
          expect(window.size).toBe(list.length);
        }
      }),
    );
  });
});
