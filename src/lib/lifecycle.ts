import type { Clock } from './clock.ts';

/** Something that was opened and has to be closed. `close` drains, may be called twice, and returns the same promise. */
export interface Resource {
  readonly name: string;
  close(signal: AbortSignal): Promise<void>;
}

export interface CloseReport {
  /** Names of what closed in time. */
  readonly closed: readonly string[];
  /** Names of what was still closing at the deadline, or failed, with the reason. */
  readonly abandoned: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Owns what a process opened, in order, and closes it in the reverse order under one deadline. What does not make it is
 * named, never waited for: a stop that hangs is worse than a stop that tells what it left.
 */
export class Lifecycle {
  readonly #resources: Resource[] = [];
  readonly #clock: Clock;
  #closing: Promise<CloseReport> | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  own<T extends Resource>(resource: T): T {
    this.#resources.push(resource);
    return resource;
  }

  close(deadlineMs: number, abort: AbortSignal): Promise<CloseReport> {
    this.#closing ??= this.#closeAll(deadlineMs, abort);
    return this.#closing;
  }

  async #closeAll(deadlineMs: number, abort: AbortSignal): Promise<CloseReport> {
    const deadline = new AbortController();
    const signal = AbortSignal.any([deadline.signal, abort]);
    const cancel = this.#clock.after(deadlineMs, () => deadline.abort());
    const closed: string[] = [];
    const abandoned: { name: string; reason: string }[] = [];
    for (const resource of this.#resources.splice(0).reverse()) {
      const reason = await closeOne(resource, signal);
      if (reason === null) closed.push(resource.name);
      else abandoned.push({ name: resource.name, reason });
    }
    cancel();
    return { closed, abandoned };
  }
}

async function closeOne(resource: Resource, signal: AbortSignal): Promise<string | null> {
  let onAbort = (): void => {};
  const aborted = new Promise<string>((resolve) => {
    onAbort = () => resolve('still closing at the deadline');
    signal.addEventListener('abort', onAbort, { once: true });
  });
  const done = resource.close(signal).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  // After the deadline a resource still gets one turn, so that those that close at once are not reported as left.
  const result = await (signal.aborted ? Promise.race([done, nextTurn()]) : Promise.race([done, aborted]));
  signal.removeEventListener('abort', onAbort);
  return result;
}

function nextTurn(): Promise<string> {
  return new Promise((resolve) => setImmediate(() => resolve('still closing at the deadline')));
}
