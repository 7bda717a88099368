interface Arrival<T> {
  readonly stream: AsyncGenerator<T>;
  readonly result: IteratorResult<T, unknown> | null;
  /** Why the stream failed; read only without a result. */
  readonly error: unknown;
}

/**
 * Several streams as one: items come in the order in which they arrive, each stream keeps its own order, and none is read ahead of the
 * consumer by more than one item. Ends when all have ended; an error of one ends all.
 */
export async function* mergeStreams<T>(streams: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const open = new Set(streams);
  const arrivals: Arrival<T>[] = [];
  let wake = (): void => {};
  const arrive = (arrival: Arrival<T>) => {
    arrivals.push(arrival);
    wake();
  };
  // No race over the streams: one that is silent for days would keep what won against it alive for days.
  const ask = (stream: AsyncGenerator<T>) =>
    void stream.next().then(
      (result) => arrive({ stream, result, error: null }),
      (error: unknown) => arrive({ stream, result: null, error }),
    );
  for (const stream of streams) ask(stream);
  try {
    while (open.size > 0) {
      const arrival = arrivals.shift();
      if (arrival === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      const { stream, result, error } = arrival;
      if (result === null) throw error;
      if (result.done === true) {
        open.delete(stream);
        continue;
      }
      ask(stream);
      yield result.value;
    }
  } finally {
    // A stream that waits for something outside ends when its own signal aborts; closing must not wait for it here.
    for (const stream of open) void stream.return(undefined).catch(() => undefined);
  }
}
