import type { FilterLimits } from './filters/filter-limits.ts';
import type { GrpcStatus } from './grpc-framing.ts';
import type { SimulatedUpdate } from './simulated-update.ts';
import type { Subscriber } from './subscriber.ts';

/** What a server does with a call: serves it, refuses it, sends a page as a proxy would, or never answers at all. */
export type Admission =
  | { readonly type: 'accept' }
  | { readonly type: 'refuse'; readonly status: GrpcStatus }
  | { readonly type: 'page'; readonly httpStatus: number; readonly body: string }
  | { readonly type: 'hang' };

/** What a server does with `from_slot`: serve it, refuse it in some provider's words, or start at the tip without a word. */
export type ReplayAnswer =
  | { readonly type: 'serve' }
  | { readonly type: 'refuse'; readonly status: GrpcStatus }
  | { readonly type: 'ignore' };

export interface CallFacts {
  /** e.g. "/geyser.Geyser/Subscribe". */
  readonly method: string;
  readonly token: string;
  /** Subscribe streams open now, of this token and of everybody. */
  readonly openOfToken: number;
  readonly openInAll: number;
}

/** One client connection, as a policy may treat it. */
export interface ClientConnection {
  /** GOAWAY with an HTTP/2 error code and debug text; the connection ends. */
  goAway(code: number, debugText: string): void;
}

export interface ReplayFacts {
  readonly fromSlot: number;
  readonly firstAvailable: number | null;
  /** Times this server was asked for a replay before. */
  readonly asked: number;
}

/** Where a provider's limits and moods plug into the server. The faults of a script are policies. */
export interface ServerPolicy {
  /** Asked before a call is served. */
  admit(call: CallFacts): Admission;
  opened(subscriber: Subscriber): void;
  closed(subscriber: Subscriber): void;
  /** A client sent an HTTP/2 PING. */
  pinged(connection: ClientConnection): void;
  /** How wide filters may be, given what the server allows. */
  limits(base: FilterLimits): FilterLimits;
  /** Asked when a subscriber wants a replay. */
  replay(facts: ReplayFacts): ReplayAnswer;
  /** Does a request that only carries a ping also replace the filters? The plugin keeps them; some providers do not. */
  pingReplacesFilters(): boolean;
}

export const ACCEPT: Admission = { type: 'accept' };
export const SERVE: ReplayAnswer = { type: 'serve' };

export const FAITHFUL_POLICY: ServerPolicy = {
  admit: () => ACCEPT,
  opened: () => undefined,
  closed: () => undefined,
  pinged: () => undefined,
  limits: (base) => base,
  replay: () => SERVE,
  pingReplacesFilters: () => false,
};

/** Where a chain puts its updates. */
export interface UpdateSink {
  publish(update: SimulatedUpdate): void;
  /** Resolves when more can be taken without making a reader lag, or when the signal aborts. */
  ready(signal: AbortSignal): Promise<void>;
}
