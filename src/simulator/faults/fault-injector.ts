import type { Clock } from '../../lib/clock.ts';
import { type Random, seededRandom } from '../../lib/random.ts';
import type { FilterLimits } from '../filters/filter-limits.ts';
import {
  ACCEPT,
  type Admission,
  type CallFacts,
  type ClientConnection,
  type ReplayAnswer,
  type ReplayFacts,
  SERVE,
  type ServerPolicy,
  type UpdateSink,
} from '../server-policy.ts';
import type { SimulatedUpdate } from '../simulated-update.ts';
import type { Subscriber } from '../subscriber.ts';
import type { Fault, Parameter, Stage } from './fault.ts';
import { type FaultScript, type FaultWindow, parseFaultScript, type ScriptedFault } from './fault-script.ts';

/** The server as the faults see it. */
export type FaultyServer = UpdateSink & Stage;

interface Scheduled {
  readonly fault: Fault;
  readonly window: FaultWindow;
  readonly random: Random;
  active: boolean;
  /** Slot (counted from the first) at which the open window closes; Infinity: never. */
  until: number;
}

/**
 * Plays a fault script: stands between the chain and the server, opens and closes the faults' windows as slots pass, and answers the
 * server's questions with what the open faults say. Without a script it changes nothing.
 */
export class FaultInjector implements UpdateSink, ServerPolicy {
  readonly #server: FaultyServer;
  readonly #faults: Scheduled[];
  readonly #clock: Clock;
  readonly #seed: number;
  #firstSlot: number | null = null;
  #slot = -1;

  constructor(server: FaultyServer, script: FaultScript, clock: Clock) {
    this.#server = server;
    this.#clock = clock;
    this.#seed = script.seed;
    this.#faults = script.faults.map((scripted, index) => schedule(scripted, script.seed + index * 7919, clock));
    // Windows that are open from the first slot on already hold before it: quotas and caps, for instance.
    for (const scheduled of this.#faults) if (scheduled.window.at === 0) this.#open(scheduled, 0);
  }

  /** Opens a fault now, outside the script; it lasts until the returned function is called. */
  inject(name: string, parameters: Readonly<Record<string, Parameter>>): () => void {
    const script = parseFaultScript({ faults: [{ ...parameters, kind: name }] });
    const scheduled = schedule(script.faults[0] as ScriptedFault, this.#seed + this.#faults.length * 7919, this.#clock);
    this.#faults.push(scheduled);
    this.#open(scheduled, this.#slot);
    return () => {
      if (scheduled.active) this.#close(scheduled, this.#faults.indexOf(scheduled));
      this.#faults.splice(this.#faults.indexOf(scheduled), 1);
    };
  }

  publish(update: SimulatedUpdate): void {
    this.#firstSlot ??= update.slot;
    const offset = update.slot - this.#firstSlot;
    while (this.#slot < offset) this.#startSlot(++this.#slot);
    this.#send(update, 0);
  }

  ready(signal: AbortSignal): Promise<void> {
    return this.#server.ready(signal);
  }

  admit(call: CallFacts): Admission {
    for (const { fault } of this.#openFaults()) {
      const admission = fault.admit(call);
      if (admission.type !== 'accept') return admission;
    }
    return ACCEPT;
  }

  opened(subscriber: Subscriber): void {
    for (const { fault } of this.#openFaults()) fault.opened(subscriber);
  }

  closed(subscriber: Subscriber): void {
    for (const { fault } of this.#faults) fault.closed(subscriber);
  }

  pinged(connection: ClientConnection): void {
    for (const { fault } of this.#openFaults()) fault.pinged(connection);
  }

  limits(base: FilterLimits): FilterLimits {
    return this.#openFaults().reduce((limits, { fault }) => fault.limits(limits), base);
  }

  replay(facts: ReplayFacts): ReplayAnswer {
    for (const { fault } of this.#openFaults()) {
      const answer = fault.replay(facts);
      if (answer.type !== 'serve') return answer;
    }
    return SERVE;
  }

  pingReplacesFilters(): boolean {
    return this.#openFaults().some(({ fault }) => fault.pingReplacesFilters());
  }

  #openFaults(): readonly Scheduled[] {
    return this.#faults.filter((scheduled) => scheduled.active);
  }

  #startSlot(slot: number): void {
    this.#faults.forEach((scheduled, index) => {
      if (scheduled.active && slot >= scheduled.until) this.#close(scheduled, index);
      if (!scheduled.active && slot > 0 && isDue(scheduled.window, slot)) this.#open(scheduled, slot);
      if (scheduled.active) scheduled.fault.slot(this.#server);
    });
  }

  #open(scheduled: Scheduled, slot: number): void {
    const { window, random, fault } = scheduled;
    if (scheduled.active || (window.chance < 1 && random() >= window.chance)) return;
    scheduled.active = true;
    scheduled.until = window.slots === null ? Number.POSITIVE_INFINITY : slot + Math.max(1, window.slots);
    fault.begin(this.#server);
  }

  #close(scheduled: Scheduled, index: number): void {
    scheduled.active = false;
    scheduled.fault.end(this.#server);
    for (const update of scheduled.fault.flush()) this.#send(update, index + 1);
  }

  /** Passes an update through the open faults from the given one on; each may turn it into none or many. */
  #send(update: SimulatedUpdate, from: number): void {
    for (let index = from; index < this.#faults.length; index++) {
      const scheduled = this.#faults[index] as Scheduled;
      if (!scheduled.active) continue;
      for (const next of scheduled.fault.rewrite(update)) this.#send(next, index + 1);
      return;
    }
    this.#server.publish(update);
  }
}

function schedule({ kind, window, parameters }: ScriptedFault, seed: number, clock: Clock): Scheduled {
  const fault = kind.build(parameters, { clock, random: seededRandom(seed) });
  return { fault, window, random: seededRandom(seed + 1), active: false, until: 0 };
}

function isDue({ at, every }: FaultWindow, slot: number): boolean {
  if (every === null) return slot === at;
  return slot >= at && (slot - at) % every === 0;
}
