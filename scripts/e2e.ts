import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProgramGroups } from '../src/grpc/subscription/program-groups.ts';
import { encodeBase58 } from '../src/lib/base58.ts';
import { systemClock } from '../src/lib/clock.ts';
import { NO_FAULTS } from '../src/simulator/faults/fault-script.ts';
import { MarketModel } from '../src/simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../src/simulator/market/market-options.ts';
import { RecordedSource } from '../src/simulator/recorded-source.ts';
import { readRecording } from '../src/simulator/recorded-transactions.ts';
import { firstSlotNow, MAINNET, openSimulator, type Simulator } from '../src/simulator/simulator.ts';
import type { TruthSource } from '../src/simulator/truth-source.ts';
import { EngineProcess } from './harness/engine-process.ts';
import { quantile } from './harness/quantile.ts';
import { plannedTopology, QueueTally, runNames } from './harness/queue-tally.ts';
import { scriptArguments, wholeNumber } from './harness/script-arguments.ts';
import { TappedSource } from './harness/tapped-source.ts';

/**
 * `npm run e2e -- --source <folder> [--count N] [--rate N] [--json]`: simulator → engine (a process of its own) → the real RabbitMQ → an
 * independent consumer. Every event that the transactions must become is looked for on every queue it belongs on.
 */
const values = scriptArguments('npm run e2e -- --source <folder> [--count N] [--rate N] [--seed S] [--json]', {
  source: { type: 'string' },
  count: { type: 'string' },
  rate: { type: 'string', default: '500' },
  seed: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
});

const SLOT_MS = 100;
/** The run ends when nothing new arrived for this long. */
const QUIET_MS = 10_000;
const brokerUrl = process.env['RABBITMQ_URL'] || 'amqp://guest:guest@127.0.0.1:5672';
const rate = wholeNumber('rate', values.rate);

const { source, count } = openSource();
const groups = readProgramGroups(join(import.meta.dirname, '..', 'config', 'groups.json'));
const tapped = new TappedSource(source, count, groups);
const simulator = await openSimulator({
  ...MAINNET,
  clock: systemClock,
  source: tapped,
  script: NO_FAULTS,
  host: '127.0.0.1',
  port: 0,
  token: 'e2e-token',
  slotMs: SLOT_MS,
  firstSlot: firstSlotNow(Date.now()),
});
const sentAtMs = stampSending(simulator);
const stopProducing = new AbortController();
const producing = simulator.producer.run(stopProducing.signal);

const names = runNames('e2e');
const folder = mkdtempSync(join(tmpdir(), 'sluice-e2e-'));
const latenciesMs: number[] = [];
let lastNewsMs = performance.now();
const tally = new QueueTally(brokerUrl, plannedTopology(names), (queue, { id, signature, atMs }) => {
  lastNewsMs = atMs;
  const isFirst = tally.counts.get(queue)?.get(id) === 1;
  const sent = signature === null ? undefined : sentAtMs.get(signature);
  if (isFirst && sent !== undefined && !tally.isStream(queue)) latenciesMs.push(atMs - sent);
});

let engine: EngineProcess | null = null;
try {
  engine = await EngineProcess.start({
    GRPC_URL: simulator.url,
    X_TOKEN: 'e2e-token',
    RABBITMQ_URL: brokerUrl,
    RABBITMQ_EXCHANGE: names.exchange,
    RABBITMQ_QUEUE_PREFIX: names.queuePrefix,
    SLUICE_DATA_DIR: folder,
  });
  await engine.ready();
  await tally.open();
  tapped.open();
  await untilArrived();
  const pipeline = await engine.get<{ transactions: number; events: number }>('/api/pipeline/stats');
  const output = await engine.get<{ confirmed: number; lastSequence: number }>('/api/output/stats');
  const rssMb = engine.residentMb();
  const exitCode = await engine.stop('SIGTERM');
  report(pipeline, output, rssMb, exitCode);
} finally {
  if (engine?.isRunning) await engine.stop('SIGKILL');
  stopProducing.abort();
  await producing;
  await simulator.close();
  await tally.close();
  rmSync(folder, { recursive: true, force: true });
}

function openSource(): { source: TruthSource; count: number } {
  const perSlot = (rate * SLOT_MS) / 1000;
  if (values.source === undefined) {
    const market = new MarketModel({
      ...MARKET_DEFAULTS,
      seed: wholeNumber('seed', values.seed),
      transactionsPerSlot: perSlot,
    });
    return { source: market, count: wholeNumber('count', values.count ?? '2000') };
  }
  const { transactions, problems } = readRecording(values.source);
  for (const { file, reason } of problems) console.error(`left out ${file}: ${reason}`);
  if (transactions.length === 0) throw new Error(`No transaction could be read from ${values.source}.`);
  const count = wholeNumber('count', values.count ?? String(transactions.length));
  return {
    source: new RecordedSource(transactions, { perSlot, loop: count > transactions.length, originalSlots: false }),
    count,
  };
}

/** When each transaction was handed to the wire, by signature. */
function stampSending({ server }: Simulator): ReadonlyMap<string, number> {
  const at = new Map<string, number>();
  const publish = server.publish.bind(server);
  server.publish = (update) => {
    if (update.kind === 'transaction') at.set(encodeBase58(update.transaction.signature), performance.now());
    publish(update);
  };
  return at;
}

function missing(): readonly { queue: string; id: string }[] {
  return tally.queues.flatMap((queue) =>
    [...tapped.expected]
      .filter(([id, { type }]) => tally.expects(queue, type) && !tally.counts.get(queue)?.has(id))
      .map(([id]) => ({ queue, id })),
  );
}

async function untilArrived(): Promise<void> {
  lastNewsMs = performance.now();
  while (!tapped.isEnded || (missing().length > 0 && performance.now() - lastNewsMs < QUIET_MS)) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  // What should not come at all would come late: a moment more tells duplicates.
  await new Promise((resolve) => setTimeout(resolve, 500));
}

function report(
  pipeline: { transactions: number; events: number },
  output: { confirmed: number },
  rssMb: number | null,
  exitCode: number | null,
): void {
  const lost = missing();
  for (const { queue, id } of lost.slice(0, 20)) console.error(`lost on ${queue}: ${id}`);
  const result = {
    sent: tapped.sent,
    matched: tapped.matched,
    decoded: pipeline.transactions,
    events: tapped.expected.size,
    confirmed: output.confirmed,
    receivedByQueue: Object.fromEntries(
      tally.queues.map((queue) => [
        queue.replace(names.queuePrefix, '').replace(names.exchange, 'solana.events'),
        tally.unique(queue),
      ]),
    ),
    lost: lost.length,
    duplicates: tally.duplicates(),
    latencyMs: { p50: quantile(latenciesMs, 0.5), p99: quantile(latenciesMs, 0.99) },
    rssMb,
    exitCode,
  };
  if (values.json) console.log(JSON.stringify(result));
  else console.table(result);
  process.exitCode = lost.length === 0 && result.duplicates === 0 && exitCode === 0 ? 0 : 1;
}
