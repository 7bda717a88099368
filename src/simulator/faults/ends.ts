import { EngineError } from '../../lib/errors.ts';
import { CODE, type GrpcStatus, OK, status } from '../grpc-framing.ts';
import { faultKind, strike } from './fault.ts';

/** The stream ends as if all had been said: status OK. */
export const cleanEnd = faultKind({
  kind: 'clean-end',
  doc: 'Ends streams without an error.',
  defaults: { streams: 'all' },
  build: ({ streams }, { random }) => strike(streams, random, (subscriber) => subscriber.end(OK)),
});

const LAG: Readonly<Record<string, GrpcStatus>> = {
  send: status(CODE.INTERNAL, 'lagged to send an update'),
  receive: status(CODE.INTERNAL, 'lagged to receive geyser messages'),
  'data-loss': status(CODE.DATA_LOSS, 'lagged'),
};

/** The reader is said to be too slow, whether it is or not. */
export const lagKill = faultKind({
  kind: 'lag-kill',
  doc: 'Cuts streams as too slow; wording: send, receive or data-loss.',
  defaults: { streams: 'all', wording: 'send' },
  build: ({ streams, wording }, { random }) => {
    const final = LAG[wording];
    if (final === undefined) {
      const known = Object.keys(LAG).join(', ');
      throw new EngineError('CONFIG_INVALID', `The fault lag-kill has no wording "${wording}"; there are: ${known}.`);
    }
    return strike(streams, random, (subscriber) => subscriber.end(final));
  },
});

/** The server announces that it goes away; plugins do it with either code. */
export const serverShutdown = faultKind({
  kind: 'server-shutdown',
  doc: 'Ends streams with "server is shutting down try again later"; internal: with INTERNAL instead of UNAVAILABLE.',
  defaults: { streams: 'all', internal: false },
  build: ({ streams, internal }, { random }) => {
    const code = internal ? CODE.INTERNAL : CODE.UNAVAILABLE;
    const final = status(code, 'server is shutting down try again later');
    return strike(streams, random, (subscriber) => subscriber.end(final));
  },
});

/** Any status at all, for what has no name of its own here. */
export const endWith = faultKind({
  kind: 'end-with',
  doc: 'Ends streams with this gRPC code (a number) and message.',
  defaults: { streams: 'all', code: CODE.UNAVAILABLE, message: 'upstream connect error' } as {
    streams: string;
    code: number;
    message: string;
  },
  build: ({ streams, code, message }, { random }) => {
    const final = status(code, message);
    return strike(streams, random, (subscriber) => subscriber.end(final));
  },
});
