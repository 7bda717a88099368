import { join } from 'node:path';
import { fuzzDecode } from '../../../scripts/harness/decode-fuzz.ts';
import { samplesFolder } from '../../support/samples.ts';

/** A small part of `npm run fuzz:decode`, in every test run. Hangs are not judged here: a busy machine is no hang. */
test('20,000 mutated updates are decoded or refused, and never crash the decoder or the audit', () => {
  const root = samplesFolder();
  const { examples, crashes, ...result } = fuzzDecode({
    cases: 20_000,
    seed: 7,
    source: root === null ? null : join(root, 'tx'),
  });
  expect(examples).toEqual([]);
  expect(crashes).toBe(0);
  expect(result.decoded + result.refused).toBe(20_000);
  // Most of the damage reaches the decoders instead of ending at the frame.
  expect(result.decoded).toBeGreaterThan(5_000);
  expect(result.events).toBeGreaterThan(5_000);
}, 60_000);
