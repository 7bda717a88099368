import type { BreakerState } from '../../lib/breaker.ts';
import type { EngineEvent } from '../../telemetry/event.ts';
import type { AlertSeverity, BreakerKind } from '../../telemetry/events/recovery.ts';
import { type AlertFact, alertFactsOf } from './alert-rules.ts';

/** What an engine event means for the watch over the engine. Most events mean nothing. */
export type Fact =
  | AlertFact
  | { readonly kind: 'gaps' }
  | { readonly kind: 'breaker'; readonly of: BreakerKind; readonly part: string; readonly state: BreakerState }
  | {
      readonly kind: 'connection-failed';
      readonly connection: string;
      readonly endpoint: string;
      readonly groups: readonly string[];
      readonly code: string;
      readonly reason: string;
      readonly severity: AlertSeverity;
    }
  | {
      readonly kind: 'connection-opened';
      readonly connection: string;
      readonly groups: readonly string[];
      readonly fromSlot: number | null;
    }
  | { readonly kind: 'worker'; readonly worker: string; readonly state: string; readonly reason: string | null };

/** Pure: the facts in one engine event. Called for every event, so what means nothing costs nothing. */
export function factsOf(event: EngineEvent): readonly Fact[] {
  const alerts = alertFactsOf(event);
  const fact = otherFactOf(event);
  return fact === null ? alerts : [...alerts, fact];
}

/** What an event says besides its alerts. */
function otherFactOf(event: EngineEvent): Fact | null {
  switch (event.type) {
    case 'grpc.stream.ended': {
      // A stream given back on purpose is no failure.
      if (event.reason === 'released') return null;
      const { connection, endpoint, groups, reason: code, advice, detail, retryMs } = event;
      const severity = retryMs === null ? 'critical' : 'warning';
      const reason = `${advice} (${detail})`;
      return { kind: 'connection-failed', connection, endpoint, groups, code, reason, severity };
    }
    case 'grpc.stream.opened': {
      const { connection, groups, fromSlot } = event;
      return { kind: 'connection-opened', connection, groups, fromSlot };
    }
    case 'grpc.breaker.changed':
      return { kind: 'breaker', of: 'connection', part: event.endpoint, state: event.state };
    case 'output.breaker.changed':
      return { kind: 'breaker', of: 'broker', part: 'broker', state: event.state };
    case 'recovery.gap.opened':
    case 'recovery.gap.closed':
      return { kind: 'gaps' };
    case 'recovery.worker.started':
      return { kind: 'worker', worker: event.worker, state: 'running', reason: null };
    case 'recovery.worker.restarted':
      return { kind: 'worker', worker: event.worker, state: 'restarting', reason: event.reason };
    case 'recovery.worker.gaveUp':
      return { kind: 'worker', worker: event.worker, state: 'down', reason: event.reason };
    default:
      return null;
  }
}
