import type { BreakerState } from '../../lib/breaker.ts';
import type { SpecTable } from '../spec.ts';

/** What a migration of groups from one connection to another did, counted during the overlap. */
export interface MigrationProof {
  readonly groups: readonly string[];
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly atMs: number;
  /** Slots that both streams really delivered and that were compared. */
  readonly overlapSlots: number;
  /** Updates of the overlap that the old stream had and the new one did not; null when nothing could be compared. */
  readonly lost: number | null;
  /** Updates both had: deduplicated downstream. */
  readonly duplicates: number;
  /** The groups are on the new connection. */
  readonly completed: boolean;
  /** Nothing was lost over the whole overlap that was asked for, with the old stream alive to its end. */
  readonly proven: boolean;
}

/** What the grpc station tells about itself. */
export type GrpcEvent =
  | {
      readonly type: 'grpc.connection.changed';
      readonly connection: string;
      readonly endpoint: string;
      readonly from: string;
      readonly to: string;
    }
  | {
      readonly type: 'grpc.stream.opened';
      readonly connection: string;
      readonly endpoint: string;
      readonly groups: readonly string[];
      readonly fromSlot: number | null;
    }
  | {
      readonly type: 'grpc.stream.ended';
      readonly connection: string;
      readonly endpoint: string;
      readonly groups: readonly string[];
      readonly reason: string;
      readonly code: number;
      readonly detail: string;
      readonly advice: string;
      /** Null when nothing is tried any more. */
      readonly retryMs: number | null;
    }
  | {
      readonly type: 'grpc.stream.stalled';
      readonly connection: string;
      readonly endpoint: string;
      readonly detail: string;
    }
  | { readonly type: 'grpc.subscription.rewritten'; readonly connection: string; readonly groups: readonly string[] }
  | ({ readonly type: 'grpc.group.migrated' } & MigrationProof)
  | {
      readonly type: 'grpc.group.failed-over';
      readonly groups: readonly string[];
      readonly from: string;
      readonly to: string;
    }
  | { readonly type: 'grpc.group.delayed'; readonly groups: readonly string[]; readonly connection: string }
  | { readonly type: 'grpc.group.resumed'; readonly groups: readonly string[]; readonly connection: string }
  | { readonly type: 'grpc.group.shed'; readonly groups: readonly string[]; readonly connection: string }
  | { readonly type: 'grpc.group.restored'; readonly groups: readonly string[]; readonly connection: string }
  | {
      readonly type: 'grpc.group.refused';
      readonly groups: readonly string[];
      readonly connection: string;
      readonly endpoint: string;
      readonly detail: string;
    }
  | { readonly type: 'grpc.update.unreadable'; readonly connection: string }
  | {
      readonly type: 'grpc.endpoint.stopped';
      readonly endpoint: string;
      readonly reason: string;
      readonly detail: string;
    }
  | { readonly type: 'grpc.breaker.changed'; readonly endpoint: string; readonly state: BreakerState };

export const grpcSpecs: SpecTable<GrpcEvent> = {
  'grpc.connection.changed': {
    level: 'debug',
    doc: 'A connection went from one state to another.',
    text: (event) => `${event.connection} (${event.endpoint}): ${event.from} → ${event.to}`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_connection_changes_total',
        help: 'Changes of connection state by the state entered.',
        labels: ['to'],
        value: () => 1,
        labelValues: (event) => ({ to: event.to }),
      },
    ],
  },
  'grpc.stream.opened': {
    level: 'info',
    doc: 'Groups began to arrive on a connection.',
    text: (event) =>
      `${event.connection}: ${event.groups.join(', ')} from ${event.endpoint}, ${event.fromSlot === null ? 'at the tip' : `replayed from slot ${event.fromSlot}`}`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_streams_opened_total',
        help: 'Streams (or groups added to one) that began to deliver.',
        value: () => 1,
      },
    ],
  },
  'grpc.stream.ended': {
    level: 'warn',
    doc: 'A stream ended and why; it is reopened unless an operator has to act.',
    text: (event) =>
      `${event.connection} (${event.endpoint}): ${event.advice} [${event.reason}, code ${event.code}: ${event.detail}]${
        event.retryMs === null ? '' : `; again in ${(event.retryMs / 1000).toFixed(1)} s`
      }`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_streams_ended_total',
        help: 'Streams that ended, by reason.',
        labels: ['reason'],
        value: () => 1,
        labelValues: (event) => ({ reason: event.reason }),
      },
    ],
  },
  'grpc.stream.stalled': {
    level: 'warn',
    doc: 'A watchdog found a stream silent without an error.',
    text: (event) => `${event.connection} (${event.endpoint}): ${event.detail}`,
    metrics: [
      { type: 'counter', name: 'sluice_grpc_streams_stalled_total', help: 'Streams found silent.', value: () => 1 },
    ],
  },
  'grpc.subscription.rewritten': {
    level: 'info',
    doc: 'The filters of an open stream were replaced.',
    text: (event) => `${event.connection}: now carries ${event.groups.join(', ')}`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_subscriptions_rewritten_total',
        help: 'Filters replaced on an open stream.',
        value: () => 1,
      },
    ],
  },
  'grpc.group.migrated': {
    level: 'info',
    doc: 'Groups moved from one stream to another, with what was compared while both carried them.',
    text: (event) =>
      `${event.groups.join(', ')}: ${event.from} → ${event.to} (${event.reason}), ${
        event.completed ? (event.proven ? 'moved' : 'moved without proof') : 'stayed'
      }; overlap ${event.overlapSlots} slots, lost ${event.lost ?? 'not known'}, duplicates ${event.duplicates}`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_migrations_total',
        help: 'Moves of groups between streams, by whether they were completed and proven to lose nothing.',
        labels: ['completed', 'proven'],
        value: () => 1,
        labelValues: (event) => ({ completed: String(event.completed), proven: String(event.proven) }),
      },
    ],
  },
  'grpc.group.failed-over': {
    level: 'warn',
    doc: 'The groups of a connection that is down are carried by another one.',
    text: (event) => `${event.groups.join(', ')}: ${event.from} is down, ${event.to} carries them`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_failovers_total',
        help: 'Groups taken over from a connection that was down.',
        value: () => 1,
      },
    ],
  },
  'grpc.group.delayed': {
    level: 'warn',
    doc: 'A less important connection waits because an important one has more than is read.',
    text: (event) => `${event.connection} (${event.groups.join(', ')}) waits: something more important has the reader`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_groups_delayed_total',
        help: 'Times a less important connection was paused for an important one.',
        value: () => 1,
      },
    ],
  },
  'grpc.group.resumed': {
    level: 'info',
    doc: 'A less important connection that waited is read again.',
    text: (event) => `${event.connection} (${event.groups.join(', ')}) is read again`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_groups_resumed_total',
        help: 'Times a less important connection was read again after it had waited for an important one.',
        value: () => 1,
      },
    ],
  },
  'grpc.group.shed': {
    level: 'warn',
    doc: 'Groups are left out because more arrives than is read; a gap is open until they are back.',
    text: (event) => `${event.groups.join(', ')}: left out for now, more arrives than is read`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_groups_shed_total',
        help: 'Times groups were left out under pressure.',
        value: () => 1,
      },
    ],
  },
  'grpc.group.restored': {
    level: 'info',
    doc: 'Groups that were left out are subscribed again.',
    text: (event) => `${event.groups.join(', ')}: back`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_groups_restored_total',
        help: 'Times groups that were left out came back.',
        value: () => 1,
      },
    ],
  },
  'grpc.group.refused': {
    level: 'error',
    doc: 'No endpoint takes the filters of these groups: they are not carried until what is asked for changes.',
    text: (event) => `${event.groups.join(', ')}: ${event.endpoint} refuses their filters (${event.detail})`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_groups_refused_total',
        help: 'Times a provider refused the filters of groups.',
        value: () => 1,
      },
    ],
  },
  'grpc.update.unreadable': {
    level: 'debug',
    doc: 'An update could not be read and was left out.',
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_updates_unreadable_total',
        help: 'Updates that could not be read.',
        value: () => 1,
      },
    ],
  },
  'grpc.endpoint.stopped': {
    level: 'error',
    doc: 'An endpoint is given up until an operator acts.',
    text: (event) => `${event.endpoint}: ${event.detail}`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_endpoints_stopped_total',
        help: 'Endpoints given up, by reason.',
        labels: ['reason'],
        value: () => 1,
        labelValues: (event) => ({ reason: event.reason }),
      },
    ],
  },
  'grpc.breaker.changed': {
    level: 'info',
    doc: 'The circuit breaker of an endpoint opened or closed.',
    text: (event) => `${event.endpoint}: breaker ${event.state}`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_grpc_breaker_changes_total',
        help: 'Changes of an endpoint breaker by the state entered.',
        labels: ['state'],
        value: () => 1,
        labelValues: (event) => ({ state: event.state }),
      },
    ],
  },
};
