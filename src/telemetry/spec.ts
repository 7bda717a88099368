import type { BreakerState } from '../lib/breaker.ts';

/**
 * One engine event is described once: how it reads in the log and what it counts. The logger, the metrics and the documentation
 * are folds over these descriptions, so an event nobody decided about does not compile.
 */
export interface EventSpec<E> {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** One line for docs/metrics.md. */
  readonly doc: string;
  /** The log line; without it the event is only counted. */
  readonly text?: (event: E) => string;
  readonly metrics?: readonly Metric<E>[];
}

/** Label values come from closed unions or configuration: never from the chain or the network. */
export interface Metric<E> {
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** `sluice_<station>_<noun>_<unit>[_total]` */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly value: (event: E) => number;
  readonly labelValues?: (event: E) => Readonly<Record<string, string>>;
  /** Histogram buckets, ascending. */
  readonly buckets?: readonly number[];
}

export type SpecTable<E extends { readonly type: string }> = {
  readonly [T in E['type']]: EventSpec<Extract<E, { type: T }>>;
};

/** A counter without labels, which most are. */
export function counter<E>(name: string, help: string, value: (event: E) => number): Metric<E> {
  return { type: 'counter', name, help, value };
}

/** A breaker's state as a gauge shows it. */
export const BREAKER_LEVEL: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 };
