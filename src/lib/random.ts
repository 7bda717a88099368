/** A source of numbers in [0, 1). Injected wherever chance plays a part, so that a seed replays a run. */
export type Random = () => number;

/** A small seeded generator (mulberry32): good enough for jitter, schedules and models; never for secrets. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Chance as the machine gives it, for what nobody replays. */
export const systemRandom: Random = Math.random;
