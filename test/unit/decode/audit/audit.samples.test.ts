import fc from 'fast-check';
import { auditTransaction } from '../../../../src/decode/audit/audit.ts';
import { type Audited, isAudited } from '../../../../src/decode/audit/claim.ts';
import { PROGRAMS } from '../../../../src/decode/programs.ts';
import { createDecoder } from '../../../../src/decode/registry.ts';
import type { DecodedTransaction } from '../../../../src/domain/contracts.ts';
import { encodeJsonRpcTransaction } from '../../../../src/domain/json-rpc-transaction.ts';
import type { ProtocolEvent } from '../../../../src/domain/protocol-event.ts';
import { readTransaction } from '../../../../src/domain/wire-transaction.ts';
import { describeWithSamples } from '../../../support/samples.ts';
import { playMarket, readPlayed } from '../../simulator/market/play-market.ts';

/** The audit on transactions nobody here made up, and on those of the market model: what it proves must be true. */
const { decode } = createDecoder(PROGRAMS, null);

function auditedEvents(decoded: DecodedTransaction): readonly Audited[] {
  auditTransaction(decoded);
  return decoded.events.filter(isAudited);
}

/** Differences that a fee of the transaction explains are no mistake of the audit: amounts and fees of both sides are left out. */
function feeSums(events: readonly ProtocolEvent[]): ReadonlySet<bigint> {
  let sums = new Set([0n]);
  const fees = events.flatMap((event) => {
    if (event.kind === 'trade') return event.fees.map(({ amount }) => amount);
    return event.kind === 'fees-collected' ? event.amounts.map(({ amount }) => amount) : [];
  });
  for (const fee of fees.slice(0, 10)) sums = new Set([...sums].flatMap((sum) => [sum, sum + fee, sum - fee]));
  return sums;
}

/** The event with one amount changed, in the place of the original. */
function perturbed(
  decoded: DecodedTransaction,
  event: Audited,
  side: 'base' | 'quote',
  delta: bigint,
): DecodedTransaction {
  const name = side === 'base' ? 'baseAmount' : 'quoteAmount';
  const wrong = { ...event, [name]: (event[name] ?? 0n) + delta } as Audited;
  return { ...decoded, events: decoded.events.map((each) => (each === event ? wrong : each)) };
}

function verdictAfter(decoded: DecodedTransaction, event: Audited, side: 'base' | 'quote', delta: bigint): string {
  const wrong = perturbed(decoded, event, side, delta);
  auditTransaction(wrong);
  return wrong.events[decoded.events.indexOf(event)]?.audit?.verdict ?? 'none';
}

/** Every matched amount, moved by 1 and by any other difference, is refuted. */
function expectEveryMistakeFound(transactions: readonly DecodedTransaction[]): void {
  const cases = transactions.flatMap((decoded) =>
    auditedEvents(decoded).flatMap((event) =>
      event.audit?.verdict === 'matched' ? [{ decoded, event, sums: feeSums(decoded.events) }] : [],
    ),
  );
  expect(cases.length).toBeGreaterThan(0);
  const delta = fc.oneof(fc.constantFrom(1n, -1n), fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }));
  for (const { decoded, event, sums } of cases) {
    for (const side of ['base', 'quote'] as const) {
      if ((side === 'base' ? event.baseAmount : event.quoteAmount) === null) continue;
      const found = fc.property(delta, (difference) => {
        fc.pre(!sums.has(difference));
        const verdict = verdictAfter(decoded, event, side, difference);
        if (verdict === 'mismatched') return;
        const { signatureText } = decoded.transaction;
        throw new Error(`${signatureText} ${event.venue} ${event.source} ${side} by ${difference}: ${verdict}`);
      });
      fc.assert(found, { numRuns: 8 });
    }
  }
}

/**
 * The five that cannot be audited, and why. Four of them were published as trees of outer instructions with their logs and nothing else
 * (no balances, no inner instructions, not all outer ones): there is nothing to audit by.
 */
const UNAUDITABLE: Readonly<Record<string, string>> = {
  // A Raydium AMM v4 swap, told by its ray_log alone.
  '3J7xWK': 'raydium-amm-v4',
  // A pump.fun buy and a sale whose self-CPI stands where an outer instruction should.
  '3tkxRj': 'pump-fun',
  '4GtxzH': 'pump-fun',
  // A PumpSwap sale, told by its log; the instruction itself is absent, so not even the vaults are known.
  VLzYfu: 'pump-swap',
  // A pump.fun sale for SOL. Its tokens are proved by their transfer; the program takes the SOL off its own account, and the
  // source kept no lamport balances.
  '3tVQzG': 'pump-fun',
};

describeWithSamples('the audit of mainnet transactions', (samples) => {
  const transactions = samples.map(({ json }) =>
    decode(readTransaction(encodeJsonRpcTransaction(json, { index: 0, createdAtMs: null }))),
  );

  test('finds no mismatch, and nothing unauditable but where the source kept no evidence', () => {
    const unauditable: Record<string, string> = {};
    const verdicts = { matched: 0, mismatched: 0, unauditable: 0 };
    for (const decoded of transactions) {
      for (const { audit, venue } of auditedEvents(decoded)) {
        if (audit === undefined) throw new Error(`${decoded.transaction.signatureText} was not audited`);
        verdicts[audit.verdict]++;
        if (audit.verdict === 'unauditable') unauditable[decoded.transaction.signatureText.slice(0, 6)] = venue;
      }
    }
    expect(unauditable).toEqual(UNAUDITABLE);
    expect(verdicts.mismatched).toBe(0);
    expect(verdicts.matched).toBeGreaterThanOrEqual(108);
  });

  test('covers every venue', () => {
    const venues = new Set(transactions.flatMap(auditedEvents).map(({ venue }) => venue));
    const pools = PROGRAMS.filter(({ name }) => !['pump-fees', 'spl-token', 'spl-token-2022'].includes(name));
    expect([...venues].sort()).toEqual(pools.map(({ name }) => name).sort());
  });

  test('finds every mistake in what it had proved', () => {
    expectEveryMistakeFound(transactions);
  });
});

test('finds every mistake in the trades of a market', () => {
  const { played } = playMarket(25, { seed: 5, wallets: 80, activeCoins: 6 });
  expectEveryMistakeFound([...readPlayed(played)].map(decode));
});
