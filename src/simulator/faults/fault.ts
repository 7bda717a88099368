import type { Clock } from '../../lib/clock.ts';
import type { Random } from '../../lib/random.ts';
import { FAITHFUL_POLICY, type ServerPolicy } from '../server-policy.ts';
import type { SimulatedUpdate } from '../simulated-update.ts';
import type { Subscriber } from '../subscriber.ts';

/** What a fault may touch while it acts. */
export interface Stage {
  /** Open streams, oldest first. */
  readonly subscribers: readonly Subscriber[];
  /** Cuts every TCP connection at once. */
  disconnectAll(): void;
}

/**
 * One thing that goes wrong while its window of slots is open. It is a policy of the server, a rewriter of the chain's updates, an
 * actor on open streams, or several of them.
 */
export interface Fault extends ServerPolicy {
  /** The window opens. */
  begin(stage: Stage): void;
  /** A slot of the window starts (the first one too, after `begin`). */
  slot(stage: Stage): void;
  /** The window closes: whatever can be undone is undone. */
  end(stage: Stage): void;
  /** What becomes of an update of the chain; called while the window is open. */
  rewrite(update: SimulatedUpdate): readonly SimulatedUpdate[];
  /** What `rewrite` held back; called when the window closes. */
  flush(): readonly SimulatedUpdate[];
}

/** A fault that does nothing: the others state only where they differ. */
export const QUIET: Fault = {
  ...FAITHFUL_POLICY,
  begin: () => undefined,
  slot: () => undefined,
  end: () => undefined,
  rewrite: (update) => [update],
  flush: () => [],
};

export type Parameter = number | string | boolean;

/** A kind of fault as a script can name it. The defaults also tell the names and types of its parameters. */
export interface FaultKind<P extends Readonly<Record<string, Parameter>> = Readonly<Record<string, Parameter>>> {
  readonly kind: string;
  readonly doc: string;
  readonly defaults: P;
  build(parameters: P, tools: FaultTools): Fault;
}

export interface FaultTools {
  readonly clock: Clock;
  /** Seeded by the script and the fault's place in it. */
  readonly random: Random;
}

/** Keeps the parameter types of a kind while it is written down. */
export function faultKind<P extends Readonly<Record<string, Parameter>>>(kind: FaultKind<P>): FaultKind {
  return kind as unknown as FaultKind;
}

/** Which streams a fault acts on: all, oldest, newest or one by chance. */
export function chosen(stage: Stage, which: string, random: Random): readonly Subscriber[] {
  const { subscribers } = stage;
  if (which === 'oldest') return subscribers.slice(0, 1);
  if (which === 'newest') return subscribers.slice(-1);
  if (which === 'random') return subscribers.slice(Math.floor(random() * subscribers.length)).slice(0, 1);
  return subscribers;
}

/** Acts once, on the chosen streams, when its window opens. */
export function strike(which: string, random: Random, act: (subscriber: Subscriber) => void): Fault {
  return { ...QUIET, begin: (stage) => chosen(stage, which, random).forEach(act) };
}
