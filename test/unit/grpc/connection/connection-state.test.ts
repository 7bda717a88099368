import fc from 'fast-check';
import {
  type ConnectionState,
  type ConnectionStep,
  hasCall,
  isReceiving,
  transition,
} from '../../../../src/grpc/connection/connection-state.ts';

const step: fc.Arbitrary<ConnectionStep> = fc.oneof(
  fc.record({ type: fc.constant('wanted' as const), attempt: fc.nat(9) }),
  fc.record({ type: fc.constant('opened' as const), fromSlot: fc.option(fc.nat(99)) }),
  fc.record({ type: fc.constant('message' as const), fromSlot: fc.option(fc.nat(99)), nowMs: fc.nat(99) }),
  fc.record({ type: fc.constant('caught-up' as const), nowMs: fc.nat(99) }),
  fc.record({ type: fc.constant('stalled' as const), detail: fc.constant('silence') }),
  fc.record({ type: fc.constant('ended' as const), reason: fc.constant('lagged' as const), retryAtMs: fc.nat(99) }),
  fc.constant({ type: 'released' as const }),
  fc.constant({ type: 'closed' as const, reason: 'auth' as const }),
);
const IDLE: ConnectionState = { mode: 'idle' };

function modes(steps: readonly ConnectionStep[]): readonly string[] {
  let state = IDLE as ConnectionState;
  return steps.map((each) => {
    state = transition(state, each);
    return state.mode;
  });
}

test('the way of a stream that resumes', () => {
  expect(
    modes([
      { type: 'wanted', attempt: 0 },
      { type: 'opened', fromSlot: 5 },
      { type: 'message', fromSlot: 5, nowMs: 1 },
      { type: 'caught-up', nowMs: 2 },
      { type: 'stalled', detail: 'no new slot for 10 s' },
      { type: 'ended', reason: 'stalled', retryAtMs: 3 },
      { type: 'wanted', attempt: 1 },
    ]),
  ).toEqual(['connecting', 'subscribing', 'replaying', 'live', 'stalled', 'backing-off', 'connecting']);
});

test('closed is for good, and data never arrives without a call', () => {
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let state = IDLE as ConnectionState;
      let closed = false;
      for (const each of steps) {
        const before = state;
        state = transition(state, each);
        closed ||= each.type === 'closed';
        if (closed) expect(state.mode).toBe('closed');
        if (isReceiving(state.mode) && !isReceiving(before.mode)) {
          expect(each.type).toBe('message');
          expect(hasCall(before.mode)).toBe(true);
        }
        if (state.mode === 'live' && before.mode !== 'live') {
          expect(['connecting', 'subscribing', 'replaying']).toContain(before.mode);
        }
      }
    }),
  );
});
