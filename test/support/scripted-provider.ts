import type { SubscribeRequest } from '../../src/domain/geyser-messages.ts';
import type { SourceItem } from '../../src/domain/update.ts';
import {
  createEndpointGates,
  createStreamManagerOn,
  type SourceOptions,
} from '../../src/grpc/create-stream-manager.ts';
import type { EndpointGate } from '../../src/grpc/endpoint/endpoint-gate.ts';
import type { ProviderProfile } from '../../src/grpc/endpoint/provider-profiles.ts';
import type { GrpcSettings } from '../../src/grpc/grpc-settings.ts';
import type { SmartStreamManager } from '../../src/grpc/smart-stream-manager.ts';
import type { CallHandlers, GeyserTransport, UnaryName, UnaryReply } from '../../src/grpc/transport/transport.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { EngineEvent } from '../../src/telemetry/event.ts';
import { FakeClock } from './fake-clock.ts';
import { ALL_GROUPS, GROUPS, grpcSettings, PROFILES } from './grpc-settings.ts';
import { slotUpdate, transactionUpdate, update } from './raw-geyser-server.ts';

/** One call as the provider sees it. */
export interface ScriptedCall {
  readonly endpoint: string;
  readonly atMs: number;
  /** Filters in force: those of the call, then of each rewrite. */
  readonly filters: SubscribeRequest[];
  readonly isOpen: boolean;
  say(bytes: Uint8Array): void;
  end(code: number, message: string): void;
}

/** What the provider does with a call; each may end it or say something. */
export interface ScriptedBehaviour {
  onCall?(call: ScriptedCall): void;
  onFilters?(call: ScriptedCall, request: SubscribeRequest): void;
  /** The oldest slot it says it can replay; without it no unary call is answered. */
  firstAvailable?(): number;
  /** Instead of a transport or a call: what making one throws. */
  throwsOn?(what: 'transport' | 'subscribe', endpoint: string): Error | null;
}

/**
 * A provider whose every message the test decides, on a clock that the test moves. It answers pings, and `slot` tells every open call one
 * slot with one transaction for each group the call asks for. No socket, no real time: the wire is all that is not the product's.
 */
export class ScriptedProvider {
  readonly clock = new FakeClock();
  readonly calls: ScriptedCall[] = [];
  /** When filters were asked for: with a new call or by a rewrite. */
  readonly openings: { readonly atMs: number; readonly kind: 'call' | 'rewrite' }[] = [];
  readonly behaviour: ScriptedBehaviour;
  tip = 1000;

  constructor(behaviour: ScriptedBehaviour = {}) {
    this.behaviour = behaviour;
  }

  get open(): readonly ScriptedCall[] {
    return this.calls.filter(({ isOpen }) => isOpen);
  }

  /** One slot for every open call, every so often, for as long as it takes. */
  async play(ms: number, slotMs = 400): Promise<void> {
    for (let at = 0; at < ms; at += slotMs) {
      this.slot();
      await this.clock.advance(Math.min(slotMs, ms - at));
    }
  }

  slot(): void {
    this.tip++;
    for (const call of this.open) this.tell(call, this.tip);
  }

  /** The slot's transactions, then its statuses: confirmed as soon as told, so that nothing has to settle. */
  tell(call: ScriptedCall, slot: number): void {
    for (const group of groupsOf(call)) if (call.isOpen) call.say(transactionUpdate(slot, slot, group));
    for (const status of [0, 1]) if (call.isOpen) call.say(slotUpdate(slot, status));
  }

  transport(endpoint: string): GeyserTransport {
    this.#throw('transport', endpoint);
    const own = new Set<OpenCall>();
    return {
      subscribe: (request, handlers) => {
        this.#throw('subscribe', endpoint);
        const call = new OpenCall(endpoint, this.clock.monotonicMs(), request, handlers);
        own.add(call);
        this.calls.push(call);
        this.openings.push({ atMs: call.atMs, kind: 'call' });
        queueMicrotask(() => {
          if (!call.isOpen) return;
          handlers.onOpen();
          this.behaviour.onCall?.(call);
          if (call.isOpen) this.behaviour.onFilters?.(call, request);
        });
        return {
          write: (next) => this.#write(call, next),
          pause: () => {},
          resume: () => {},
          cancel: () => call.close(),
        };
      },
      unary: (name) => this.#unary(name),
      close: () => {
        for (const call of own) call.close();
      },
    };
  }

  async #unary<Name extends UnaryName>(name: Name): Promise<UnaryReply<Name>> {
    const slot = name === 'SubscribeReplayInfo' ? this.behaviour.firstAvailable?.() : undefined;
    if (slot === undefined) throw new Error('no unary calls here');
    return { firstAvailable: `${slot}` } as UnaryReply<Name>;
  }

  #write(call: OpenCall, request: SubscribeRequest): void {
    if (!call.isOpen) return;
    if (request.ping !== undefined) {
      const { id } = request.ping;
      queueMicrotask(() => call.isOpen && call.say(update({ pong: { id } })));
      return;
    }
    call.filters.push(request);
    this.openings.push({ atMs: this.clock.monotonicMs(), kind: 'rewrite' });
    queueMicrotask(() => call.isOpen && this.behaviour.onFilters?.(call, request));
  }

  #throw(what: 'transport' | 'subscribe', endpoint: string): void {
    const error = this.behaviour.throwsOn?.(what, endpoint) ?? null;
    if (error !== null) throw error;
  }
}

class OpenCall implements ScriptedCall {
  readonly endpoint: string;
  readonly atMs: number;
  readonly filters: SubscribeRequest[];
  isOpen = true;
  readonly #handlers: CallHandlers;

  constructor(endpoint: string, atMs: number, request: SubscribeRequest, handlers: CallHandlers) {
    this.endpoint = endpoint;
    this.atMs = atMs;
    this.filters = [request];
    this.#handlers = handlers;
  }

  say(bytes: Uint8Array): void {
    if (this.isOpen) this.#handlers.onMessage(bytes);
  }

  end(code: number, message: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#handlers.onEnd({ code, message });
  }

  close(): void {
    this.isOpen = false;
  }
}

/** Groups the call asks for by its filters in force. */
export function groupsOf(call: ScriptedCall): readonly string[] {
  return Object.keys(call.filters.at(-1)?.transactions ?? {}).filter((name) => !name.includes('/'));
}

export interface ScriptedRun {
  readonly manager: SmartStreamManager;
  readonly gates: readonly EndpointGate[];
  readonly events: EngineEvent[];
  readonly items: SourceItem[];
  /** Resolves with what ended the reading; null when it was stopped. */
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
}

/** The product's manager reading from a scripted provider. */
export function readScripted(
  provider: ScriptedProvider,
  settings: Partial<GrpcSettings> = {},
  options: Partial<SourceOptions> & { readonly profile?: Partial<ProviderProfile> } = {},
): ScriptedRun {
  const events: EngineEvent[] = [];
  const items: SourceItem[] = [];
  const emit = (event: EngineEvent) => void events.push(event);
  const full = grpcSettings({ url: 'https://a.example', staggerMs: 0, migrationPollMs: 100, ...settings });
  const { clock } = provider;
  const generic = { ...(PROFILES.get('generic') as ProviderProfile), ...options.profile };
  const profiles = new Map([...PROFILES, ['generic', generic] as const]);
  const gates = createEndpointGates({ settings: full, profiles, sharedQuota: null, clock, emit });
  const scripted = gates.map((gate) =>
    Object.assign(gate, { openTransport: () => provider.transport(gate.address.name) }),
  );
  const manager = createStreamManagerOn(scripted, {
    settings: full,
    groups: GROUPS,
    monitors: [{ monitor: 'trading-activity', interest: { groups: ALL_GROUPS } }],
    resumeFrom: () => null,
    clock,
    random: seededRandom(1),
    emit,
    ...options,
  });
  const stop = new AbortController();
  const reading = async () => {
    for await (const batch of manager.updates(null, stop.signal)) items.push(...batch);
    return null;
  };
  const ended = reading().catch((error: unknown) => error);
  const end = async () => {
    stop.abort();
    await ended;
  };
  return { manager, gates: scripted, events, items, ended, stop: end };
}
