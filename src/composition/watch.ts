import type { EndpointGate } from '../grpc/endpoint/endpoint-gate.ts';
import { MEBIBYTE } from '../lib/bytes.ts';
import type { Lifecycle } from '../lib/lifecycle.ts';
import { RecentShare } from '../lib/recent-share.ts';
import { ParseCapacity } from '../pipeline/parse-capacity.ts';
import { AlertWebhook } from '../recovery/alerts/alert-webhook.ts';
import type { PerformanceSample } from '../recovery/alerts/degradation.ts';
import { FaultTolerantManager, type FaultTolerantManagerParts } from '../recovery/fault-tolerant-manager.ts';
import type { Output } from './output.ts';
import type { EngineParts } from './parts.ts';
import type { Run } from './run.ts';

const WEBHOOK = { timeoutMs: 5_000, attempts: 5 };
/** Fewer transactions than this say nothing about the share of them that can be parsed. */
const PARSED_MIN = 100;

/** The watch over the engine: breakers, alerts, degradation, and the engine's own events on the outbox. */
export function openWatch(
  parts: EngineParts,
  output: Output,
  run: () => Run,
  lifecycle: Lifecycle,
): FaultTolerantManager {
  const webhook = openWebhook(parts, lifecycle);
  const failures = new RecentShare(PARSED_MIN);
  return lifecycle.own(
    createManager(parts, {
      measure: () => measure(run(), output, failures, parts.residentBytes),
      openGaps: () => run().ledger.ledger.gaps.list(),
      slot: () => run().ledger.ledger.head ?? output.outbox.resumeFrom()?.slot ?? 0,
      // The outbox reports its own trouble; an announcement must not bring the watch down.
      announce: (events) => void output.outbox.append(events, null).catch(() => undefined),
      post: (news) => webhook?.post(news),
    }),
  );
}

/** Null when the configuration names none. */
export function openWebhook(parts: EngineParts, lifecycle: Lifecycle): AlertWebhook | null {
  const { config, clock, random, emit, redact } = parts;
  const url = config.recovery.alertWebhookUrl;
  return url === '' ? null : lifecycle.own(new AlertWebhook({ ...WEBHOOK, url, redact }, clock, random, emit));
}

/** The watch with the limits of the configuration, over whatever it is given to look at. */
export function createManager(
  { config, clock, emit }: EngineParts,
  sights: Omit<FaultTolerantManagerParts, 'clock' | 'emit'>,
): FaultTolerantManager {
  const { recovery } = config;
  const limits = {
    parseRateMin: recovery.alertParseRateMinPercent / 100,
    latencyMaxMs: recovery.alertLatencyMaxMs,
    lagMaxSlots: recovery.alertLagMaxSlots,
    queueShareMax: recovery.alertQueueMaxPercent / 100,
    memoryMaxMb: recovery.alertMemoryMaxMb,
  };
  return new FaultTolerantManager({ limits, sampleIntervalMs: recovery.alertIntervalMs }, { clock, emit, ...sights });
}

/** Every breaker is on the board before it ever opens: what is not shown there is not there. */
export function showBreakers(
  watch: FaultTolerantManager,
  endpoints: readonly EndpointGate[],
  output: Output,
  rpcHosts: readonly string[],
): void {
  for (const { address } of endpoints) watch.breaker('connection', address.name, 'closed');
  if (output.rabbitmq !== null) watch.breaker('broker', 'broker', 'closed');
  for (const host of rpcHosts) watch.breaker('rpc', host, 'closed');
}

/** The balancer weighs connections by what the engine behind them can parse. */
export function feedParseRate({ clock }: EngineParts, run: () => Run, lifecycle: Lifecycle): void {
  const capacity = new ParseCapacity();
  const stop = clock.every(1_000, () => {
    const { pipeline, source } = run();
    const parsing = pipeline.stats().stages.find(({ name }) => name === 'parsing');
    const perS = parsing === undefined ? null : capacity.observe(parsing);
    if (perS !== null) source.noteParseRate(perS);
  });
  lifecycle.own({ name: 'parse rate', close: async () => stop() });
}

function measure(
  { pipeline, ledger }: Run,
  output: Output,
  failures: RecentShare,
  residentBytes: () => number,
): PerformanceSample {
  const stats = pipeline.stats();
  const head = ledger.ledger.head;
  const durable = output.outbox.resumeFrom()?.slot ?? null;
  const fill = stats.stages.map(({ queueDepth, queueLimit }) => queueDepth / queueLimit);
  const parsing = stats.stages.find(({ name }) => name === 'parsing');
  const failed = parsing === undefined ? null : failures.look(parsing.in, parsing.errors);
  return {
    parseRate: failed === null ? null : 1 - failed,
    latencyMs: stats.latencyMs,
    lagSlots: head === null || durable === null ? null : Math.max(0, head - durable),
    queueShare: fill.length === 0 ? null : Math.max(...fill),
    memoryMb: residentBytes() / MEBIBYTE,
  };
}
