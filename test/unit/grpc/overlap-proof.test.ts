import type { RawUpdate } from '../../../src/domain/update.ts';
import { OverlapProof } from '../../../src/grpc/overlap-proof.ts';
import { transactionUpdate } from '../../support/raw-geyser-server.ts';

const seen = (slot: number, number: number, group = 'amm'): RawUpdate => ({
  type: 'update',
  kind: 'transaction',
  bytes: transactionUpdate(slot, number, group),
  connection: 'c1',
  receivedAtMs: 0,
});

test('lost is what the old stream had and the new one did not, within the slots both carried', () => {
  const proof = new OverlapProof(['amm']);
  for (const number of [1, 2, 3]) proof.see('from', seen(10, number));
  for (const number of [1, 3]) proof.see('to', seen(10, number));
  proof.see('from', seen(9, 9));
  expect(proof.lost(10, 12)).toBe(1);
  expect(proof.lost(9, 12)).toBe(2);
  expect(proof.duplicates()).toBe(2);
});

test('what belongs to other groups is not compared', () => {
  const proof = new OverlapProof(['amm']);
  proof.see('from', seen(10, 1, 'bonding-curve'));
  expect(proof.lost(10, 10)).toBe(0);
});

test.each(['transaction', 'slot'] as const)('a broken %s hurts nobody, wherever it breaks off', (kind) => {
  const proof = new OverlapProof(['amm']);
  const whole = seen(10, 1);
  for (let cut = 0; cut < whole.bytes.length; cut++) {
    expect(() => proof.see('from', { ...whole, kind, bytes: whole.bytes.subarray(0, cut) })).not.toThrow();
  }
});
