/**
 * How fast events become durable, and how fast a backlog reaches a real broker (quorum queue and stream queue together) while what was
 * delivered leaves the outbox; once bound as the engine binds, by event types, and once more with the patterns these were spelled from.
 * `npm run bench:output -- [--count 50000] [--json]`; RABBITMQ_URL or the local broker; what it declares it removes.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Channel, connect } from 'amqplib';
import type { DomainEvent } from '../../src/domain/domain-event.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createRabbitmqOutput, openOutbox } from '../../src/output/index.ts';
import { parseTopology, planTopology } from '../../src/output/topology.ts';
import { scriptArguments, wholeNumber } from '../harness/script-arguments.ts';

const flags = scriptArguments('npm run bench:output -- [--count N] [--json]', {
  count: { type: 'string', default: '50000' },
  json: { type: 'boolean', default: false },
});
const count = wholeNumber('count', flags.count);
const url = process.env['RABBITMQ_URL'] || 'amqp://guest:guest@127.0.0.1:5672';
const topologyFile = join(import.meta.dirname, '..', '..', 'config', 'topology.json');
const topologyText = readFileSync(topologyFile, 'utf8');
const parts = { clock: systemClock, random: Math.random, emit: () => {} };
const never = new AbortController().signal;
// So small that what was delivered has to leave while the rest is under way.
const keep = { keepSizeMb: 8, keepAgeMs: 86_400_000, overlapSlots: 500, spillSizeMb: 16_384 };

const { append, drain } = await appendAndDrain([]);
const patterns = parseTopology(topologyText, topologyFile);
const byPatterns = await appendAndDrain([...patterns.queues, ...patterns.streams]);
const ratio = Math.round((drain.eventsPerS / byPatterns.drain.eventsPerS) * 100) / 100;
console.log('append', append);
console.log('drain, bound by event types', drain, `${ratio} × bound by patterns`);
console.log('drain, bound by patterns', byPatterns.drain);
if (flags.json) {
  const { drain: drainByPatterns } = byPatterns;
  console.log(JSON.stringify({ count, append, drain, drainByPatterns, ratio, node: process.version }));
}

async function appendAndDrain(wildcards: readonly { readonly name: string; readonly bind: readonly string[] }[]) {
  const exchange = `sluice-bench.${process.pid}.${wildcards.length}`;
  const names = { exchange, exchangeType: 'topic' as const, queuePrefix: `${exchange}.` };
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const place = { folder, envelope: { source: 'bench', commitment: 'processed' as const }, waitsForBroker: true };
  const outbox = openOutbox(place, { commitRecords: 100, commitIntervalMs: 5, ...keep }, systemClock, parts.emit);
  const append = await measure(async () => {
    for (let from = 0; from < count; from += 100) await outbox.append(events(from, from + 100), { slot: slotOf(from) });
  });
  const settings = { ...names, url, reconnectDelayMs: 1_000, windowEvents: 1_000, topologyFile };
  const { publisher, relay } = createRabbitmqOutput(outbox, topologyText, settings, parts);
  await publisher.open();
  const onBroker = async (work: (channel: Channel) => Promise<void>) => {
    const connection = await connect(url);
    await work(await connection.createChannel());
    await connection.close();
  };
  await onBroker(async (channel) => {
    for (const { name, bind } of wildcards) {
      const queue = names.queuePrefix + name.replaceAll('{exchange}', exchange);
      for (const pattern of bind) await channel.bindQueue(queue, exchange, pattern);
    }
  });
  const drain = await measure(async () => {
    relay.start();
    while (outbox.confirmedThrough() < count) await systemClock.sleep(5, never);
  });
  await relay.close(AbortSignal.abort());
  await publisher.close(AbortSignal.timeout(2_000));
  await outbox.close(never);
  const plan = planTopology(parseTopology(topologyText, topologyFile), names);
  await onBroker(async (channel) => {
    for (const { name } of plan.queues) await channel.deleteQueue(name);
    for (const { name } of plan.exchanges) await channel.deleteExchange(name);
  });
  rmSync(folder, { recursive: true });
  return { append, drain };
}

async function measure(work: () => Promise<void>) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await work();
  const seconds = (performance.now() - startMs) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  delay.disable();
  return {
    eventsPerS: Math.round(count / seconds),
    cpuUsPerEvent: Math.round(((user + system) / count) * 10) / 10,
    loopDelayP99Ms: Math.round(delay.percentile(99) / 1e5) / 10,
    loopDelayMaxMs: Math.round(delay.max / 1e5) / 10,
    rssMb: Math.round(process.memoryUsage.rss() / 1e6),
  };
}

function events(from: number, to: number): readonly DomainEvent[] {
  return Array.from({ length: to - from }, (_, i) => ({
    type: 'trade.swap.executed',
    subject: 'CmXqMfrsAkQ5r49WcJnRayYRqmXz6ae8H7H9Dfn8pump',
    slot: slotOf(from + i),
    signature: `5wHu1qwD7q4H3Yp8b6KzNnD1sKkR8WcJnRayYRqmXz6ae8H7H9DfnF9m4j4fK5wHu1qwD7q4H3Yp8b6K${from + i}`,
    txIndex: i,
    path: { outer: 2, inner: 1 },
    ordinal: 0,
    timeMs: 1_763_000_000_000 + from,
    data: {
      venue: 'pump-fun',
      side: 'buy',
      baseAmount: 34_612_903_225n,
      quoteAmount: 990_099_009n,
      price: 0.0000000298445,
    },
  }));
}

function slotOf(event: number): number {
  return 1_000 + Math.floor(event / 50);
}
