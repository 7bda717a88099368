import { EngineError } from '../../lib/errors.ts';
import { CODE, type GrpcStatus, status } from '../grpc-framing.ts';
import type { ReplayFacts } from '../server-policy.ts';
import { faultKind, QUIET } from './fault.ts';

type Wording = (facts: ReplayFacts) => GrpcStatus;

/** In how many ways a provider says that it cannot go back to a slot. */
const WORDINGS: Readonly<Record<string, Wording>> = {
  'out-of-range': ({ fromSlot, firstAvailable }) =>
    status(CODE.OUT_OF_RANGE, `broadcast from ${fromSlot} is not available, last available: ${firstAvailable ?? 0}`),
  internal: ({ fromSlot }) => status(CODE.INTERNAL, `replay from ${fromSlot} is not available`),
  'no-response': () => status(CODE.INTERNAL, 'failed to get replay response'),
  'request-failed': () => status(CODE.INTERNAL, 'failed to send from_slot request'),
  unsupported: () => status(CODE.INTERNAL, 'from_slot is not supported'),
  precondition: ({ fromSlot }) => status(CODE.FAILED_PRECONDITION, `slot ${fromSlot} is outside the replay window`),
  invalid: ({ fromSlot }) => status(CODE.INVALID_ARGUMENT, `from_slot ${fromSlot} is too old`),
  'unheard-of': ({ fromSlot }) => status(CODE.INTERNAL, `slot ${fromSlot} cannot be served`),
  'data-loss': ({ fromSlot }) => status(CODE.DATA_LOSS, `slot ${fromSlot} is no longer available`),
};

export const replayGone = faultKind({
  kind: 'replay-gone',
  doc: `Refuses every from_slot; wording: ${Object.keys(WORDINGS).join(', ')}.`,
  defaults: { wording: 'out-of-range' },
  build: ({ wording }) => {
    const words = WORDINGS[wording];
    if (words === undefined) {
      const known = Object.keys(WORDINGS).join(', ');
      throw new EngineError(
        'CONFIG_INVALID',
        `The fault replay-gone has no wording "${wording}"; there are: ${known}.`,
      );
    }
    return { ...QUIET, replay: (facts) => ({ type: 'refuse', status: words(facts) }) };
  },
});

/** The replay is accepted and left out: the stream starts at the tip and nothing tells. */
export const replayIgnored = faultKind({
  kind: 'replay-ignored',
  doc: 'Ignores from_slot in silence and starts at the tip.',
  defaults: {},
  build: () => ({ ...QUIET, replay: () => ({ type: 'ignore' }) }),
});
