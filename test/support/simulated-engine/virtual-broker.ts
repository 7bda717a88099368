import type { StoredEvent } from '../../../src/domain/contracts.ts';
import type { Clock } from '../../../src/lib/clock.ts';
import type { Random } from '../../../src/lib/random.ts';
import type { Publisher, PublisherState } from '../../../src/output/ports.ts';
import { type BrokerPlan, drawTime } from './fault-plan.ts';

/** A broker in virtual time: what its queue holds survives every process and every connection. */
export class VirtualBroker {
  readonly plan: BrokerPlan;
  readonly random: Random;
  /** Sequence → id of what a queue has. */
  readonly held = new Map<number, string>();
  redelivered = 0;
  /** False once the world is asked to be good. */
  isFaulty = true;

  constructor(plan: BrokerPlan, random: Random) {
    this.plan = plan;
    this.random = random;
  }

  /** The way of one process to it; `isOver` tells that the process died. */
  publisher(clock: Clock, isOver: () => boolean): Publisher {
    return new VirtualPublisher(this, clock, isOver);
  }

  take({ sequence, id }: StoredEvent): void {
    if (this.held.has(sequence)) this.redelivered++;
    this.held.set(sequence, id);
  }
}

interface Sent {
  readonly event: StoredEvent;
  readonly done: (error: Error | null) => void;
}

/** Answers come late and together; a cut refuses all that is under way, of which the queue may have any part. */
class VirtualPublisher implements Publisher {
  readonly #broker: VirtualBroker;
  readonly #clock: Clock;
  readonly #isOver: () => boolean;
  readonly #listeners = new Set<(state: PublisherState) => void>();
  #state: PublisherState = 'connecting';
  #sent: Sent[] = [];
  #isDue = false;
  #isMute = false;
  #cancelCut: () => void = () => {};

  constructor(broker: VirtualBroker, clock: Clock, isOver: () => boolean) {
    this.#broker = broker;
    this.#clock = clock;
    this.#isOver = isOver;
  }

  open(): Promise<void> {
    this.#clock.after(20, () => this.#connect());
    return Promise.resolve();
  }

  state(): PublisherState {
    return this.#state;
  }

  onState(callback: (state: PublisherState) => void): () => void {
    this.#listeners.add(callback);
    return () => this.#listeners.delete(callback);
  }

  publish(event: StoredEvent, done: (error: Error | null) => void): void {
    if (this.#isOver()) return;
    this.#sent.push({ event, done });
    if (this.#isDue || this.#isMute) return;
    this.#isDue = true;
    this.#clock.after(this.#broker.random() * this.#broker.plan.confirmMs, () => this.#answer());
  }

  reconnect(): void {
    this.#cut();
  }

  async close(): Promise<void> {
    this.#cancelCut();
    this.#tell('closed');
  }

  #connect(): void {
    if (this.#state === 'closed') return;
    this.#isMute = false;
    this.#tell('ready');
    const { plan, random, isFaulty } = this.#broker;
    const lifeMs = isFaulty ? drawTime(plan.meanConnectionMs, random) : Number.POSITIVE_INFINITY;
    if (lifeMs === Number.POSITIVE_INFINITY) return;
    this.#cancelCut = this.#clock.after(lifeMs, () => {
      if (!this.#broker.isFaulty) return;
      if (random() < plan.muteShare) this.#isMute = true;
      else this.#cut();
    });
  }

  #answer(): void {
    this.#isDue = false;
    if (this.#isMute) return;
    const { plan, random, isFaulty } = this.#broker;
    for (const { event, done } of this.#sent.splice(0)) {
      const isRejected = isFaulty && random() < plan.rejectShare;
      if (!isRejected || random() < 0.5) this.#broker.take(event);
      done(isRejected ? new Error('the queue refused it') : null);
    }
  }

  #cut(): void {
    if (this.#state !== 'ready') return;
    this.#cancelCut();
    this.#tell('connecting');
    for (const { event, done } of this.#sent.splice(0)) {
      if (this.#broker.random() < 0.5) this.#broker.take(event);
      done(new Error('channel closed'));
    }
    this.#clock.after(100 + this.#broker.random() * 2_000, () => this.#connect());
  }

  #tell(state: PublisherState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener(state);
  }
}
