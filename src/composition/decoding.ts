import type { Config } from '../config/schema.ts';
import { audited } from '../decode/audit/audit.ts';
import { MISMATCH_LIMITS, MismatchMonitor } from '../decode/audit/mismatch-monitor.ts';
import { DRIFT_LIMITS } from '../decode/drift/drift-rules.ts';
import { DriftSentinel } from '../decode/drift/drift-sentinel.ts';
import type { ProgramDecoder } from '../decode/program.ts';
import { PROGRAMS } from '../decode/programs.ts';
import { createDecoder, type DecoderCounters } from '../decode/registry.ts';
import type { DecodeTransaction, Monitor } from '../domain/contracts.ts';
import { StreamEnricher } from '../enrich/stream-enricher.ts';
import type { MonitorInterest } from '../grpc/subscription/subscription-builder.ts';
import { createMonitors } from '../monitors/index.ts';

/** Everything that looks at a decoded transaction and tells events of it. */
export interface Watchers {
  /** In the order in which they are shown a transaction. */
  readonly monitors: readonly Monitor[];
  /** What they want to see, for the subscription. */
  readonly interests: readonly MonitorInterest[];
  readonly mismatches: MismatchMonitor;
  readonly drift: DriftSentinel;
}

/** From a transaction to what the monitors say of it: the same for the engine, a replay and a later decoding. */
export interface Decoding extends Watchers {
  readonly decode: DecodeTransaction;
  readonly counters: DecoderCounters;
  readonly enricher: StreamEnricher;
  /** Names of the decoded programs by address. */
  readonly venues: ReadonlyMap<string, string>;
}

/** The domain monitors, and with them those that doubt what was decoded. */
export function openWatchers(
  { monitors: options }: Pick<Config, 'monitors'>,
  groups: readonly string[],
  venues = venuesOf(PROGRAMS),
): Watchers {
  const mismatches = new MismatchMonitor(groups, MISMATCH_LIMITS);
  const drift = new DriftSentinel(groups, venues, DRIFT_LIMITS);
  const monitors = [...createMonitors({ groups, ...options }), mismatches, drift];
  const interests = monitors.map(({ name, interest }) => ({ monitor: name, interest }));
  return { monitors, interests, mismatches, drift };
}

export function openDecoding(
  config: Pick<Config, 'enrich' | 'monitors'>,
  groups: readonly string[],
  programs: readonly ProgramDecoder[] = PROGRAMS,
): Decoding {
  const { decode, counters } = createDecoder(programs, null);
  const venues = venuesOf(programs);
  return {
    decode: audited(decode),
    counters,
    enricher: new StreamEnricher(config.enrich),
    venues,
    ...openWatchers(config, groups, venues),
  };
}

function venuesOf(programs: readonly ProgramDecoder[]): ReadonlyMap<string, string> {
  return new Map(programs.map(({ program, name }) => [program, name]));
}
