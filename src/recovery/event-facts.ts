import type { EngineEvent } from '../telemetry/event.ts';
import type { AlertSeverity, BreakerKind, BreakerState } from '../telemetry/events/recovery.ts';

/** What an engine event means for the watch over the engine. Most events mean nothing. */
export type Fact =
  | { readonly kind: 'alert'; readonly key: string; readonly severity: AlertSeverity; readonly message: string }
  | { readonly kind: 'over'; readonly key: string }
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
      readonly endpoint: string;
      readonly groups: readonly string[];
      readonly fromSlot: number | null;
    }
  | { readonly kind: 'worker'; readonly worker: string; readonly state: string; readonly reason: string | null };

const NOTHING: readonly Fact[] = [];

/** Pure: the facts in one engine event. Called for every event, so what means nothing costs nothing. */
export function factsOf(event: EngineEvent): readonly Fact[] {
  switch (event.type) {
    case 'grpc.stream.ended': {
      // A stream given back on purpose is no failure.
      if (event.reason === 'released') return NOTHING;
      const { connection, endpoint, groups, reason, advice, detail, retryMs } = event;
      const severity = retryMs === null ? 'critical' : 'warning';
      return [
        {
          kind: 'connection-failed',
          connection,
          endpoint,
          groups,
          code: reason,
          reason: `${advice} (${detail})`,
          severity,
        },
      ];
    }
    case 'grpc.stream.opened': {
      const { connection, endpoint, groups, fromSlot } = event;
      return [
        { kind: 'connection-opened', connection, endpoint, groups, fromSlot },
        ...groups.map((group) => over(`refused/${group}`)),
      ];
    }
    case 'grpc.group.refused':
      return event.groups.map((group) =>
        alert(
          `refused/${group}`,
          'critical',
          `${group} is not read: ${event.endpoint} refuses its filters (${event.detail})`,
        ),
      );
    case 'grpc.endpoint.stopped':
      return [alert(`endpoint/${event.endpoint}`, 'critical', `${event.endpoint} is given up: ${event.detail}`)];
    case 'grpc.breaker.changed':
      return [{ kind: 'breaker', of: 'connection', part: event.endpoint, state: breakerState(event.state) }];
    case 'output.broker.disconnected':
      return [alert('broker', 'warning', `the broker is away (${event.reason}); events stay in the outbox`)];
    case 'output.broker.connected':
      return [over('broker')];
    case 'output.broker.blocked':
      return [
        alert('broker/alarm', 'warning', `the broker refuses messages (${event.reason}); events stay in the outbox`),
      ];
    case 'output.broker.unblocked':
      return [over('broker/alarm')];
    case 'output.topology.refused':
      return [alert('broker/topology', 'critical', event.reason)];
    case 'output.circuit.changed':
      return [{ kind: 'breaker', of: 'broker', part: 'broker', state: event.state }];
    case 'output.append.held':
      return [alert('outbox', 'critical', `the outbox takes nothing, reading is held back: ${event.reason}`)];
    case 'output.append.resumed':
      return [over('outbox')];
    case 'output.record.quarantined':
      return [alert('outbox/damage', 'critical', `a damaged record of the outbox was set aside (${event.reason})`)];
    case 'output.lease.lost':
      return [alert('outbox/lease', 'critical', `the outbox was taken over by ${event.holder}`)];
    case 'recovery.gap.opened':
      return [
        alert(
          gapKey(event),
          'warning',
          `slots ${event.from} to ${event.to} of ${event.groups.join(', ')} are not proven complete (${event.reason})`,
        ),
      ];
    case 'recovery.gap.closed':
      return [over(gapKey(event))];
    case 'recovery.journal.failed':
      return [alert('journal', 'critical', `the gap journal cannot be written: ${event.reason}`)];
    case 'recovery.journal.damaged':
      return [alert('journal/damage', 'critical', `${event.lines} lines of the gap journal are damaged`)];
    case 'recovery.worker.started':
      return [over(`worker/${event.worker}`), { kind: 'worker', worker: event.worker, state: 'running', reason: null }];
    case 'recovery.worker.restarted':
      return [
        alert(`worker/${event.worker}`, 'warning', `${event.worker} ended and is started again: ${event.reason}`),
        { kind: 'worker', worker: event.worker, state: 'restarting', reason: event.reason },
      ];
    case 'recovery.worker.gaveUp':
      return [
        alert(`worker/${event.worker}`, 'critical', `${event.worker} stays down: ${event.reason}`),
        { kind: 'worker', worker: event.worker, state: 'down', reason: event.reason },
      ];
    default:
      return NOTHING;
  }
}

export function gapKey(gap: {
  readonly from: number;
  readonly to: number;
  readonly groups: readonly string[];
}): string {
  return `gap/${gap.from}-${gap.to}/${[...gap.groups].sort().join(',')}`;
}

function alert(key: string, severity: AlertSeverity, message: string): Fact {
  return { kind: 'alert', key, severity, message };
}

function over(key: string): Fact {
  return { kind: 'over', key };
}

function breakerState(text: string): BreakerState {
  return text === 'open' || text === 'closed' ? text : 'half-open';
}
