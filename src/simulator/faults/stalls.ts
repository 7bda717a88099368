import type { Subscriber } from '../subscriber.ts';
import { chosen, type Fault, type FaultTools, faultKind, QUIET } from './fault.ts';

interface StallParameters {
  readonly streams: string;
  readonly newStreamsToo: boolean;
}

/** The connection stays, TCP and HTTP/2 answer, and nothing comes: no data, no ping, no error. */
export const silentStall = faultKind({
  kind: 'silent-stall',
  doc: 'Streams go silent without an error until the window closes; what was due meanwhile is lost for them.',
  defaults: { streams: 'all', newStreamsToo: false },
  build: (parameters, tools) => stall(parameters, tools, { data: true, pings: true }),
});

/** The server still pings, which looks alive, but no data comes. */
export const pingsOnly = faultKind({
  kind: 'pings-only',
  doc: 'Streams still get pings but no data until the window closes.',
  defaults: { streams: 'all', newStreamsToo: false },
  build: (parameters, tools) => stall(parameters, tools, { data: true, pings: false }),
});

function stall(
  { streams, newStreamsToo }: StallParameters,
  { random }: FaultTools,
  what: { readonly data: boolean; readonly pings: boolean },
): Fault {
  const stalled = new Set<Subscriber>();
  let open = false;
  const silence = (subscriber: Subscriber): void => {
    stalled.add(subscriber);
    subscriber.mute(what);
  };
  return {
    ...QUIET,
    begin: (stage) => {
      open = true;
      for (const subscriber of chosen(stage, streams, random)) silence(subscriber);
    },
    opened: (subscriber) => {
      if (open && newStreamsToo) silence(subscriber);
    },
    closed: (subscriber) => void stalled.delete(subscriber),
    end: () => {
      open = false;
      for (const subscriber of stalled) subscriber.mute({ data: false, pings: false });
      stalled.clear();
    },
  };
}
