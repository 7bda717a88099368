import type { Gap } from '../../../src/domain/slot.ts';
import type { FaultPlan } from './fault-plan.ts';
import { type GroundTruth, isJudged } from './ground-truth.ts';
import type { DiskRecord, SimulatedDisk } from './simulated-disk.ts';
import type { VirtualBroker } from './virtual-broker.ts';

export interface Verdict {
  readonly expected: number;
  readonly delivered: number;
  /** Events of the chain that are neither in the output nor excused by a gap that says so. */
  readonly lost: number;
  /** Events in the output, not taken back, that the chain does not have; and those that had to wait until nothing could take them back. */
  readonly unexpected: number;
  /** Events that stand in the output more than once. */
  readonly duplicated: number;
  /** Slots of gaps that are open at the end, and of gaps that were closed. */
  readonly gapSlots: number;
  readonly filledSlots: number;
  readonly problems: readonly string[];
}

export interface Evidence {
  readonly plan: FaultPlan;
  readonly disk: SimulatedDisk;
  readonly broker: VirtualBroker;
  readonly truth: GroundTruth;
  readonly tip: number;
}

/** How far the end of a run may be behind what the chain told. */
const LAG_MAX_SLOTS = 20;
/** Of one kind; the first ones say enough. */
const TOLD_MAX = 3;

/** Compares the output with the chain, by id, and the broker with the output: lost, unexpected, duplicated, told too early, not handed on. */
export function judge(evidence: Evidence): Verdict {
  const { disk, truth } = evidence;
  const records = disk.records();
  const standing = standingEvents(records);
  const through = disk.progress('cursor') ?? -1;
  const gaps = disk.openGaps();
  const expected = expectedEvents(evidence, gaps, through);
  const lost = expected.filter((id) => !standing.has(id));
  const { unexpected, duplicated } = compared(standing, truth, gaps, through);
  const early = toldTooEarly(evidence, records);
  const problems = [
    ...lost.slice(0, TOLD_MAX).map((id) => `lost ${id} of slot ${truth.slots.get(id)}${closedBy(disk, truth, id)}`),
    ...unexpected.slice(0, TOLD_MAX).map((id) => `unexpected ${id} of slots ${standing.get(id)?.join(', ')}`),
    ...early.slice(0, TOLD_MAX).map(({ id, slot }) => `${id} was told of slot ${slot}, which died, although it waits`),
    ...(duplicated > 0 ? [`${duplicated} events stand more than once`] : []),
    ...stuck(evidence, through),
    ...undelivered(evidence, records),
  ];
  return {
    expected: expected.length,
    delivered: standing.size,
    lost: lost.length,
    unexpected: unexpected.length + early.length,
    duplicated,
    gapSlots: slotsOf(gaps),
    filledSlots: slotsOf(disk.closedGaps()),
    problems,
  };
}

/** Every event of the chain between the beginning of history and the cursor, but those that every group lacks by an open gap. */
function expectedEvents({ disk, truth }: Evidence, gaps: readonly Gap[], through: number): readonly string[] {
  const begun = disk.begunAt ?? Number.POSITIVE_INFINITY;
  const isExcused = (slot: number, groups: readonly string[]) =>
    groups.every((group) => gaps.some((gap) => holds(gap, slot) && gap.groups.includes(group)));
  return [...truth.slots].flatMap(([id, slot]) =>
    slot <= begun || slot > through || isExcused(slot, truth.groups.get(id) ?? []) ? [] : [id],
  );
}

function compared(
  standing: ReadonlyMap<string, readonly number[]>,
  truth: GroundTruth,
  gaps: readonly Gap[],
  through: number,
): { readonly unexpected: readonly string[]; readonly duplicated: number } {
  const unexpected: string[] = [];
  let duplicated = 0;
  // A slot in a gap is not proven either way: what was told of it stays until the gap is filled.
  const isProven = (slot: number) => !gaps.some((gap) => holds(gap, slot));
  for (const [id, slots] of standing) {
    // Past the checkpoint the chain has not decided yet.
    const decided = slots.filter((slot) => slot <= through);
    if (decided.filter(isProven).length > 1) duplicated++;
    if (decided.length === 0 || truth.slots.get(id) === decided[0]) continue;
    if (decided.every(isProven)) unexpected.push(id);
  }
  return { unexpected, duplicated };
}

/** Events of groups that all wait for a confirmation, told of a slot that never got one. Taking them back does not mend that. */
function toldTooEarly({ plan, truth }: Evidence, records: readonly DiskRecord[]): readonly DiskRecord[] {
  const waits = (group: string) => (plan.levels.get(group) ?? 'processed') !== 'processed';
  return records.filter(({ id, slot, type }) => {
    if (!isJudged(type) || truth.canonical.has(slot)) return false;
    const groups = truth.groups.get(id) ?? [];
    return groups.length > 0 && groups.every(waits);
  });
}

/** Empty when the output follows the chain. */
export function stuck(
  { plan, truth, tip }: Pick<Evidence, 'plan' | 'truth' | 'tip'>,
  through: number,
): readonly string[] {
  const isFinal = [...plan.levels.values()].includes('finalized');
  const due = isFinal ? truth.finalizedThrough : tip;
  return through < due - LAG_MAX_SLOTS ? [`stuck at slot ${through}, the chain is at ${due}`] : [];
}

/** What the broker has is what the outbox has, and what it confirmed it has. */
function undelivered({ disk, broker }: Evidence, records: readonly DiskRecord[]): readonly string[] {
  const missing = records.filter(({ sequence, id }) => broker.held.get(sequence) !== id);
  if (missing.length === 0) return [];
  const confirmed = disk.progress('confirmed') ?? 0;
  const first = missing[0]?.sequence ?? 0;
  return [`${missing.length} events did not reach the broker, the first is ${first}; confirmed were ${confirmed}`];
}

/** The slots at which each judged event stands after all that was taken back. */
function standingEvents(records: readonly DiskRecord[]): ReadonlyMap<string, readonly number[]> {
  const takenBack = new Set(
    records.flatMap(({ type, json }) => {
      if (type !== 'stream.event.retracted') return [];
      const { data } = JSON.parse(json) as { readonly data: { readonly id: string; readonly slot: number } };
      return [`${data.slot}/${data.id}`];
    }),
  );
  const standing = new Map<string, number[]>();
  for (const { slot, id, type } of records) {
    if (!isJudged(type) || takenBack.has(`${slot}/${id}`)) continue;
    standing.set(id, [...(standing.get(id) ?? []), slot]);
  }
  return standing;
}

function closedBy(disk: SimulatedDisk, truth: GroundTruth, id: string): string {
  const slot = truth.slots.get(id) ?? -1;
  const gap = disk.closedGaps().findLast((closed) => holds(closed, slot));
  return gap === undefined ? '' : `, in gap ${gap.from} to ${gap.to} that ${gap.filledBy} closed`;
}

const holds = (gap: Gap, slot: number): boolean => gap.from <= slot && slot <= gap.to;

const slotsOf = (gaps: readonly Gap[]): number => gaps.reduce((sum, { from, to }) => sum + to - from + 1, 0);
