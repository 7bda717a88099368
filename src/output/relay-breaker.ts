import {
  CircuitState as CockatielState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  isBrokenCircuitError,
} from 'cockatiel';
import type { CircuitState } from '../telemetry/events/delivery.ts';

/** Lets batches through while publishing works, and one at a time, at growing intervals, while it does not. */
export interface Breaker {
  state(): CircuitState;
  /** Runs the batch and fails as it fails; false when the circuit is open and the batch was not run. */
  execute(batch: () => Promise<void>): Promise<boolean>;
}

const FAILURES_TO_OPEN = 5;
const HALF_OPEN_INITIAL_MS = 1_000;
const HALF_OPEN_MAX_MS = 30_000;

/** A circuit breaker over whole batches: one lost connection fails many events, and is one reason to pause. */
export function createRelayBreaker(onState: (state: CircuitState) => void): Breaker {
  const policy = circuitBreaker(handleAll, {
    halfOpenAfter: new ExponentialBackoff({ initialDelay: HALF_OPEN_INITIAL_MS, maxDelay: HALF_OPEN_MAX_MS }),
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  });
  policy.onStateChange((state) => onState(stateText(state)));
  const execute = async (batch: () => Promise<void>): Promise<boolean> => {
    try {
      await policy.execute(batch);
      return true;
    } catch (error) {
      if (isBrokenCircuitError(error)) return false;
      throw error;
    }
  };
  return { state: () => stateText(policy.state), execute };
}

function stateText(state: CockatielState): CircuitState {
  if (state === CockatielState.Closed) return 'closed';
  return state === CockatielState.HalfOpen ? 'half-open' : 'open';
}
