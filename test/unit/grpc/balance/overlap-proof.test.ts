import type { RawUpdate } from '../../../../src/domain/update.ts';
import { OverlapProof, type Side } from '../../../../src/grpc/balance/overlap-proof.ts';
import { slotUpdate, transactionUpdate, update } from '../../../support/raw-geyser-server.ts';

const raw = (kind: RawUpdate['kind'], bytes: Uint8Array): RawUpdate => ({
  type: 'update',
  kind,
  bytes,
  connection: 'c1',
  receivedAtMs: 0,
});
const seen = (slot: number, number: number, group = 'amm') =>
  raw('transaction', transactionUpdate(slot, number, group));

function account(
  slot: number,
  given: { readonly address: number; readonly signature?: number; readonly version?: number },
) {
  const bytes = (length: number, fill: number) => new Uint8Array(length).fill(fill);
  const txnSignature = given.signature === undefined ? {} : { txnSignature: bytes(64, given.signature) };
  const write = {
    pubkey: bytes(32, given.address),
    lamports: '5',
    owner: bytes(32, 9),
    data: Uint8Array.of(1),
    writeVersion: String(given.version ?? 1),
    ...txnSignature,
  };
  return raw('account', update({ filters: ['amm'], account: { slot: String(slot), account: write } }));
}

/** Both streams have gone through all slots from 9 up to this one. */
function through(proof: OverlapProof, slot: number, sides: readonly Side[] = ['from', 'to']): OverlapProof {
  for (const side of sides) for (const told of [8, slot + 1]) proof.see(side, raw('slot', slotUpdate(told)));
  return proof;
}

test('lost is what the old stream had and the new one did not, within the slots both carried', () => {
  const proof = through(new OverlapProof(['amm'], 'processed'), 12);
  for (const number of [1, 2, 3]) proof.see('from', seen(10, number));
  for (const number of [1, 3]) proof.see('to', seen(10, number));
  proof.see('from', seen(9, 9));
  expect(proof.verdict(10, 12)).toEqual({ overlapSlots: 3, lost: 1 });
  expect(proof.verdict(9, 12)).toEqual({ overlapSlots: 4, lost: 2 });
  expect(proof.duplicates()).toBe(2);
});

test('only slots that both streams went through are called an overlap', () => {
  const proof = through(new OverlapProof(['amm'], 'processed'), 20, ['to']);
  expect(proof.verdict(10, 13)).toEqual({ overlapSlots: 0, lost: null });
  through(proof, 11, ['from']);
  proof.see('from', seen(12, 1));
  expect(proof.verdict(10, 13)).toEqual({ overlapSlots: 2, lost: 0 });
});

test('the slot in which a stream is first seen is none of the overlap, and no confirmation of an older one is', () => {
  const proof = new OverlapProof(['amm'], 'processed');
  for (const slot of [2, 3]) proof.see('to', raw('slot', slotUpdate(slot, 1)));
  for (const slot of [12, 14])
    for (const side of ['from', 'to'] as const) proof.see(side, raw('slot', slotUpdate(slot)));
  expect(proof.verdict(4, 7)).toEqual({ overlapSlots: 0, lost: null });
  expect(proof.verdict(12, 13)).toEqual({ overlapSlots: 1, lost: 0 });
});

test('at confirmed the confirmations tell where the data is', () => {
  const proof = new OverlapProof(['amm'], 'confirmed');
  for (const side of ['from', 'to'] as const) {
    proof.see(side, raw('slot', slotUpdate(50)));
    for (const slot of [9, 12]) proof.see(side, raw('slot', slotUpdate(slot, 1)));
  }
  expect(proof.verdict(10, 13)).toEqual({ overlapSlots: 2, lost: 0 });
});

test('account writes are compared too, by their transaction or else by what they wrote', () => {
  const proof = through(new OverlapProof(['amm'], 'processed'), 10);
  proof.see('from', account(10, { address: 1, signature: 7, version: 3 }));
  proof.see('to', account(10, { address: 1, signature: 7, version: 88 }));
  proof.see('from', account(10, { address: 2 }));
  proof.see('to', account(10, { address: 2 }));
  expect(proof.verdict(10, 10)).toEqual({ overlapSlots: 1, lost: 0 });
  proof.see('from', account(10, { address: 3, signature: 7 }));
  expect(proof.verdict(10, 10)).toEqual({ overlapSlots: 1, lost: 1 });
});

test('what was forgotten for its amount is not called proven', () => {
  const proof = through(new OverlapProof(['amm'], 'processed', 10), 12);
  for (const slot of [10, 11, 12]) {
    for (const side of ['from', 'to'] as const) for (const number of [1, 2]) proof.see(side, seen(slot, number));
  }
  expect(proof.verdict(10, 12)).toEqual({ overlapSlots: 3, lost: null });
  expect(proof.verdict(11, 12)).toEqual({ overlapSlots: 2, lost: 0 });
  expect(proof.duplicates()).toBe(6);
});

test('what belongs to other groups is not compared', () => {
  const proof = through(new OverlapProof(['amm'], 'processed'), 10);
  proof.see('from', seen(10, 1, 'bonding-curve'));
  expect(proof.verdict(10, 10).lost).toBe(0);
});

test('a slot that died may differ between nodes', () => {
  const proof = through(new OverlapProof(['amm'], 'processed'), 10);
  proof.see('from', seen(10, 1));
  proof.see('to', raw('slot', slotUpdate(10, 6)));
  expect(proof.verdict(10, 10).lost).toBe(0);
});

test.each(['transaction', 'account', 'slot'] as const)('a broken %s hurts nobody, wherever it breaks off', (kind) => {
  const proof = new OverlapProof(['amm'], 'processed');
  const whole = seen(10, 1);
  for (let cut = 0; cut < whole.bytes.length; cut++) {
    expect(() => proof.see('from', { ...whole, kind, bytes: whole.bytes.subarray(0, cut) })).not.toThrow();
  }
});
