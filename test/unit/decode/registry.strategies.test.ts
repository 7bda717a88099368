import { pumpFun } from '../../../src/decode/pump-fun/program.ts';
import { pumpSwap } from '../../../src/decode/pump-swap/program.ts';
import { createDecoder } from '../../../src/decode/registry.ts';
import type { DecodedTransaction } from '../../../src/domain/contracts.ts';
import { pathText } from '../../../src/domain/domain-event.ts';
import { eventTypeOf } from '../../../src/domain/event-mapping.ts';
import { encodeJsonRpcTransaction } from '../../../src/domain/json-rpc-transaction.ts';
import type { ProtocolEvent } from '../../../src/domain/protocol-event.ts';
import { readTransaction } from '../../../src/domain/wire-transaction.ts';
import { decodeBase58 } from '../../../src/lib/base58.ts';
import { describeWithSamples, type Sample } from '../../support/samples.ts';

const { decode } = createDecoder([pumpFun, pumpSwap], null);

interface Meta {
  readonly innerInstructions: readonly {
    readonly index: number;
    readonly instructions: readonly { readonly data: string }[];
  }[];
  readonly logMessages: readonly string[] | null;
  readonly preBalances: readonly number[];
}

function decoded(json: Record<string, unknown>): DecodedTransaction {
  return decode(readTransaction(encodeJsonRpcTransaction(json, { index: 0, createdAtMs: null })));
}

function without(sample: Sample, part: 'innerInstructions' | 'logMessages'): Record<string, unknown> {
  return { ...sample.json, meta: { ...(sample.json['meta'] as object), [part]: null } };
}

/** The sample as if its programs recorded no events: self-CPIs made calls of nobody, so that the paths stay, and no logs. */
function withoutEvents(sample: Sample): Record<string, unknown> {
  const meta = sample.json['meta'] as Meta;
  const innerInstructions = meta.innerInstructions.map((group) => ({
    ...group,
    instructions: group.instructions.map((each) => (isSelfCpi(each.data) ? { ...each, programIdIndex: 0 } : each)),
  }));
  return { ...sample.json, meta: { ...meta, innerInstructions, logMessages: null } };
}

function isSelfCpi(data: string): boolean {
  return Buffer.from(decodeBase58(data)).toString('hex').startsWith('e445a52e51cb9a1d');
}

/** What must not depend on how an event was found. */
function essence(event: ProtocolEvent): Record<string, unknown> {
  const { strategy: _strategy, caller: _caller, fields, audit: _audit, ...rest } = event;
  return { ...rest, fields, id: `${pathText(event.path)}:${eventTypeOf(event)}:${event.ordinal}` };
}

/** Without the instruction's accounts and arguments some facts cannot be known; those are left out of the comparison. */
const FROM_ACCOUNTS = new Set(['vaults', 'limit', 'pool', 'tokenProgram', 'baseMint', 'quoteMint', 'fees', 'lpMint']);

function comparable(event: ProtocolEvent): Record<string, unknown> {
  return Object.fromEntries(Object.entries(essence(event)).filter(([name]) => !FROM_ACCOUNTS.has(name)));
}

describeWithSamples('pump.fun and PumpSwap on real transactions', (samples) => {
  const complete = samples.filter(
    (sample) =>
      (sample.json['meta'] as Meta).innerInstructions?.length > 0 &&
      ((sample.json['meta'] as Meta).logMessages?.length ?? 0) > 0 &&
      decoded(sample.json).events.length > 0,
  );

  test('there are transactions to compare', () => {
    expect(complete.length).toBeGreaterThan(15);
  });

  test.each(complete)('$name: with logs alone the same events are found, with the same ids and amounts', (sample) => {
    const known = decoded(sample.json).events;
    const truncated = ((sample.json['meta'] as Meta).logMessages ?? []).includes('Log truncated');
    const byLog = decoded(without(sample, 'innerInstructions')).events;
    if (truncated) expect(byLog.length).toBeLessThanOrEqual(known.length);
    else expect(byLog.map(comparable)).toEqual([...known].sort(byPath).map(comparable));
    expect(byLog.every((event) => event.strategy !== 'self-cpi')).toBe(true);
  });

  test.each(complete)('$name: without logs nothing changes', (sample) => {
    expect(decoded(without(sample, 'logMessages')).events.map(essence)).toEqual(
      decoded(sample.json).events.map(essence),
    );
  });

  test('trades without any event are told by what they moved, with the same amounts, or not at all', () => {
    let told = 0;
    for (const sample of samples) {
      const known = decoded(sample.json).events.filter((event) => event.kind === 'trade');
      if (known.length === 0 || (sample.json['meta'] as Meta).innerInstructions.length === 0) continue;
      const { events } = decoded(withoutEvents(sample));
      for (const event of events) {
        if (event.kind !== 'trade') continue;
        const same = known.find((each) => pathText(each.path) === pathText(event.path));
        expect(same).toBeDefined();
        expect(['instruction', 'balances']).toContain(event.strategy);
        expect([event.side, event.trader, event.pool, event.baseMint, event.quoteMint, event.baseAmount]).toEqual([
          same?.side,
          same?.trader,
          same?.pool,
          same?.baseMint,
          same?.quoteMint,
          same?.baseAmount,
        ]);
        expect(event.quoteAmount).toBe(quoteOfPool(same));
        expect(event.limit).toEqual(same?.limit);
        told++;
      }
    }
    expect(told).toBeGreaterThan(15);
  });

  test('the amounts of PumpSwap trades add up to what the trader paid or got', () => {
    let checked = 0;
    for (const { json } of samples) {
      for (const event of decoded(json).events) {
        if (event.kind !== 'trade' || event.venue !== 'pump-swap') continue;
        const fees = event.fees.reduce((sum, fee) => sum + fee.amount, 0n);
        const paid = event.fields['user_quote_amount_in'] ?? event.fields['user_quote_amount_out'];
        expect(event.side === 'buy' ? event.quoteAmount + fees : event.quoteAmount - fees).toBe(paid);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(5);
  });

  test('no event of these programs is left with bytes nobody knows', () => {
    for (const { json } of samples) {
      const result = decoded(json);
      expect(result.undecoded).toEqual([]);
      for (const event of result.events) expect(event.unknownTail).toBeUndefined();
    }
  });
});

function byPath(left: ProtocolEvent, right: ProtocolEvent): number {
  return left.path.outer - right.path.outer || left.path.inner - right.path.inner;
}

/** A transfer shows what the pool took in or gave out, so a PumpSwap trade then contains the liquidity fee. */
function quoteOfPool(event: ProtocolEvent | undefined): bigint | null {
  if (event?.kind !== 'trade') return null;
  const lp = event.fees.find((fee) => fee.kind === 'lp')?.amount ?? 0n;
  if (event.venue !== 'pump-swap') return event.quoteAmount;
  return event.side === 'buy' ? event.quoteAmount + lp : event.quoteAmount - lp;
}
