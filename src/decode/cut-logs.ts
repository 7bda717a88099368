import type { ProtocolEvent } from '../domain/protocol-event.ts';
import type { InstructionContext } from './instruction-context.ts';
import type { LogReading } from './log-frames.ts';

/**
 * The events an instruction logged before the runtime cut the logs inside it: later ones may be missing (the next hop of a route).
 * Null where nothing can be: the logs are whole up to its end, it told nothing at all, or it told by self-CPI, which nobody cuts.
 */
export function toldBeforeCut(
  context: InstructionContext,
  reading: LogReading | null,
  events: readonly ProtocolEvent[],
): readonly ProtocolEvent[] | null {
  if (context.eventKinds.length === 0 || reading === null || !reading.isCutIn(context.position)) return null;
  const { outer, inner } = context.path;
  const told = events.filter(({ path }) => path.outer === outer && path.inner === inner);
  return told.some((event) => event.strategy === 'self-cpi') ? null : told;
}

/** Of the events the transfers show, those that no event in `told` speaks of: the same kind in the same pool is the same event. */
export function withoutTold(
  shown: ProtocolEvent | readonly ProtocolEvent[] | null,
  told: readonly ProtocolEvent[],
): readonly ProtocolEvent[] {
  const unmatched = told.map(subjectOf);
  const all =
    shown === null ? [] : Array.isArray(shown) ? (shown as readonly ProtocolEvent[]) : [shown as ProtocolEvent];
  return all.filter((event) => {
    const at = unmatched.indexOf(subjectOf(event));
    if (at >= 0) unmatched.splice(at, 1);
    return at < 0;
  });
}

function subjectOf(event: ProtocolEvent): string {
  return `${event.kind === 'other' ? event.source : event.kind} ${'pool' in event ? event.pool : ''}`;
}
