import { badLength, garbageFrame, oversizedFrame } from './broken-frames.ts';
import { concurrency } from './concurrency.ts';
import { duplicates, metaFirst, shuffle } from './disorder.ts';
import { cleanEnd, endWith, lagKill, serverShutdown } from './ends.ts';
import type { FaultKind } from './fault.ts';
import { filterWidth } from './filter-width.ts';
import { hang } from './hang.ts';
import { httpPage } from './http-page.ts';
import { disconnect, goAway, resetStream } from './http2-cuts.ts';
import { pingPolice } from './ping-police.ts';
import { idleClose, pingReplacesFilters, pings } from './pings.ts';
import { quota } from './quota.ts';
import { refuse } from './refuse.ts';
import { replayGone, replayIgnored } from './replay.ts';
import { doubleSlots, dropStatus, equivocation, nullParents } from './slot-noise.ts';
import { slowLink } from './slow-link.ts';
import { pingsOnly, silentStall } from './stalls.ts';

/** Every kind of fault a script can name. */
export const FAULT_KINDS: ReadonlyMap<string, FaultKind> = new Map(
  [
    quota,
    concurrency,
    filterWidth,
    refuse,
    httpPage,
    hang,
    silentStall,
    pingsOnly,
    cleanEnd,
    lagKill,
    serverShutdown,
    endWith,
    resetStream,
    goAway,
    disconnect,
    garbageFrame,
    badLength,
    oversizedFrame,
    slowLink,
    pings,
    pingReplacesFilters,
    idleClose,
    pingPolice,
    replayGone,
    replayIgnored,
    metaFirst,
    duplicates,
    shuffle,
    dropStatus,
    doubleSlots,
    nullParents,
    equivocation,
  ].map((kind) => [kind.kind, kind]),
);
