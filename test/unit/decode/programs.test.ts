import fc from 'fast-check';
import { auditTransaction } from '../../../src/decode/audit/audit.ts';
import { PROGRAMS } from '../../../src/decode/programs.ts';
import { createDecoder } from '../../../src/decode/registry.ts';
import { tokenTransfers } from '../../../src/decode/spl-token/token-transfers.ts';
import type { DecodedTransaction } from '../../../src/domain/contracts.ts';
import { encodeJsonRpcTransaction } from '../../../src/domain/json-rpc-transaction.ts';
import type { ProtocolEvent } from '../../../src/domain/protocol-event.ts';
import { readTransaction } from '../../../src/domain/wire-transaction.ts';
import { writeBody } from '../../support/body-writer.ts';
import { sampleTransactions } from '../../support/samples.ts';

const { decode } = createDecoder(PROGRAMS, null);
const decoded: readonly DecodedTransaction[] = sampleTransactions().map((sample) =>
  decode(readTransaction(encodeJsonRpcTransaction(sample.json, { index: 0, createdAtMs: null }))),
);

describe('the programs on the mainnet samples', () => {
  test('every instruction that must yield an event yields one', () => {
    const missing = decoded.flatMap(({ transaction, undecoded }) =>
      undecoded.map((each) => `${transaction.signatureText} ${each.program} ${each.discriminator} ${each.reason}`),
    );
    expect(missing).toEqual([]);
  });

  test('a failed transaction yields nothing', () => {
    const told = decoded.filter(({ transaction, events }) => transaction.failed && events.length > 0);
    expect(told).toEqual([]);
  });

  test('no audit finds a mismatch', () => {
    for (const each of decoded) auditTransaction(each);
    const mismatched = decoded.flatMap(({ events }) => events.filter((event) => event.audit?.verdict === 'mismatched'));
    expect(mismatched).toEqual([]);
  });

  test("what the events say of a vault is how the vault's balance changed", () => {
    const wrong = decoded.flatMap((each) => vaultDifferences(each));
    expect(wrong).toEqual([]);
  });

  test('no id can occur twice: path, kind and ordinal tell events of a transaction apart', () => {
    for (const { events } of decoded) {
      const ids = events.map(({ path, kind, source, ordinal }) =>
        [path.outer, path.inner, kind === 'other' ? source : kind, ordinal].join(' '),
      );
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});

/** Vaults whose balance did not change by what the events sum up to, give or take fees that the venue keeps or pays out. */
function vaultDifferences({ transaction, events }: DecodedTransaction): string[] {
  const claimed = new Map<string, bigint>();
  const add = (vault: string, amount: bigint) => claimed.set(vault, (claimed.get(vault) ?? 0n) + amount);
  for (const event of events) {
    const vaults = 'vaults' in event ? event.vaults : undefined;
    if (vaults === undefined) continue;
    const [base, quote] = signedAmounts(event);
    if (vaults.base !== undefined) add(vaults.base, base);
    if (vaults.quote !== undefined) add(vaults.quote, quote);
  }
  const minted = tokenTransfers(transaction).filter((transfer) => transfer.action === 'mint');
  const fees = [...minted.map((transfer) => transfer.amount), ...events.flatMap(explanationsOf)];
  return [...claimed].flatMap(([vault, amount]) => {
    const change = balanceChange(transaction, vault);
    if (change === null || isSumOf(fees, change - amount)) return [];
    return [`${transaction.signatureText} ${vault}: events say ${amount}, the balance says ${change}`];
  });
}

function signedAmounts(event: ProtocolEvent): readonly [bigint, bigint] {
  switch (event.kind) {
    case 'trade':
      return event.side === 'buy' ? [-event.baseAmount, event.quoteAmount] : [event.baseAmount, -event.quoteAmount];
    case 'liquidity-added':
      return [event.baseAmount, event.quoteAmount];
    case 'liquidity-removed':
      return [-event.baseAmount, -event.quoteAmount];
    case 'pool-created':
      return [event.baseAmount ?? 0n, event.quoteAmount ?? 0n];
    default:
      return [0n, 0n];
  }
}

/**
 * What besides the events' own amounts may pass through a vault: fees; and what a PumpSwap boost takes out of a pool
 * (InitBoostEvent, kept with its fields only). The supply of a new token, minted into its curve's vault, is added by the caller.
 */
function explanationsOf(event: ProtocolEvent): readonly bigint[] {
  if (event.kind === 'trade') return event.fees.map((fee) => fee.amount);
  if (event.kind === 'fees-collected') return event.amounts.map((each) => each.amount);
  const isBoost = event.source === 'InitBoostEvent';
  return isBoost ? Object.values(event.fields).filter((value) => typeof value === 'bigint') : [];
}

function balanceChange(transaction: DecodedTransaction['transaction'], vault: string): bigint | null {
  const amountIn = (side: typeof transaction.preTokenBalances) =>
    side?.find((entry) => transaction.key(entry.accountIndex) === vault)?.amount;
  const [before, after] = [amountIn(transaction.preTokenBalances), amountIn(transaction.postTokenBalances)];
  return before === undefined && after === undefined ? null : (after ?? 0n) - (before ?? 0n);
}

/** Whether some of the fees, added or taken, make up the difference. */
function isSumOf(fees: readonly bigint[], difference: bigint): boolean {
  let sums = new Set<bigint>([0n]);
  for (const fee of fees.slice(0, 12)) sums = new Set([...sums].flatMap((sum) => [sum, sum + fee, sum - fee]));
  return sums.has(difference);
}

describe('every layout of every program', () => {
  const layouts = PROGRAMS.flatMap((program) => program.events.map((event) => ({ program: program.name, event })));

  test('reads what was written in it and keeps what stands behind', () => {
    for (const { event } of layouts) {
      const body = writeBody(event.layout.fields);
      if (event.layout.variants.some((variant) => body.length <= variant.lengthMax)) continue;
      const exact = event.layout.read(body, 0);
      expect(exact?.tail ?? null).toBeNull();
      const longer = event.layout.read(Buffer.concat([body, Buffer.from('grown')]), 0);
      expect(Buffer.from(longer?.tail ?? []).toString()).toBe('grown');
      expect(longer?.fields).toEqual(exact?.fields);
    }
  });

  test('takes any bytes without throwing, and appended fields may be absent', () => {
    fc.assert(
      fc.property(fc.nat(layouts.length - 1), fc.uint8Array({ maxLength: 700 }), (index, bytes) => {
        layouts[index]?.event.layout.read(bytes, 0);
      }),
    );
    for (const { event } of layouts) {
      const appended = event.layout.fields.find((field) => field[2] !== undefined)?.[0];
      if (appended === undefined) continue;
      const body = writeBody(event.layout.fields, {}, appended);
      expect(event.layout.read(body, 0)).not.toBeNull();
    }
  });

  test('no two instructions and no two events of a program share a discriminator', () => {
    for (const program of PROGRAMS) {
      for (const specs of [program.instructions, program.events]) {
        const tags = specs.map((spec) => spec.discriminator);
        expect(new Set(tags).size).toBe(tags.length);
      }
    }
  });
});
