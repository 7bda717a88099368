import type { Gap } from '../../domain/slot.ts';
import { gapName } from '../../domain/stream-events.ts';
import type { SlotLedger } from '../slots/slot-ledger.ts';
import type { SlotState } from '../slots/slot-state.ts';
import type { GapStore } from './gap-journal.ts';

export type CompletenessState = SlotState | 'unknown';

interface StateRange {
  readonly from: number;
  to: number;
  readonly state: CompletenessState;
}

export interface GapView extends Gap {
  readonly programs: readonly string[];
  readonly closedMs: number | null;
}

export interface Completeness {
  readonly from: number;
  readonly to: number;
  /** The highest slot that is accounted for, durably and with all before it; null before the first. */
  readonly checkpoint: number | null;
  /** How far the chain is confirmed and finalized; null before that was told. */
  readonly confirmed: number | null;
  readonly finalized: number | null;
  /** Nothing is promised of slots up to here; null before history began. */
  readonly begunAt: number | null;
  readonly slots: Readonly<Record<CompletenessState, number>>;
  /** Neighbouring slots in one state are told together. */
  readonly ranges: readonly StateRange[];
  /** Every gap that touches the range, open or filled since. */
  readonly gaps: readonly GapView[];
  readonly programs: readonly ProgramCompleteness[];
}

export interface ProgramCompleteness {
  readonly program: string;
  readonly name: string;
  readonly group: string;
  /** Slots that are complete for this program, among them those without a block. */
  readonly proven: number;
  readonly missing: number;
  readonly pending: number;
  readonly unknown: number;
}

export interface CompletenessParts {
  readonly ledger: SlotLedger;
  readonly store: GapStore;
  /** The slot whose events are durable with all before it; null before the first. */
  readonly durable: number | null;
  readonly groups: readonly {
    readonly name: string;
    readonly programs: readonly { readonly program: string; readonly name: string }[];
  }[];
}

/** Answers which slots of a range are proven complete, per slot and per program. Reads only; the caller bounds the range. */
export function completenessOf(parts: CompletenessParts, from: number, to: number): Completeness {
  const begunAt = parts.store.begunAt();
  const filling = fillingGaps(parts);
  const slots = { complete: 0, empty: 0, dead: 0, gap: 0, pending: 0, unknown: 0 };
  const ranges: StateRange[] = [];
  const missing = new Map<string, number>();
  for (let slot = from; slot <= to; slot++) {
    const isOnItsWay = isAbove(parts.durable, slot) || filling.some((gap) => gap.from <= slot && slot <= gap.to);
    const state = stateOf(parts.ledger, begunAt, slot, isOnItsWay);
    slots[state]++;
    if (state === 'gap') {
      const groups = new Set(parts.ledger.gaps.at(slot).flatMap((gap) => gap.groups));
      for (const group of groups) missing.set(group, (missing.get(group) ?? 0) + 1);
    }
    const last = ranges.at(-1);
    if (last?.state === state) last.to = slot;
    else ranges.push({ from: slot, to: slot, state });
  }
  const counted = to - from + 1 - slots.pending - slots.unknown;
  return {
    from,
    to,
    checkpoint: parts.durable,
    confirmed: parts.ledger.head,
    finalized: parts.ledger.finalizedHead,
    begunAt,
    slots,
    ranges,
    gaps: gapsOf(parts, filling, from, to),
    programs: parts.groups.flatMap((group) =>
      group.programs.map(({ program, name }) => {
        const lost = missing.get(group.name) ?? 0;
        const { pending, unknown } = slots;
        return { program, name, group: group.name, proven: counted - lost, missing: lost, pending, unknown };
      }),
    ),
  };
}

/** What is complete on its way to the disk may still be lost to a crash: until it is there it is pending. */
function stateOf(ledger: SlotLedger, begunAt: number | null, slot: number, isOnItsWay: boolean): CompletenessState {
  const proven = ledger.stateOf(slot);
  const state = proven === 'complete' && isOnItsWay ? 'pending' : proven;
  return begunAt === null || slot <= begunAt ? (state === 'gap' ? 'gap' : 'unknown') : state;
}

function isAbove(durable: number | null, slot: number): boolean {
  return durable === null || slot > durable;
}

/** Gaps that have everything now, but not durably. */
function fillingGaps({ ledger, store }: CompletenessParts): readonly Gap[] {
  const missing = new Set(ledger.gaps.list().map(gapName));
  return store.open().filter((gap) => !missing.has(gapName(gap)));
}

function gapsOf(parts: CompletenessParts, filling: readonly Gap[], from: number, to: number): GapView[] {
  const touches = (gap: Gap) => gap.from <= to && from <= gap.to;
  const view = (gap: Gap, closedMs: number | null): GapView => ({ ...gap, programs: programsOf(parts, gap), closedMs });
  return [
    ...parts.store
      .closed()
      .filter(({ gap }) => touches(gap))
      .map(({ gap, closedMs }) => view(gap, closedMs)),
    ...[...parts.ledger.gaps.list(), ...filling].filter(touches).map((gap) => view(gap, null)),
  ].sort((a, b) => a.from - b.from);
}

function programsOf(parts: CompletenessParts, gap: Gap): readonly string[] {
  return parts.groups
    .filter((group) => gap.groups.includes(group.name))
    .flatMap((group) => group.programs.map(({ program }) => program));
}
