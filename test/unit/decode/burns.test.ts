import { withBurnsTold } from '../../../src/decode/burns.ts';
import { PROGRAMS } from '../../../src/decode/programs.ts';
import { createDecoder } from '../../../src/decode/registry.ts';
import { TOKEN_PROGRAM } from '../../../src/decode/spl-token/token-instruction.ts';
import { encodeJsonRpcTransaction } from '../../../src/domain/json-rpc-transaction.ts';
import type { ProtocolEvent } from '../../../src/domain/protocol-event.ts';
import { readTransaction } from '../../../src/domain/wire-transaction.ts';
import { eventHead, key, liquidityChanged, MINT, POOL, poolCreated, TRADER } from '../../support/protocol-events.ts';
import { describeWithSamples } from '../../support/samples.ts';

const LP = key(4);
const NO_BALANCES = { preTokenBalances: null, postTokenBalances: null };

function burn(mint: string, amount: bigint, outer: number, inner: number): ProtocolEvent {
  const place = { program: TOKEN_PROGRAM, venue: 'spl-token', source: 'burn', path: { outer, inner } };
  return { ...eventHead, ...place, kind: 'token-burned', mint, account: key(9), authority: TRADER, amount };
}

const withdrawal = (lpAmount: bigint | null) =>
  liquidityChanged({ kind: 'liquidity-removed', lpAmount, path: { outer: 1, inner: -1 } });

/** Kinds of the burns only. */
function kinds(...events: ProtocolEvent[]): readonly string[] {
  return withBurnsTold(events, NO_BALANCES).flatMap(({ kind, source }) => (source === 'burn' ? [kind] : []));
}

describe('what burns mean', () => {
  test('liquidity tokens that a withdrawal takes back are no burn of their own', () => {
    expect(kinds(withdrawal(10n), burn(LP, 10n, 1, 2))).toEqual(['other']);
    expect(kinds(withdrawal(null), burn(LP, 10n, 1, 2))).toEqual(['other']);
  });

  test('what is burned beside a withdrawal is locked for ever', () => {
    expect(kinds(withdrawal(10n), burn(LP, 10n, 1, 2), burn(LP, 5n, 2, -1))).toEqual(['other', 'lp-burned']);
    expect(kinds(withdrawal(10n), burn(LP, 10n, 1, 2), burn(LP, 10n, 1, 3))).toEqual(['other', 'lp-burned']);
  });

  test('the liquidity tokens of a new pool that are burned at once bear the name of the pool', () => {
    const events = withBurnsTold([poolCreated(), burn(LP, 100n, 1, 5)], NO_BALANCES);
    expect(events[1]).toMatchObject({ kind: 'lp-burned', mint: LP, pool: POOL, amount: 100n });
  });

  test('a burn that the event of another program tells already is not told again', () => {
    const boost = { ...burn(MINT, 7n, 1, -1), program: key(3), source: 'BoostBuyAndBurnEvent' } as ProtocolEvent;
    expect(withBurnsTold([boost, burn(MINT, 7n, 1, 2)], NO_BALANCES).map(({ kind }) => kind)).toEqual([
      'token-burned',
      'other',
    ]);
    expect(withBurnsTold([boost, burn(MINT, 7n, 2, -1)], NO_BALANCES).map(({ kind }) => kind)).toEqual([
      'token-burned',
      'token-burned',
    ]);
  });

  test('ten thousand burns in one transaction are read in no time', () => {
    const events = Array.from({ length: 10_000 }, (_, index) => burn(MINT, BigInt(index + 2), 1, index));
    const start = performance.now();
    expect(withBurnsTold([withdrawal(null), ...events], NO_BALANCES)).toHaveLength(10_001);
    expect(performance.now() - start).toBeLessThan(250);
  });

  test('a token is a token, whatever the pools of the transaction', () => {
    const events = [poolCreated(), burn(MINT, 10n, 1, 2)];
    expect(withBurnsTold(events, NO_BALANCES)[1]).toBe(events[1]);
  });
});

describeWithSamples('burns on mainnet', (samples) => {
  test('curves that became pools lock their liquidity, and what is taken back or closed is no burn', () => {
    const { decode } = createDecoder(PROGRAMS, null);
    const told = samples.flatMap(({ json }) => {
      const { transaction, events } = decode(
        readTransaction(encodeJsonRpcTransaction(json, { index: 0, createdAtMs: null })),
      );
      const burns = events.filter(({ source }) => source === 'burn' || source === 'burn_checked');
      return burns.map(({ kind }) => `${transaction.signatureText.slice(0, 4)} ${kind}`);
    });
    expect(told.sort()).toEqual([
      '24ty other',
      '2eCj lp-burned',
      '2ex9 lp-burned',
      // Taken back from a pool of a program that is not followed: nothing tells what its mint is.
      '2mHG token-burned',
      '31V8 lp-burned',
      '5FpT other',
      '5bka lp-burned',
    ]);
  });
});
