import type { SubscribeRequest } from '../../../src/domain/geyser-messages.ts';
import type {
  CallHandlers,
  CallOutcome,
  GeyserTransport,
  SubscribeCall,
} from '../../../src/grpc/transport/transport.ts';
import { EngineError } from '../../../src/lib/errors.ts';
import type { Random } from '../../../src/lib/random.ts';
import { UNLIMITED_FILTERS } from '../../../src/simulator/filters/filter-limits.ts';
import { SubscriptionFilter } from '../../../src/simulator/filters/subscription-filter.ts';
import {
  createdAtField,
  pongBody,
  type SimulatedUpdate,
  type SlotUpdate,
  slotUpdate,
} from '../../../src/simulator/simulated-update.ts';
import { type Release, SlotRing } from '../../../src/simulator/slot-ring.ts';
import { drawTime, type FaultPlan } from './fault-plan.ts';
import type { VirtualClock } from './virtual-clock.ts';

const UNAVAILABLE = 14;
const OUT_OF_RANGE = 11;
const PING_MS = 15_000;

/** A provider behind a bad network, in virtual time: the simulator's own ring and filters, no sockets. */
export class VirtualProvider {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly plan: FaultPlan;
  readonly #ring: SlotRing;
  readonly #calls = new Set<VirtualCall>();
  readonly #late: SimulatedUpdate[] = [];
  /** False once the world is asked to be good. */
  isFaulty = true;

  constructor(clock: VirtualClock, random: Random, plan: FaultPlan) {
    this.clock = clock;
    this.random = random;
    this.plan = plan;
    this.#ring = new SlotRing(plan.ringSlots);
  }

  publish(update: SimulatedUpdate): void {
    if (update.kind === 'transaction' && this.chance(this.plan.lateShare)) {
      this.#late.push(update);
      return;
    }
    this.#publish(update);
    if (update.kind === 'slot' && this.#isCalledDead(update))
      this.#publish(slotUpdate(update.slot, update.parent, 'dead'));
    // The next bank at the latest: a block's confirmation comes after all of its data.
    if (update.kind === 'slot' && update.status === 'createdBank')
      for (const late of this.#late.splice(0)) this.#publish(late);
  }

  /** A bank is told before its block's data, the processed status after it. */
  #isCalledDead({ status }: SlotUpdate): boolean {
    return (status === 'createdBank' || status === 'processed') && this.chance(this.plan.revivedShare / 2);
  }

  #publish(update: SimulatedUpdate): void {
    const stamped = { update, createdAt: createdAtField(this.clock.nowMs + 1_780_000_000_000) };
    for (const release of this.#ring.add(stamped)) for (const call of this.#calls) call.release(release);
  }

  /** A transport for one process; `isOver` tells that it died, which cuts its calls. */
  transport(isOver: () => boolean): GeyserTransport {
    const own = new Set<VirtualCall>();
    return {
      subscribe: (request, handlers) => {
        const call = new VirtualCall(this, handlers, isOver, (closed) => {
          this.#calls.delete(closed);
          own.delete(closed);
        });
        own.add(call);
        this.#calls.add(call);
        call.begin(request);
        return call;
      },
      unary: () => Promise.reject(new EngineError('GRPC_CLOSED', 'The virtual provider answers no unary call.')),
      close: () => {
        for (const call of [...own]) call.cancel();
      },
    };
  }

  chance(share: number): boolean {
    return this.isFaulty && this.random() < share;
  }

  replay(fromSlot: number, filter: SubscriptionFilter): readonly Release['item'][] | CallOutcome {
    if (this.chance(this.plan.ignoreReplayShare)) return [];
    const replay = this.#ring.replay(fromSlot, filter.commitment);
    if (replay.type === 'served') return replay.items;
    if (replay.type === 'none') return { code: 13, message: 'failed to get replay response' };
    const message = `broadcast from ${fromSlot} is not available, last available: ${replay.firstAvailable}`;
    return { code: OUT_OF_RANGE, message };
  }
}

/** One call: what was released for it arrives a little later, in order but for the shuffling the plan allows. */
class VirtualCall implements SubscribeCall {
  readonly #provider: VirtualProvider;
  readonly #handlers: CallHandlers;
  readonly #isOver: () => boolean;
  readonly #onClosed: (call: VirtualCall) => void;
  #filter: SubscriptionFilter | null = null;
  #arriving: Uint8Array[] = [];
  #isPaused = false;
  #isClosed = false;
  #isDue = false;
  #isStalled = false;
  readonly #cancels: (() => void)[] = [];

  constructor(
    provider: VirtualProvider,
    handlers: CallHandlers,
    isOver: () => boolean,
    onClosed: (call: VirtualCall) => void,
  ) {
    this.#provider = provider;
    this.#handlers = handlers;
    this.#isOver = isOver;
    this.#onClosed = onClosed;
  }

  begin(request: SubscribeRequest): void {
    const { plan, random } = this.#provider;
    this.#later(5 + random() * 30, () => {
      if (this.#provider.chance(plan.refuseShare))
        return this.#end({ code: UNAVAILABLE, message: 'connection refused' });
      this.#handlers.onOpen();
      this.#apply(request);
      this.#ping();
      if (!this.#provider.isFaulty) return;
      const lifeMs = drawTime(plan.meanCallMs, random);
      const isStall = random() < plan.stallShare;
      if (isStall) this.#later(random() * 20_000, () => this.#stall());
      if (lifeMs !== Number.POSITIVE_INFINITY)
        this.#later(lifeMs, () => this.#end({ code: UNAVAILABLE, message: 'connection reset' }));
    });
  }

  write(request: SubscribeRequest): void {
    this.#later(5, () => {
      if (request.ping !== undefined) this.#arrive(pongBody(request.ping.id));
      else this.#apply(request);
    });
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#schedule();
  }

  cancel(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const cancel of this.#cancels) cancel();
    this.#arriving = [];
    this.#onClosed(this);
  }

  release({ commitment, item }: Release): void {
    if (this.#filter?.commitment === commitment && !this.#isStalled) this.#filtered(item);
  }

  #apply(request: SubscribeRequest): void {
    const filter = new SubscriptionFilter(request, UNLIMITED_FILTERS);
    this.#filter = filter;
    if (request.fromSlot === undefined) return;
    const replay = this.#provider.replay(Number(request.fromSlot), filter);
    if ('code' in replay) this.#end(replay);
    else for (const item of replay) this.#filtered(item);
  }

  #filtered(item: Release['item']): void {
    if ('block' in item) return;
    this.#filter?.update(item.update, (names, body) => this.#arrive(Buffer.concat([names, body, item.createdAt])));
  }

  #arrive(bytes: Uint8Array): void {
    const { plan, random } = this.#provider;
    const at = this.#arriving.length;
    const overtakes = this.#provider.isFaulty ? Math.floor(random() * (plan.shuffleWindow + 1)) : 0;
    this.#arriving.splice(Math.max(0, at - overtakes), 0, bytes);
    if (this.#provider.chance(plan.duplicateShare)) this.#arriving.push(bytes);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isDue || this.#isClosed || this.#arriving.length === 0) return;
    this.#isDue = true;
    this.#later(5 + this.#provider.random() * 60, () => {
      this.#isDue = false;
      while (!this.#isPaused && !this.#isClosed) {
        const bytes = this.#arriving.shift();
        if (bytes === undefined) return;
        this.#handlers.onMessage(bytes);
      }
    });
  }

  #ping(): void {
    this.#later(PING_MS, () => {
      if (!this.#isStalled) this.#arrive(Buffer.from([0x32, 0x00]));
      this.#ping();
    });
  }

  /** Open, and silent: what is released meanwhile is gone. */
  #stall(): void {
    this.#isStalled = true;
    this.#arriving = [];
  }

  #end(outcome: CallOutcome): void {
    if (this.#isClosed) return;
    this.cancel();
    if (!this.#isOver()) this.#handlers.onEnd(outcome);
  }

  #later(ms: number, work: () => void): void {
    this.#cancels.push(
      this.#provider.clock.after(ms, () => {
        if (this.#isOver()) this.cancel();
        else if (!this.#isClosed) work();
      }),
    );
  }
}
