import { type BreakerState, CircuitBreaker } from '../lib/breaker.ts';
import type { Clock } from '../lib/clock.ts';

/** Lets batches through while publishing works, and one at a time, at growing intervals, while it does not. */
export interface Breaker {
  state(): BreakerState;
  /** Runs the batch and fails as it fails; false when it is open and the batch was not run. */
  execute(batch: () => Promise<void>): Promise<boolean>;
}

const OPTIONS = { failures: 5, restMs: 1_000, restMaxMs: 30_000 };

/** A circuit breaker over whole batches: one lost connection fails many events, and is one reason to pause. */
export function createRelayBreaker(clock: Clock, onState: (state: BreakerState) => void): Breaker {
  const breaker = new CircuitBreaker(OPTIONS, clock, onState);
  const execute = async (batch: () => Promise<void>): Promise<boolean> => {
    const publishing = breaker.run(batch);
    await publishing;
    return publishing !== null;
  };
  return { state: () => breaker.state, execute };
}
