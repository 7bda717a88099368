import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import type { Clock } from '../lib/clock.ts';

/** Guards "connect and first data" of one endpoint. */
export interface EndpointBreaker {
  /** False while openings would be refused at once. */
  allows(): boolean;
  /** Runs the opening; rejects without running it while the circuit is open. */
  run(open: () => Promise<void>): Promise<'opened' | 'refused'>;
  readonly state: 'closed' | 'open' | 'half-open';
}

export interface BreakerOptions {
  readonly failures: number;
  readonly halfOpenAfterMs: number;
}

/** The breaker of cockatiel behind the port; it sees outcomes only and never opens anything itself. */
export class CockatielBreaker implements EndpointBreaker {
  readonly #policy: ReturnType<typeof circuitBreaker>;
  readonly #options: BreakerOptions;
  readonly #clock: Clock;
  #openedAtMs = 0;

  constructor(options: BreakerOptions, clock: Clock, onChange: (state: EndpointBreaker['state']) => void) {
    this.#options = options;
    this.#clock = clock;
    this.#policy = circuitBreaker(handleAll, {
      halfOpenAfter: options.halfOpenAfterMs,
      breaker: new ConsecutiveBreaker(options.failures),
    });
    this.#policy.onStateChange((state) => {
      if (state === CircuitState.Open) this.#openedAtMs = this.#clock.monotonicMs();
      onChange(nameOf(state));
    });
  }

  get state(): EndpointBreaker['state'] {
    return nameOf(this.#policy.state);
  }

  allows(): boolean {
    if (this.#policy.state !== CircuitState.Open) return true;
    return this.#clock.monotonicMs() - this.#openedAtMs >= this.#options.halfOpenAfterMs;
  }

  async run(open: () => Promise<void>): Promise<'opened' | 'refused'> {
    try {
      await this.#policy.execute(open);
      return 'opened';
    } catch (error) {
      if (error instanceof BrokenCircuitError) return 'refused';
      return 'opened';
    }
  }
}

function nameOf(state: CircuitState): EndpointBreaker['state'] {
  if (state === CircuitState.Closed) return 'closed';
  return state === CircuitState.HalfOpen ? 'half-open' : 'open';
}
