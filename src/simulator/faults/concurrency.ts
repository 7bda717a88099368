import { ACCEPT } from '../server-policy.ts';
import { faultKind, QUIET } from './fault.ts';
import { refusalNamed } from './refusals.ts';

/** So many streams at once. A closed one may count for a while longer, as with providers that notice an end late. */
export const concurrency = faultKind({
  kind: 'concurrency',
  doc: 'Refuses streams above `streams` at once; a closed stream counts for `lingerMs` more; refusal as for quota.',
  defaults: { streams: 2, lingerMs: 0, refusal: 'connections', perToken: true },
  build: ({ streams, lingerMs, refusal, perToken }, { clock }) => {
    const refuse = refusalNamed(refusal);
    let lingering: { readonly token: string; readonly untilMs: number }[] = [];
    return {
      ...QUIET,
      closed: ({ token }) => {
        if (lingerMs > 0) lingering.push({ token, untilMs: clock.monotonicMs() + lingerMs });
      },
      admit: (call) => {
        if (!call.method.endsWith('/Subscribe')) return ACCEPT;
        lingering = lingering.filter(({ untilMs }) => untilMs > clock.monotonicMs());
        const late = lingering.filter(({ token }) => !perToken || token === call.token).length;
        const open = perToken ? call.openOfToken : call.openInAll;
        return open + late < streams ? ACCEPT : refuse;
      },
    };
  },
});
