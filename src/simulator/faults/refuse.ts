import { CODE, status } from '../grpc-framing.ts';
import { ACCEPT } from '../server-policy.ts';
import { faultKind, QUIET } from './fault.ts';

/** New calls are refused with one status while the window is open: a provider in trouble, a token that ran out. */
export const refuse = faultKind({
  kind: 'refuse',
  doc: 'Refuses new calls with this gRPC code (a number) and message; subscribeOnly: unary calls are still answered.',
  defaults: { code: CODE.UNAUTHENTICATED, message: 'No valid auth token', subscribeOnly: false } as {
    code: number;
    message: string;
    subscribeOnly: boolean;
  },
  build: ({ code, message, subscribeOnly }) => ({
    ...QUIET,
    admit: (call) =>
      subscribeOnly && !call.method.endsWith('/Subscribe') ? ACCEPT : { type: 'refuse', status: status(code, message) },
  }),
});
