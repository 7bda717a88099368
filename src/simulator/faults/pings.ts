import { chosen, faultKind, QUIET } from './fault.ts';

const NEVER = 0;

/** Pings come at another interval, or never. */
export const pings = faultKind({
  kind: 'pings',
  doc: 'Pings streams every `intervalMs`; 0: never again.',
  defaults: { streams: 'all', intervalMs: NEVER },
  build: ({ streams, intervalMs }, { random }) => {
    const interval = intervalMs === NEVER ? Number.POSITIVE_INFINITY : intervalMs;
    return {
      ...QUIET,
      begin: (stage) => {
        for (const subscriber of chosen(stage, streams, random)) subscriber.pingEvery(interval);
      },
      opened: (subscriber) => subscriber.pingEvery(interval),
    };
  },
});

/** A request with a ping and nothing else empties the filters: the stream lives on and says nothing. */
export const pingReplacesFilters = faultKind({
  kind: 'ping-replaces-filters',
  doc: 'Takes the filters of a request that carries a ping as the new filters, as some providers do.',
  defaults: {},
  build: () => ({ ...QUIET, pingReplacesFilters: () => true }),
});

/** A proxy that closes what the client does not use. */
export const idleClose = faultKind({
  kind: 'idle-close',
  doc: 'Resets streams whose client has said nothing for `idleMs`; looked at once a slot.',
  defaults: { idleMs: 30_000 },
  build: ({ idleMs }, { clock }) => ({
    ...QUIET,
    slot: (stage) => {
      for (const subscriber of stage.subscribers) {
        if (clock.monotonicMs() - subscriber.lastRequestMs >= idleMs) subscriber.call.reset(0);
      }
    },
  }),
});
