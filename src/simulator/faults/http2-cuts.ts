import { faultKind, QUIET, strike } from './fault.ts';

/** HTTP/2 ends below gRPC: the client sees no status, only the transport's words. */
export const resetStream = faultKind({
  kind: 'reset-stream',
  doc: 'Sends RST_STREAM with this HTTP/2 error code (1 protocol error, 2 internal error, 8 cancel, 11 enhance your calm).',
  defaults: { streams: 'all', code: 2 },
  build: ({ streams, code }, { random }) => strike(streams, random, (subscriber) => subscriber.call.reset(code)),
});

export const goAway = faultKind({
  kind: 'go-away',
  doc: 'Sends GOAWAY with this HTTP/2 error code and debug text; any code but 0 also closes the connection.',
  defaults: { streams: 'all', code: 11, text: 'too_many_pings' },
  build: ({ streams, code, text }, { random }) =>
    strike(streams, random, (subscriber) => subscriber.call.goAway(code, text)),
});

/** The cable is pulled where the connection can still tell: every TCP connection ends at once. */
export const disconnect = faultKind({
  kind: 'disconnect',
  doc: 'Closes every TCP connection without a word.',
  defaults: {},
  build: () => ({ ...QUIET, begin: (stage) => stage.disconnectAll() }),
});
