import { DRIFT_LIMITS, type DriftLimits } from '../../../../src/decode/drift/drift-rules.ts';
import { DriftSentinel } from '../../../../src/decode/drift/drift-sentinel.ts';
import type { EnrichedTransaction } from '../../../../src/domain/contracts.ts';
import { type DomainEvent, eventId } from '../../../../src/domain/domain-event.ts';
import { EVENT_CATALOGUE } from '../../../../src/domain/events/catalogue.ts';
import type { Audit, Undecoded } from '../../../../src/domain/protocol-event.ts';
import { enriched, trade } from '../../../support/protocol-events.ts';
import { madeUpTransaction } from '../../../support/raw-transaction.ts';

const PROGRAM = trade().program;
const START_MS = 1_780_000_000_000;
const VENUES = new Map([[PROGRAM, 'pump-fun']]);

function sentinel(limits: Partial<DriftLimits> = {}): DriftSentinel {
  return new DriftSentinel(['bonding-curve'], VENUES, { ...DRIFT_LIMITS, ...limits });
}

/** Feeds one transaction per given second. */
class Stream {
  readonly sentinel: DriftSentinel;
  #second = 0;

  constructor(watching: DriftSentinel) {
    this.sentinel = watching;
  }

  pass(seconds: number): this {
    this.#second += seconds;
    return this;
  }

  send(parts: {
    events?: EnrichedTransaction['events'];
    undecoded?: readonly Undecoded[];
    failed?: boolean;
  }): readonly DomainEvent[] {
    const slot = 100 + Math.floor(this.#second * 2.5);
    const signature = new Uint8Array(64).fill(this.#second % 251);
    const { transaction, ...rest } = enriched(parts.events ?? [], { timeMs: START_MS + this.#second * 1000 });
    const changes = { slot, signature, signatureText: `signature ${this.#second}`, failed: parts.failed ?? false };
    return this.sentinel.observe({
      ...rest,
      transaction: { ...transaction, ...changes },
      undecoded: parts.undecoded ?? [],
    });
  }

  /** The same transaction so many times, a second apart. */
  repeat(times: number, parts: Parameters<Stream['send']>[0]): readonly DomainEvent[] {
    return Array.from({ length: times }, () => this.pass(1).send(parts)).flat();
  }
}

const undecoded = (reason: Undecoded['reason'], discriminator: string, note?: string): Undecoded => {
  const entry = { program: PROGRAM, discriminator, reason, path: { outer: 0, inner: -1 } };
  return note === undefined ? entry : { ...entry, note };
};

const audited = (verdict: Audit['verdict']) => trade({ audit: { verdict, note: 'base: event 2, transferred 1' } });

function told(events: readonly DomainEvent[]): readonly string[] {
  return events.map(({ type, subject, data }) => {
    expect(EVENT_CATALOGUE[type as 'stream.decoder.drifted'].data.safeParse(data).error).toBeUndefined();
    return `${subject}${data['exampleSignature'] === null ? '' : ` (${String(data['exampleSignature'])})`}`;
  });
}

describe('an unknown discriminator', () => {
  test.each(['unknown-event', 'unknown-instruction'] as const)(
    '(%s) is told at once, with an example, and once',
    (reason) => {
      const stream = new Stream(sentinel());
      const found = stream.repeat(5, { undecoded: [undecoded(reason, 'c0ffee0000000000')] });
      expect(told(found)).toEqual(['pump-fun/unknown-discriminator/c0ffee0000000000 (signature 1)']);
      expect(found[0]).toMatchObject({
        type: 'stream.decoder.drifted',
        slot: 102,
        timeMs: START_MS + 1000,
        data: { program: PROGRAM, venue: 'pump-fun', cleared: false, note: reason.replace('-', ' ') },
      });
      expect(stream.sentinel.stats().raised).toEqual([
        expect.objectContaining({ kind: 'unknown-discriminator', count: 5, sinceSlot: 102 }),
      ]);
    },
  );

  test('is cleared after ten quiet minutes, and told again when it comes back', () => {
    const stream = new Stream(sentinel());
    const odd = { undecoded: [undecoded('unknown-event', 'c0ffee0000000000')] };
    stream.repeat(3, odd);
    expect(stream.pass(590).send({ events: [trade()] })).toEqual([]);
    const cleared = stream.pass(20).send({ events: [trade()] });
    expect(told(cleared)).toEqual(['pump-fun/unknown-discriminator/c0ffee0000000000/cleared']);
    expect(cleared[0]?.data).toMatchObject({ cleared: true, note: 'nothing new for 600 s, 3 cases in all' });
    expect(stream.sentinel.stats()).toMatchObject({ raised: [], watched: 0 });
    expect(told(stream.pass(1).send(odd))).toHaveLength(1);
  });

  test('of a failed transaction or of a log that was cut off says nothing', () => {
    const stream = new Stream(sentinel());
    expect(stream.send({ undecoded: [undecoded('unknown-event', 'c0ffee')], failed: true })).toEqual([]);
    expect(stream.repeat(50, { undecoded: [undecoded('log-truncated', 'aa')] })).toEqual([]);
  });
});

test('a body longer than its layout is told at once', () => {
  const stream = new Stream(sentinel());
  const grown = trade({ unknownTail: new Uint8Array(8), bodyLength: 374 });
  expect(stream.repeat(2, { events: [trade({ bodyLength: 366, unknownTail: new Uint8Array(0) })] })).toEqual([]);
  const [event, ...more] = stream.repeat(3, { events: [grown] });
  expect(more).toEqual([]);
  expect(event).toMatchObject({
    subject: 'pump-fun/longer-body/TradeEvent',
    data: { note: '8 bytes past the longest known TradeEvent', exampleSignature: 'signature 3' },
  });
  expect(stream.sentinel.stats().bodyLengths).toEqual({ 'pump-fun TradeEvent': { 366: 2, 374: 3 } });
});

describe('instructions that yield nothing', () => {
  const lost = { undecoded: [undecoded('no-event', '66063d1201daebea', 'buy')] };

  test('are told when they are many, within a minute', () => {
    const stream = new Stream(sentinel());
    const found = stream.repeat(30, lost);
    expect(told(found)).toEqual(['pump-fun/no-event-share/66063d1201daebea (signature 20)']);
    expect(found[0]?.data['note']).toBe('20 of the latest 20: buy');
  });

  test('of a rare kind are not hidden by the good ones of a busy kind', () => {
    const stream = new Stream(sentinel());
    const busy = madeUpTransaction({ calls: [{ program: PROGRAM, data: Buffer.from('33e685a4017f83ad00', 'hex') }] });
    const found: DomainEvent[] = [];
    for (let second = 0; second < 25; second++) {
      found.push(...stream.repeat(1, lost));
      for (let i = 0; i < 40; i++) {
        found.push(...stream.sentinel.observe({ ...enriched([trade()], { timeMs: START_MS }), transaction: busy }));
      }
    }
    expect(told(found)).toEqual(['pump-fun/no-event-share/66063d1201daebea (signature 20)']);
  });

  test('are nothing to speak of while the same instruction mostly yields its event', () => {
    const stream = new Stream(sentinel());
    const good = madeUpTransaction({ calls: [{ program: PROGRAM, data: Buffer.from('66063d1201daebea00', 'hex') }] });
    for (let second = 0; second < 100; second++) {
      expect(stream.repeat(1, lost)).toEqual([]);
      for (let i = 0; i < 9; i++) {
        const timeMs = START_MS + second * 1000;
        expect(stream.sentinel.observe({ ...enriched([trade()], { timeMs }), transaction: good })).toEqual([]);
      }
    }
  });

  test('of a program that is seldom used are told too, in the end', () => {
    const stream = new Stream(sentinel());
    const found = Array.from({ length: 30 }, () => stream.pass(300).send(lost)).flat();
    expect(told(found)).toEqual(['pump-fun/no-event-share/66063d1201daebea (signature 6000)']);
  });

  test('because their event is cut off count against the whole program', () => {
    const stream = new Stream(sentinel());
    const cut = { undecoded: [undecoded('malformed', 'bddb7fd34ee661ee', 'TradeEvent of 90 bytes is cut off')] };
    expect(told(stream.repeat(30, cut))).toEqual(['pump-fun/no-event-share (signature 20)']);
    const mixed = new Stream(sentinel());
    for (let i = 0; i < 60; i++) {
      expect(mixed.repeat(1, cut)).toEqual([]);
      expect(mixed.repeat(9, { events: [trade()] })).toEqual([]);
    }
  });
});

describe('audits that do not match', () => {
  test('are told when they are more than a few of many', () => {
    const stream = new Stream(sentinel());
    expect(stream.repeat(100, { events: [audited('matched')] })).toEqual([]);
    const found = stream.repeat(40, { events: [audited('mismatched')] });
    expect(told(found)).toEqual(['pump-fun/audit-mismatch-share/TradeEvent (signature 120)']);
    expect(found[0]?.data['note']).toBe('20 of the latest 20: base: event 2, transferred 1');
  });

  test('are passed over one in a hundred, and those that could not be audited do not count', () => {
    const stream = new Stream(sentinel());
    for (let round = 0; round < 5; round++) {
      expect(stream.pass(1).send({ events: [audited('mismatched')] })).toEqual([]);
      for (let i = 0; i < 99; i++) expect(stream.send({ events: [audited('matched')] })).toEqual([]);
      expect(stream.send({ events: [audited('unauditable'), trade()] })).toEqual([]);
    }
  });

  test('are over when a few of many are left', () => {
    const stream = new Stream(sentinel());
    stream.repeat(30, { events: [audited('mismatched')] });
    const found: DomainEvent[] = [];
    for (let minute = 0; minute < 12; minute++) {
      for (let i = 0; i < 200; i++) found.push(...stream.send({ events: [audited('matched')] }));
      found.push(...stream.send({ events: [audited('mismatched')] }));
      stream.pass(60);
    }
    expect(told(found)).toEqual(['pump-fun/audit-mismatch-share/TradeEvent/cleared']);
  });
});

test('what is remembered stays bounded, and an open alarm is the last to go', () => {
  const stream = new Stream(sentinel({ entriesMax: 8 }));
  stream.send({ undecoded: [undecoded('unknown-event', 'ff')] });
  for (let i = 0; i < 500; i++) stream.pass(1).send({ undecoded: [undecoded('no-event', `a${i}`)] });
  expect(stream.sentinel.stats().watched).toBe(8);
  expect(stream.sentinel.stats().raised).toEqual([expect.objectContaining({ discriminator: 'ff' })]);
  for (let i = 0; i < 5_000; i++) {
    stream.send({ events: [trade({ source: `Event${i % 3_000}`, bodyLength: i })] });
  }
  const lengths = stream.sentinel.stats().bodyLengths;
  expect(Object.keys(lengths).length).toBeLessThanOrEqual(2_048);
  for (let i = 0; i < 500; i++) stream.send({ events: [trade({ source: 'Same', bodyLength: i })] });
  expect(Object.keys(stream.sentinel.stats().bodyLengths['pump-fun Event0'] ?? {}).length).toBeLessThanOrEqual(64);
});

test('the same stream tells the same, under the same ids', () => {
  const run = () => {
    const stream = new Stream(sentinel());
    return [
      ...stream.repeat(40, { events: [audited('mismatched')], undecoded: [undecoded('no-event', 'aa')] }),
      ...stream.repeat(3, { undecoded: [undecoded('unknown-event', 'bb')] }),
      ...stream.pass(2000).send({}),
    ];
  };
  const first = run();
  expect(first.length).toBe(6);
  expect(run()).toEqual(first);
  expect(new Set(first.map(eventId)).size).toBe(6);
});

test('a late transaction of a filled gap neither reopens nor clears anything', () => {
  const stream = new Stream(sentinel());
  stream.repeat(3, { undecoded: [undecoded('unknown-event', 'c0ffee')] });
  expect(stream.pass(-500).send({ undecoded: [undecoded('unknown-event', 'c0ffee')] })).toEqual([]);
  expect(stream.send({ events: [trade()] })).toEqual([]);
});
