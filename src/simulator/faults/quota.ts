import { RateWindow } from '../../lib/rate-window.ts';
import { ACCEPT } from '../server-policy.ts';
import { faultKind, QUIET } from './fault.ts';
import { refusalNamed } from './refusals.ts';

/** So many Subscribe calls in any window of time, refused in one of the shapes providers use. */
export const quota = faultKind({
  kind: 'quota',
  doc: 'Refuses subscriptions above `limit` per `windowMs`; refusal: subscriptions, rate or connections; perToken: each token has its own.',
  defaults: { limit: 100, windowMs: 60_000, refusal: 'subscriptions', perToken: true },
  build: ({ limit, windowMs, refusal, perToken }, { clock }) => {
    const refuse = refusalNamed(refusal);
    const windows = new Map<string, RateWindow>();
    return {
      ...QUIET,
      admit: (call) => {
        if (!call.method.endsWith('/Subscribe')) return ACCEPT;
        const key = perToken ? call.token : '';
        const window = windows.get(key) ?? new RateWindow({ limit, windowMs });
        windows.set(key, window);
        return window.take(clock.monotonicMs()) ? ACCEPT : refuse;
      },
    };
  },
});
