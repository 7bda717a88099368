/**
 * Several streams as one: items come in the order in which they arrive, each stream keeps its own order, and none is read ahead of the
 * consumer by more than one item. Ends when all have ended; an error of one ends all.
 */
export async function* mergeStreams<T>(streams: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const next = (stream: AsyncGenerator<T>) => stream.next().then((result) => ({ stream, result }));
  const waiting = new Map(streams.map((stream) => [stream, next(stream)]));
  try {
    while (waiting.size > 0) {
      const { stream, result } = await Promise.race(waiting.values());
      if (result.done === true) {
        waiting.delete(stream);
        continue;
      }
      waiting.set(stream, next(stream));
      yield result.value;
    }
  } finally {
    // A stream that waits for something outside ends when its own signal aborts; closing must not wait for it here.
    for (const stream of waiting.keys()) void stream.return(undefined).catch(() => undefined);
  }
}
