/** Waits that a run is made of; real time, because real processes are watched. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asks until the answer is yes. Milliseconds it took; null after the limit. */
export async function until(
  isDone: () => boolean | Promise<boolean>,
  limitMs: number,
  everyMs = 20,
): Promise<number | null> {
  const startMs = performance.now();
  for (;;) {
    if (await isDone()) return performance.now() - startMs;
    if (performance.now() - startMs > limitMs) return null;
    await sleep(everyMs);
  }
}
