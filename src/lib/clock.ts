/**
 * The only place that reads time or sets a timer, so that every wait can be cancelled and every test can own the clock.
 * `monotonicMs` never jumps and is for measuring; `wallMs` may jump and is only ever data.
 */
export interface Clock {
  monotonicMs(): number;
  wallMs(): number;
  /** Resolves after `ms`, or at once when the signal aborts (it never rejects: the caller asks the signal). */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Calls back every `ms` until the returned function is called. Never keeps the process alive. */
  every(ms: number, callback: () => void): () => void;
  /** Calls back once after `ms` unless the returned function is called first. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done, { once: true });
    }),
  every: (ms, callback) => {
    const timer = setInterval(callback, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
