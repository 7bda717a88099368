/**
 * How long one trade event takes from object to CloudEvents text, beside JSON.stringify with a replacer on the same object.
 * `node scripts/bench/envelope.ts [--json]`
 */
import { type DomainEvent, eventId } from '../../src/domain/domain-event.ts';
import { createEnvelopeWriter } from '../../src/output/envelope.ts';

const EVENTS = 2_000;
const ROUNDS = 100;

const events = Array.from({ length: EVENTS }, (_, i) => trade(i));
const write = createEnvelopeWriter({ source: 'sluice', commitment: 'processed' });

const ours = measure((event) => Buffer.byteLength(write(event, eventId(event))));
const stringify = measure((event) => Buffer.byteLength(plain(event)));
const result = {
  oursUsPerEvent: ours,
  stringifyUsPerEvent: stringify,
  bytesPerEvent: Buffer.byteLength(write(events[0] as DomainEvent, eventId(events[0] as DomainEvent))),
  node: process.version,
};
console.log(`hand-written ${ours} µs, JSON.stringify ${stringify} µs per trade event`);
if (process.argv.includes('--json')) console.log(JSON.stringify(result));

/** Median over rounds, so that a pause of the machine does not speak for the code. */
function measure(run: (event: DomainEvent) => number): number {
  const perEvent: number[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    for (const event of events) bytes += run(event);
    perEvent.push(((performance.now() - start) * 1000) / EVENTS);
  }
  if (bytes === 0) throw new Error('nothing was written');
  return Math.round((perEvent.sort((a, b) => a - b)[ROUNDS / 2] as number) * 100) / 100;
}

function plain(event: DomainEvent): string {
  const id = eventId(event);
  const envelope = {
    specversion: '1.0',
    id,
    source: 'sluice',
    type: event.type,
    datacontenttype: 'application/json',
    dataschema: `urn:sluice:schema:${event.type}:1`,
    time: new Date(event.timeMs).toISOString(),
    subject: event.subject,
    slot: event.slot,
    signature: event.signature,
    txindex: event.txIndex,
    ixpath: `${event.path?.outer}.${event.path?.inner}`,
    commitment: 'processed',
    schemaversion: 1,
    correlationid: event.signature,
    data: event.data,
  };
  return JSON.stringify(envelope, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}

function trade(i: number): DomainEvent {
  return {
    type: 'trade.swap.executed',
    subject: `${i}pumpCmXqMfrsAkQ5r49WcJnRayYRqmXz6ae8H7H9Dfn`.slice(0, 44),
    slot: 398_202_773 + Math.floor(i / 50),
    signature: `${i}5wHu1qwD7q4H3Yp8b6KzNnD1sKkR8WcJnRayYRqmXz6ae8H7H9DfnF9m4j4fK5wHu1qwD7q4H3Yp8b6KzNnD1s`.slice(
      0,
      88,
    ),
    txIndex: i % 1_500,
    path: { outer: 3, inner: 2 },
    ordinal: 0,
    timeMs: 1_763_000_000_000 + Math.floor(i / 50) * 400,
    data: {
      venue: 'pump-fun',
      pool: 'CebN5WGQ4jvEPvsVU4EoHEpgzq1VV7AbicfhtW4xC9iM',
      side: i % 2 === 0 ? 'buy' : 'sell',
      trader: '7YttLkHDoNj9wyDur5pM1ejNaAvT9X4eqaYcHQqtj2G5',
      baseMint: 'CmXqMfrsAkQ5r49WcJnRayYRqmXz6ae8H7H9Dfn8pump',
      quoteMint: 'So11111111111111111111111111111111111111112',
      baseAmount: 34_612_903_225n + BigInt(i),
      quoteAmount: 990_099_009n,
      fees: [
        { kind: 'protocol', mint: 'So11111111111111111111111111111111111111112', amount: 9_405_941n },
        { kind: 'creator', mint: 'So11111111111111111111111111111111111111112', amount: 495_050n },
      ],
      reserves: {
        base: 758_487_096_775n,
        quote: 990_099_009n,
        virtualBase: 1_038_387_096_775n,
        virtualQuote: 30_990_099_009n,
      },
      price: 0.0000000298445,
      priceUsd: 0.0000049243425,
      slippageLimitBps: 500,
      slippageTakenBps: 12,
      priceImpactBps: 640,
      caller: null,
      strategy: 'self-cpi',
      audit: { verdict: 'matched' },
    },
  };
}
