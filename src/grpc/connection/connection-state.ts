import type { Reason } from '../transport/error-table.ts';

/**
 * What a connection is doing, and the only function that says what comes next. It holds no timer, socket or counter: the
 * connection asks it and obeys.
 *
 * | mode        | means                                              | leaves on                                            |
 * |-------------|----------------------------------------------------|------------------------------------------------------|
 * | idle        | no group to carry                                  | wanted → connecting                                  |
 * | connecting  | waiting for a permit, the breaker or the socket    | opened → subscribing; message → replaying or live    |
 * | subscribing | the server has the request, nothing arrived yet    | message → replaying (from a slot) or live (from now) |
 * | replaying   | old slots arrive                                   | caught-up → live                                     |
 * | live        | data at the tip                                    | stalled, ended, released                             |
 * | stalled     | a watchdog fired, the call is being released       | ended → backing-off                                  |
 * | backing-off | waiting with jitter, or for the provider's window  | wanted → connecting                                  |
 * | closed      | for good                                           | nothing                                              |
 */
export type ConnectionState =
  | { readonly mode: 'idle' }
  | { readonly mode: 'connecting'; readonly attempt: number }
  | { readonly mode: 'subscribing'; readonly fromSlot: number | null }
  | { readonly mode: 'replaying'; readonly fromSlot: number }
  | { readonly mode: 'live'; readonly sinceMs: number }
  | { readonly mode: 'stalled'; readonly detail: string }
  | { readonly mode: 'backing-off'; readonly reason: Reason; readonly untilMs: number }
  | { readonly mode: 'closed'; readonly reason: Reason };

export type ConnectionMode = ConnectionState['mode'];

export type ConnectionStep =
  | { readonly type: 'wanted'; readonly attempt: number }
  | { readonly type: 'opened'; readonly fromSlot: number | null }
  | { readonly type: 'message'; readonly fromSlot: number | null; readonly nowMs: number }
  | { readonly type: 'caught-up'; readonly nowMs: number }
  | { readonly type: 'stalled'; readonly detail: string }
  | { readonly type: 'ended'; readonly reason: Reason; readonly retryAtMs: number }
  | { readonly type: 'released' }
  | { readonly type: 'closed'; readonly reason: Reason };

/** Total: a step that makes no sense in this mode changes nothing. */
export function transition(state: ConnectionState, step: ConnectionStep): ConnectionState {
  if (state.mode === 'closed') return state;
  switch (step.type) {
    case 'wanted':
      return state.mode === 'idle' || state.mode === 'backing-off'
        ? { mode: 'connecting', attempt: step.attempt }
        : state;
    case 'opened':
      return state.mode === 'connecting' ? { mode: 'subscribing', fromSlot: step.fromSlot } : state;
    case 'message':
      if (state.mode !== 'connecting' && state.mode !== 'subscribing') return state;
      return step.fromSlot === null
        ? { mode: 'live', sinceMs: step.nowMs }
        : { mode: 'replaying', fromSlot: step.fromSlot };
    case 'caught-up':
      return state.mode === 'replaying' ? { mode: 'live', sinceMs: step.nowMs } : state;
    case 'stalled':
      return hasCall(state.mode) ? { mode: 'stalled', detail: step.detail } : state;
    case 'ended':
      return hasCall(state.mode) || state.mode === 'stalled'
        ? { mode: 'backing-off', reason: step.reason, untilMs: step.retryAtMs }
        : state;
    case 'released':
      return { mode: 'idle' };
    case 'closed':
      return { mode: 'closed', reason: step.reason };
  }
}

/** True while a call exists or is being made. */
export function hasCall(mode: ConnectionMode): boolean {
  return mode === 'connecting' || mode === 'subscribing' || mode === 'replaying' || mode === 'live';
}

/** True while data arrives. */
export function isReceiving(mode: ConnectionMode): boolean {
  return mode === 'replaying' || mode === 'live';
}
