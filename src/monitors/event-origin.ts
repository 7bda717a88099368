import type { Audit, EventHead } from '../domain/protocol-event.ts';

/** Where a protocol event comes from, as every domain event carries it. */
export function originOf(event: EventHead) {
  return {
    program: event.program,
    venue: event.venue,
    source: event.source,
    strategy: event.strategy,
    caller: event.caller,
  };
}

export function auditOf(audit: Audit | undefined) {
  return audit === undefined ? null : { verdict: audit.verdict, note: audit.note ?? null };
}

/** Seconds between a token's creation and now; null when its creation was not seen. */
export function secondsSince(createdAtMs: number | undefined, timeMs: number): number | null {
  return createdAtMs === undefined ? null : Math.max(0, (timeMs - createdAtMs) / 1000);
}
