import { MISMATCH_LIMITS, MismatchMonitor } from '../../../../src/decode/audit/mismatch-monitor.ts';
import { eventId } from '../../../../src/domain/domain-event.ts';
import { EVENT_CATALOGUE } from '../../../../src/domain/events/catalogue.ts';
import type { ProtocolEvent } from '../../../../src/domain/protocol-event.ts';
import { createEnvelopeWriter } from '../../../../src/output/envelope.ts';
import { enriched, eventHead, liquidityChanged, poolCreated, trade } from '../../../support/protocol-events.ts';

const MISMATCHED = { verdict: 'mismatched', note: 'base: event 2, transferred 1' } as const;

function letters(
  events: readonly ProtocolEvent[],
  monitor = new MismatchMonitor(['amm'], MISMATCH_LIMITS),
  timeMs = 1,
) {
  return monitor.observe(enriched(events, { timeMs }, { bytes: Uint8Array.of(1, 2, 250) }));
}

test('a trade that its transaction does not bear out is a dead letter with the raw transaction', () => {
  const fields = { amount: 2n, blob: Uint8Array.of(255), name: 'a' };
  const [letter, ...more] = letters([trade(), trade({ audit: MISMATCHED, fields, ordinal: 1 })]);
  expect(more).toEqual([]);
  expect(letter).toMatchObject({ type: 'audit.trade.mismatched', subject: trade().pool, slot: 100, ordinal: 1 });
  const { data } = letter as NonNullable<typeof letter>;
  expect(data).toMatchObject({ note: 'base: event 2, transferred 1', rawTransaction: 'AQL6' });
  expect(data['event']).toMatchObject({
    id: expect.stringMatching(/^\w+:0:trade\.swap\.executed:1$/),
    type: 'trade.swap.executed',
    venue: 'pump-fun',
    baseAmount: 34_612_903_225_806n,
    fields: '{"amount":"2","blob":"ff","name":"a"}',
  });
});

test('what is written is what the schema says', () => {
  const write = createEnvelopeWriter({ source: 'test', commitment: 'confirmed' });
  const [letter] = letters([trade({ audit: MISMATCHED, baseMint: null })]);
  const json = JSON.parse(write(letter as never, 'id')) as { data: unknown };
  expect(EVENT_CATALOGUE['audit.trade.mismatched'].data.safeParse(json.data).error).toBeUndefined();
});

test('liquidity and pools have letters of their own, each with an id of its own', () => {
  const found = letters([
    poolCreated({ audit: MISMATCHED }),
    liquidityChanged({ audit: MISMATCHED }),
    liquidityChanged({ audit: MISMATCHED, ordinal: 1 }),
    liquidityChanged({ kind: 'liquidity-removed', audit: MISMATCHED }),
    {
      ...eventHead,
      kind: 'fees-collected',
      pool: null,
      feeKind: 'lp',
      collector: null,
      amounts: [],
      audit: MISMATCHED,
    },
    trade({ audit: MISMATCHED }),
  ]);
  expect(found.map(({ type }) => type)).toEqual([
    ...Array.from({ length: 5 }, () => 'audit.liquidity.mismatched'),
    'audit.trade.mismatched',
  ]);
  expect(new Set(found.map(eventId)).size).toBe(6);
});

test('what matched, what nobody could audit and what was not audited make none', () => {
  const events = [trade({ audit: { verdict: 'matched' } }), trade({ audit: { verdict: 'unauditable' } }), trade()];
  expect(letters(events)).toEqual([]);
});

test('past the limit letters are counted, per program and span of block time', () => {
  const monitor = new MismatchMonitor([], { lettersMax: 2, windowMs: 60_000 });
  const wrong = trade({ audit: MISMATCHED });
  const other = trade({ audit: MISMATCHED, program: 'another' });
  expect(letters([wrong, wrong, wrong, other], monitor, 0)).toHaveLength(3);
  expect(letters([wrong], monitor, 59_999)).toEqual([]);
  expect(letters([wrong], monitor, 60_000)).toHaveLength(1);
  expect(monitor.stats()).toEqual({ written: 4, withheld: 2 });
});
