import { type ChannelModel, connect } from 'amqplib';
import { audited } from '../../src/decode/audit/audit.ts';
import { MISMATCH_LIMITS, MismatchMonitor } from '../../src/decode/audit/mismatch-monitor.ts';
import type { EventSpec, ProgramDecoder } from '../../src/decode/program.ts';
import { PROGRAMS } from '../../src/decode/programs.ts';
import { createDecoder } from '../../src/decode/registry.ts';
import { type DomainEvent, eventId } from '../../src/domain/domain-event.ts';
import { EVENT_CATALOGUE } from '../../src/domain/events/catalogue.ts';
import { readTransaction } from '../../src/domain/wire-transaction.ts';
import { StreamEnricher } from '../../src/enrich/stream-enricher.ts';
import { createMonitors } from '../../src/monitors/index.ts';
import type { TopologyPlan } from '../../src/output/topology.ts';
import {
  closeTestOutputs,
  openTestOutput,
  readQueue,
  removeTopology,
  temporaryFolder,
  testTopology,
  until,
} from '../support/output.ts';
import { services } from '../support/services.ts';
import { playMarket, readPlayed } from '../unit/simulator/market/play-market.ts';

const { rabbitmqUrl } = services();

/** The decoders, one of which takes a field for another: twice the tokens of every trade. */
const MISREADING = PROGRAMS.map((program): ProgramDecoder => {
  if (program.name !== 'pump-fun') return program;
  const events = program.events.map((spec): EventSpec => {
    const toEvent: EventSpec['toEvent'] = (fields, context) => {
      const event = spec.toEvent(fields, context);
      if (event === null || !('kind' in event) || event.kind !== 'trade') return event;
      return { ...event, baseAmount: event.baseAmount * 2n };
    };
    return { ...spec, toEvent };
  });
  return { ...program, events };
});

/** What a short piece of a market makes the monitors say when a field is misread. */
function misread(): readonly DomainEvent[] {
  const { played } = playMarket(2, { seed: 5, wallets: 30 });
  const decode = audited(createDecoder(MISREADING, null).decode);
  const enricher = new StreamEnricher({ tokensMax: 100, poolsMax: 100, priceSamples: 5, priceTradeMinUsd: 1 });
  const monitors = [
    ...createMonitors({ groups: [], trackedTokensMax: 100, priceIntervalSlots: 10 }),
    new MismatchMonitor([], MISMATCH_LIMITS),
  ];
  return [...readPlayed(played)].flatMap((transaction) => {
    const enriched = enricher.enrichOne({ ...decode(transaction), timeMs: transaction.slot * 400 });
    return monitors.flatMap((monitor) => monitor.observe(enriched));
  });
}

describe('trades that their transactions do not bear out', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let connection: ChannelModel;
  let plan: TopologyPlan;
  beforeEach(async () => {
    folder = temporaryFolder();
    connection = await connect(rabbitmqUrl);
    plan = testTopology('letters');
  });
  afterEach(async () => {
    await closeTestOutputs();
    await connection.close();
    await removeTopology(rabbitmqUrl, plan);
    folder.remove();
  });

  test('wait in the dead letters with the raw transaction, each once, and nowhere else', async () => {
    const events = misread();
    const letters = events.filter(({ type }) => type === 'audit.trade.mismatched');
    expect(letters.length).toBeGreaterThan(20);
    const output = openTestOutput(rabbitmqUrl, plan, folder.path);
    await output.publisher.open();
    await output.outbox.append(events, { slot: 2_000 });
    // Saying it again (a replay) adds nothing.
    await output.outbox.append(letters, null);
    output.relay.start();
    await until('everything is confirmed', () => output.outbox.confirmedThrough() === events.length);

    const channel = await connection.createChannel();
    const first = await channel.get(`${plan.exchange}.q.trade.events.dlq`);
    if (first === false) throw new Error('the dead letters are empty');
    expect(first.fields).toMatchObject({ exchange: `${plan.exchange}.dlx`, routingKey: 'audit.trade.mismatched' });
    const body = JSON.parse(first.content.toString()) as { data: Record<string, unknown>; signature: string };
    const letter = EVENT_CATALOGUE['audit.trade.mismatched'].data.parse(body.data);
    expect(letter.note).toMatch(/^base: event -?\d+, transferred -?\d+/);
    const transaction = readTransaction(Buffer.from(letter.rawTransaction, 'base64'));
    expect(transaction.signatureText).toBe(body.signature);
    // With the decoder mended the raw transaction tells the amount that moved.
    const [mended] = createDecoder(PROGRAMS, null)
      .decode(transaction)
      .events.filter(({ kind }) => kind === 'trade');
    expect(mended).toMatchObject({ baseAmount: (letter.event.baseAmount ?? 0n) / 2n });
    channel.nack(first, false, true);
    await channel.close();

    const waiting = await readQueue(connection, `${plan.exchange}.q.trade.events.dlq`, letters.length);
    expect(new Set(waiting.map(({ id }) => id))).toEqual(new Set(letters.map(eventId)));
    const trades = events.filter(({ type }) => type === 'trade.swap.executed');
    const delivered = await readQueue(connection, `${plan.exchange}.q.trade.events`, trades.length);
    expect(delivered.every(({ type }) => type === 'trade.swap.executed')).toBe(true);
    expect(await readQueue(connection, `${plan.exchange}.${plan.exchange}.unrouted`, 0)).toEqual([]);
    await output.close();
  }, 60_000);

  test('are delivered after a topology that lost its dead letters is put back', async () => {
    const [letter] = misread().filter(({ type }) => type === 'audit.trade.mismatched');
    if (letter === undefined) throw new Error('the market made no trade');
    const output = openTestOutput(rabbitmqUrl, plan, folder.path);
    await output.publisher.open();
    const channel = await connection.createChannel();
    const queue = `${plan.exchange}.q.trade.events.dlq`;
    await channel.unbindQueue(queue, `${plan.exchange}.dlx`, 'audit.trade.mismatched');
    await channel.close();
    output.relay.start();
    await output.outbox.append([letter], null);
    await until('it is confirmed', () => output.outbox.confirmedThrough() === 1);
    expect((await readQueue(connection, queue, 1)).map(({ id }) => id)).toEqual([eventId(letter)]);
    await output.close();
  }, 60_000);
});
