import type { DomainEvent } from './domain-event.ts';
import { engineEvent } from './events/build.ts';
import type { Commitment, Gap } from './slot.ts';

/** The name of a gap: its range and groups, "398202773-398202780/amm,bonding-curve". */
export function gapName(gap: Gap): string {
  return `${gap.from}-${gap.to}/${[...gap.groups].sort().join(',')}`;
}

/**
 * The engine's own events about gaps. Their identity is the gap's name, so that the same gap noticed again after a crash is the
 * same event.
 */
export function gapOpenedEvent(gap: Gap): DomainEvent {
  const { from, to, groups, reason, sinceMs } = gap;
  return engineEvent('stream.gap.opened', gapName(gap), from, sinceMs, { from, to, groups, reason, sinceMs });
}

export function gapClosedEvent(gap: Gap, nowMs: number): DomainEvent {
  const { from, to, groups, reason, sinceMs, filledBy } = gap;
  return engineEvent('stream.gap.closed', gapName(gap), from, nowMs, { from, to, groups, reason, sinceMs, filledBy });
}

/** A commitment a slot can rise to. */
export type Promotion = Exclude<Commitment, 'processed'>;

export function slotPromotedEvent(to: Promotion, slot: number, nowMs: number): DomainEvent {
  return engineEvent(`stream.slot.${to}`, String(slot), slot, nowMs, { slot });
}

/** `events`: null when not each of them could be taken back by its id. */
export function slotRetractedEvent(slot: number, events: number | null, reason: string, nowMs: number): DomainEvent {
  return engineEvent('stream.slot.retracted', String(slot), slot, nowMs, { slot, reason, events });
}
