import type { Gap } from '../domain/slot.ts';
import type { GapStore } from './gap-journal.ts';
import type { SlotLedger, SlotState } from './slot-ledger.ts';

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
  /** The highest slot that is accounted for with all before it; null before the first. */
  readonly checkpoint: number | null;
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
  readonly groups: readonly {
    readonly name: string;
    readonly programs: readonly { readonly program: string; readonly name: string }[];
  }[];
}

/** Answers which slots of a range are proven complete, per slot and per program. Reads only; the caller bounds the range. */
export function completenessOf(parts: CompletenessParts, from: number, to: number): Completeness {
  const begunAt = parts.store.begunAt();
  const slots = { complete: 0, empty: 0, dead: 0, gap: 0, pending: 0, unknown: 0 };
  const ranges: StateRange[] = [];
  const missing = new Map<string, number>();
  for (let slot = from; slot <= to; slot++) {
    const state = stateOf(parts.ledger, begunAt, slot);
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
    checkpoint: parts.ledger.checkpoint,
    begunAt,
    slots,
    ranges,
    gaps: gapsOf(parts, from, to),
    programs: parts.groups.flatMap((group) =>
      group.programs.map(({ program, name }) => {
        const lost = missing.get(group.name) ?? 0;
        const { pending, unknown } = slots;
        return { program, name, group: group.name, proven: counted - lost, missing: lost, pending, unknown };
      }),
    ),
  };
}

function stateOf(ledger: SlotLedger, begunAt: number | null, slot: number): CompletenessState {
  const state = ledger.stateOf(slot);
  return begunAt === null || slot <= begunAt ? (state === 'gap' ? 'gap' : 'unknown') : state;
}

function gapsOf(parts: CompletenessParts, from: number, to: number): GapView[] {
  const touches = (gap: Gap) => gap.from <= to && from <= gap.to;
  const view = (gap: Gap, closedMs: number | null): GapView => ({ ...gap, programs: programsOf(parts, gap), closedMs });
  return [
    ...parts.store
      .closed()
      .filter(({ gap }) => touches(gap))
      .map(({ gap, closedMs }) => view(gap, closedMs)),
    ...parts.ledger.gaps
      .list()
      .filter(touches)
      .map((gap) => view(gap, null)),
  ].sort((a, b) => a.from - b.from);
}

function programsOf(parts: CompletenessParts, gap: Gap): readonly string[] {
  return parts.groups
    .filter((group) => gap.groups.includes(group.name))
    .flatMap((group) => group.programs.map(({ program }) => program));
}
