import type { SubscribeRequest } from '../../domain/geyser-messages.ts';
import type { Priority } from '../../domain/interest.ts';
import type { Commitment } from '../../domain/slot.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Random } from '../../lib/random.ts';
import type { RateWindow } from '../../lib/rate-window.ts';
import type { Emit } from '../../telemetry/event.ts';
import type { EndpointGate } from '../endpoint/endpoint-gate.ts';
import type { Lane } from '../stream/lane.ts';
import type { SessionOptions } from '../stream/stream-session.ts';
import type { TapPoint } from '../stream/tap-point.ts';
import type { ReconnectOptions } from './reconnect-policy.ts';

/** Its lane is full, or something more important needs the reader. */
export type PauseCause = 'lane' | 'pressure';

export type ConnectionOptions = SessionOptions & ReconnectOptions;

/** What a connection is given by its pool. */
export interface ConnectionParts {
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly lane: Lane;
  /** Endpoints it may use, the preferred one first. */
  readonly gates: readonly EndpointGate[];
  /** The window of the connection it renews; null = one of its own. */
  readonly attempts: RateWindow | null;
  readonly commitment: Commitment;
  build(groups: readonly string[], fromSlot: number | null): SubscribeRequest;
  priorityOf(groups: readonly string[]): Priority;
  resumeFrom(): number | null;
  /** The first slot that an open gap misses and a replay may still bring; null when none does. */
  missingFrom(): number | null;
  /** Who compares providers; null = nobody. */
  readonly observer: TapPoint | null;
  /** Groups whose filters no endpoint takes: nobody is asked for them again until they change. */
  readonly refused: Set<string>;
  /** Highest slot any connection has seen. */
  readonly tip: { slot: number };
}
