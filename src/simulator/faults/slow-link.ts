import type { Subscriber } from '../subscriber.ts';
import { chosen, faultKind, QUIET } from './fault.ts';

/** Bytes leave at a trickle; the server's own queue fills and, in the end, the reader is cut as too slow. */
export const slowLink = faultKind({
  kind: 'slow-link',
  doc: 'Limits streams to `bytesPerSecond` until the window closes.',
  defaults: { streams: 'all', bytesPerSecond: 20_000 },
  build: ({ streams, bytesPerSecond }, { random }) => {
    let slowed: readonly Subscriber[] = [];
    return {
      ...QUIET,
      begin: (stage) => {
        slowed = chosen(stage, streams, random);
        for (const subscriber of slowed) subscriber.throttle(bytesPerSecond);
      },
      end: () => {
        for (const subscriber of slowed) subscriber.throttle(Number.POSITIVE_INFINITY);
        slowed = [];
      },
    };
  },
});
