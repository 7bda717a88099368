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

/** Of the events the transfers show, those that no event in `told` speaks of. */
export function withoutTold(
  shown: ProtocolEvent | readonly ProtocolEvent[] | null,
  told: readonly ProtocolEvent[],
): readonly ProtocolEvent[] {
  const unmatched = [...told];
  return listOf(shown).filter((event) => {
    const at = unmatched.findIndex((each) => isSame(each, event));
    if (at >= 0) unmatched.splice(at, 1);
    return at < 0;
  });
}

function listOf(shown: ProtocolEvent | readonly ProtocolEvent[] | null): readonly ProtocolEvent[] {
  if (shown === null) return [];
  return Array.isArray(shown) ? (shown as readonly ProtocolEvent[]) : [shown as ProtocolEvent];
}

/** The same kind in the same pool is the same event; so it is where one of the two does not tell its pool. */
function isSame(left: ProtocolEvent, right: ProtocolEvent): boolean {
  if (kindOf(left) !== kindOf(right)) return false;
  const [one, other] = [poolOf(left), poolOf(right)];
  return one === other || one === '' || other === '';
}

function kindOf(event: ProtocolEvent): string {
  return event.kind === 'other' ? event.source : event.kind;
}

function poolOf(event: ProtocolEvent): string {
  return 'pool' in event ? (event.pool ?? '') : '';
}
