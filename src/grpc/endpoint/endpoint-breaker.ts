import { type BreakerState, CircuitBreaker } from '../../lib/breaker.ts';
import type { Clock } from '../../lib/clock.ts';

/** Guards "connect and first data" of one endpoint. */
export interface EndpointBreaker {
  /** False while openings would be refused at once. */
  allows(): boolean;
  /** Runs the opening, whose failure the breaker alone hears of; 'refused' without running it while the breaker is not closed. */
  run(open: () => Promise<void>): Promise<'opened' | 'refused'>;
  readonly state: BreakerState;
}

export interface EndpointBreakerOptions {
  readonly failures: number;
  readonly restMs: number;
}

/** The rest does not grow: the connections behind it wait longer each time by themselves. */
export function createEndpointBreaker(
  { failures, restMs }: EndpointBreakerOptions,
  clock: Clock,
  onState: (state: BreakerState) => void,
): EndpointBreaker {
  const breaker = new CircuitBreaker({ failures, restMs, restMaxMs: restMs }, clock, onState);
  return {
    allows: () => breaker.allows,
    run: async (open) => {
      const opening = breaker.run(open);
      await opening?.catch(() => undefined);
      return opening === null ? 'refused' : 'opened';
    },
    get state() {
      return breaker.state;
    },
  };
}
