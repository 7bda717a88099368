import { auditTransaction } from '../../../../src/decode/audit/audit.ts';
import { PROGRAMS } from '../../../../src/decode/programs.ts';
import { createDecoder } from '../../../../src/decode/registry.ts';
import type { DecodedTransaction } from '../../../../src/domain/contracts.ts';
import type { ProtocolEvent } from '../../../../src/domain/protocol-event.ts';
import type { Transaction } from '../../../../src/domain/transaction.ts';
import { LAYOUT_AGES } from '../../../../src/simulator/market/event-layouts.ts';
import type { TruthEvent } from '../../../../src/simulator/truth-source.ts';
import { playMarket, readPlayed } from './play-market.ts';

/** What the ledger calls what the chain calls. */
const SOURCES: Readonly<Record<string, string>> = {
  'pump-fun.create': 'CreateEvent',
  'pump-fun.buy': 'TradeEvent',
  'pump-fun.sell': 'TradeEvent',
  'pump-fun.complete': 'CompleteEvent',
  'pump-fun.migrate': 'CompletePumpAmmMigrationEvent',
  'pump-swap.create-pool': 'CreatePoolEvent',
  'pump-swap.init-boost': 'InitBoostEvent',
  'pump-swap.buy': 'BuyEvent',
  'pump-swap.sell': 'SellEvent',
  'pump-swap.deposit': 'DepositEvent',
  'pump-swap.withdraw': 'WithdrawEvent',
};

const { model, played } = playMarket(140, { seed: 5 });
const transactions = [...readPlayed(played)];
const truth = model.truth().filter((event) => SOURCES[event.kind] !== undefined);

function decodeAll(from: Iterable<Transaction>): readonly DecodedTransaction[] {
  const { decode } = createDecoder(PROGRAMS, null);
  return [...from].map(decode);
}

/** Told by what it is and where: the same for a decoded event and for the truth. */
function place(signature: string, path: { readonly outer: number; readonly inner: number }, source: string): string {
  return `${signature} ${path.outer}.${path.inner} ${source}`;
}

function anchorEvents(decoded: readonly DecodedTransaction[]): Map<string, ProtocolEvent> {
  const events = new Map<string, ProtocolEvent>();
  for (const { transaction, events: own } of decoded) {
    for (const event of own) {
      const key = place(transaction.signatureText, event.path, event.source);
      if (event.source.endsWith('Event')) events.set(events.has(key) ? `${key} again` : key, event);
    }
  }
  return events;
}

function placeOf(event: TruthEvent): string {
  return place(event.signature, event.path, SOURCES[event.kind] as string);
}

/** Fields of the truth that the decoder read otherwise; an older body may end before a field. */
function differences(event: TruthEvent, decoded: ProtocolEvent | undefined, mayEndEarly: boolean): readonly string[] {
  if (decoded === undefined) return [`${placeOf(event)} is missing`];
  return Object.entries(event.fields)
    .filter(([name]) => name in decoded.fields && !(mayEndEarly && decoded.fields[name] === undefined))
    .filter(([name, value]) => String(decoded.fields[name]) !== String(value))
    .map(([name, value]) => `${placeOf(event)} ${name}: ${String(decoded.fields[name])} for ${String(value)}`);
}

function expectTheTruth(decoded: readonly DecodedTransaction[], strategy: string): void {
  const events = anchorEvents(decoded);
  expect(truth.flatMap((event) => differences(event, events.get(placeOf(event)), false))).toEqual([]);
  expect(events.size).toBe(truth.length);
  expect(new Set([...events.values()].map((event) => event.strategy))).toEqual(new Set([strategy]));
}

test('5,000 transactions decode to exactly what happened, whatever failed', () => {
  expect(transactions.length).toBeGreaterThan(5_000);
  const decoded = decodeAll(transactions);
  expectTheTruth(decoded, 'self-cpi');
  expect(decoded.flatMap((one) => one.undecoded)).toEqual([]);
});

test('the logs alone tell the same', () => {
  expectTheTruth(decodeAll(transactions.map(withoutSelfCpi)), 'log');
});

test('every trade and every deposit agrees with what its transaction moved', () => {
  const verdicts = new Map<string, number>();
  for (const decoded of decodeAll(transactions)) {
    auditTransaction(decoded);
    for (const event of decoded.events) {
      if (event.audit === undefined) continue;
      const note = event.audit.verdict === 'matched' ? '' : ` ${event.audit.note ?? ''}`;
      const verdict = `${event.audit.verdict}${note}`;
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
  }
  expect([...verdicts.keys()]).toEqual(['matched']);
});

test('burns are where the ledger says', () => {
  const burned = decodeAll(transactions).flatMap(({ events }) =>
    events.flatMap(({ source, fields }) => (source === 'burn' ? [`${fields['mint']} ${fields['amount']}`] : [])),
  );
  const expected = model.truth().filter((event) => event.kind === 'spl-token.burn');
  expect(burned).toEqual(expected.map(({ fields }) => `${fields['mint']} ${fields['amount']}`));
});

test('only coins that people burn are burns of tokens: shares are taken back, or locked when a curve becomes a pool', () => {
  const coins = new Set(
    model.truth().flatMap(({ kind, fields }) => (kind === 'pump-fun.create' ? [fields['mint']] : [])),
  );
  for (const { events } of decodeAll(transactions)) {
    for (const event of events) {
      if (event.kind === 'token-burned') expect(coins).toContain(event.mint);
      if (event.kind === 'lp-burned') expect(events.some(({ kind }) => kind === 'curve-graduated')).toBe(true);
    }
  }
});

describe('programs of another age', () => {
  test.each(LAYOUT_AGES)('%s: events are shorter and still read', (layoutAge) => {
    const old = playMarket(8, { seed: 9, wallets: 30, layoutAge });
    const events = anchorEvents(decodeAll(readPlayed(old.played)));
    const known = old.model.truth().filter((event) => SOURCES[event.kind] !== undefined);
    expect(known.flatMap((event) => differences(event, events.get(placeOf(event)), true))).toEqual([]);
    expect([...events.values()].filter((event) => event.unknownTail !== undefined)).toEqual([]);
  });

  test('that grow in mid-flight leave a tail nobody knows, and an event nobody knows', () => {
    const layoutDrift = { fromSlot: 1_005, appendBytes: 5, unknownEvent: true };
    const grown = playMarket(10, { seed: 9, wallets: 30, layoutDrift });
    const decoded = decodeAll(readPlayed(grown.played));
    for (const { transaction, events, undecoded } of decoded) {
      const drifted = transaction.slot >= 1_005;
      const anchored = events.filter((event) => event.source.endsWith('Event'));
      if (anchored.length === 0) continue;
      for (const event of anchored) expect(event.unknownTail?.length ?? 0).toBe(drifted ? 5 : 0);
      expect(undecoded.some(({ reason }) => reason === 'unknown-event')).toBe(drifted);
    }
  });
});

function isSelfCpi(data: Uint8Array): boolean {
  return data.length > 8 && Buffer.from(data.subarray(0, 8)).toString('hex') === 'e445a52e51cb9a1d';
}

/** The transaction as if its inner instructions had carried no events. */
function withoutSelfCpi(transaction: Transaction): Transaction {
  const instructions = transaction.instructions.filter((ix) => !isSelfCpi(ix.data));
  return new Proxy(transaction, {
    get: (target, name) => {
      if (name === 'instructions') return instructions;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
