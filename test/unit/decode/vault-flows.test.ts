import { subtreeEnd, transfersBelow, vaultFlow } from '../../../src/decode/vault-flows.ts';
import { transfer } from '../../support/program-calls.ts';
import { type Call, madeUpTransaction } from '../../support/raw-transaction.ts';

const pool: Call = { program: 'pool', inner: [transfer('user', 'vault', 5n), transfer('vault', 'user', 2n)] };
const router: Call = { program: 'router', inner: [pool, transfer('user', 'vault', 100n), pool] };

describe('transfersBelow', () => {
  test('takes what ran below an instruction and nothing of its siblings', () => {
    const transaction = madeUpTransaction({ calls: [router] });
    // router, pool, transfer, transfer, transfer, pool, transfer, transfer
    expect(subtreeEnd(transaction, 1)).toBe(4);
    expect(transfersBelow(transaction, 1).map((each) => each.amount)).toEqual([5n, 2n]);
    expect(transfersBelow(transaction, 0).map((each) => each.amount)).toEqual([5n, 2n, 100n, 5n, 2n]);
  });

  test('without stack heights a pool keeps what only serves others', () => {
    const transaction = madeUpTransaction({
      calls: [{ program: 'router', inner: [pool, pool] }],
      recordsHeight: false,
    });
    expect(transfersBelow(transaction, 1).map((each) => each.amount)).toEqual([5n, 2n]);
  });
});

describe('vaultFlow', () => {
  test('sums both directions and forgets what moves within the vault', () => {
    const transaction = madeUpTransaction({
      calls: [{ ...pool, inner: [...(pool.inner ?? []), transfer('vault', 'vault', 9n)] }],
    });
    const transfers = transfersBelow(transaction, 0);
    const vault = transfers[0]?.destination ?? -1;
    expect(vaultFlow(transfers, vault)).toMatchObject({ received: 5n, sent: 2n });
    expect(vaultFlow(transfers, vault).transfers).toHaveLength(2);
  });
});
