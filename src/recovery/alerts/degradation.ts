import type { AlertSeverity } from '../../telemetry/events/recovery.ts';

/** What the engine measures of itself; null where there is nothing to measure yet. */
export interface PerformanceSample {
  /** Share of the recent transactions of followed programs that could be parsed, 0 to 1. */
  readonly parseRate: number | null;
  /** From arrival to durable, 99th percentile of the recent batches. */
  readonly latencyMs: number | null;
  /** Slots between the newest slot heard of and the newest whose events are durable. */
  readonly lagSlots: number | null;
  /** How full the fullest queue is, 0 to 1. */
  readonly queueShare: number | null;
  /** Resident memory. */
  readonly memoryMb: number | null;
}

export interface DegradationLimits {
  readonly parseRateMin: number;
  readonly latencyMaxMs: number;
  readonly lagMaxSlots: number;
  readonly queueShareMax: number;
  readonly memoryMaxMb: number;
}

/** One rule that is broken. */
export interface Degradation {
  readonly part: keyof PerformanceSample;
  readonly reason: string;
  readonly value: number;
  readonly limit: number;
  readonly severity: AlertSeverity;
}

interface Rule {
  readonly part: keyof PerformanceSample;
  readonly limit: (limits: DegradationLimits) => number;
  /** A parse rate is bad when low, all others when high. */
  readonly isFloor: boolean;
  readonly severity: AlertSeverity;
  readonly reason: (value: number, limit: number) => string;
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

const RULES: readonly Rule[] = [
  {
    part: 'parseRate',
    limit: (limits) => limits.parseRateMin,
    isFloor: true,
    severity: 'warning',
    reason: (value, limit) =>
      `only ${percent(value)} of the followed transactions could be parsed (limit ${percent(limit)})`,
  },
  {
    part: 'latencyMs',
    limit: (limits) => limits.latencyMaxMs,
    isFloor: false,
    severity: 'warning',
    reason: (value, limit) => `events take ${Math.round(value)} ms from arrival to disk (limit ${limit} ms)`,
  },
  {
    part: 'lagSlots',
    limit: (limits) => limits.lagMaxSlots,
    isFloor: false,
    severity: 'warning',
    reason: (value, limit) => `the output is ${Math.round(value)} slots behind the stream (limit ${limit})`,
  },
  {
    part: 'queueShare',
    limit: (limits) => limits.queueShareMax,
    isFloor: false,
    severity: 'warning',
    reason: (value, limit) => `the fullest queue is at ${percent(value)} (limit ${percent(limit)})`,
  },
  {
    part: 'memoryMb',
    limit: (limits) => limits.memoryMaxMb,
    isFloor: false,
    severity: 'critical',
    reason: (value, limit) => `the process holds ${Math.round(value)} MiB of memory (limit ${limit} MiB)`,
  },
];

/** A broken rule holds until the value is better than the limit by this share, so that a value at the limit does not flicker. */
const HYSTERESIS = 0.1;

/** The rules a sample breaks, given those that were broken before. Pure. */
export function degradations(
  sample: PerformanceSample,
  limits: DegradationLimits,
  broken: ReadonlySet<string>,
): readonly Degradation[] {
  const found: Degradation[] = [];
  for (const rule of RULES) {
    const value = sample[rule.part];
    if (value === null) continue;
    const limit = rule.limit(limits);
    const slack = broken.has(rule.part) ? 1 - HYSTERESIS : 1;
    const isBroken = rule.isFloor ? 1 - value > (1 - limit) * slack : value > limit * slack;
    if (!isBroken) continue;
    found.push({ part: rule.part, reason: rule.reason(value, limit), value, limit, severity: rule.severity });
  }
  return found;
}
