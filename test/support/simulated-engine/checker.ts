import type { RecordedLedger } from '../../../src/recovery/recorded-ledger.ts';
import { type GroundTruth, isJudged } from './ground-truth.ts';
import type { SimulatedDisk } from './simulated-disk.ts';

export interface Verdict {
  readonly expected: number;
  readonly delivered: number;
  /** Events of the chain that are neither in the output nor excused by a gap that says so. */
  readonly lost: number;
  /** Events in the output, not taken back, that the chain does not have. */
  readonly unexpected: number;
  /** Events that stand in the output more than once. */
  readonly duplicated: number;
  /** Events that a replay brought again and the output recognised. */
  readonly recovered: number;
  readonly gapSlots: number;
  readonly problems: readonly string[];
}

export interface Evidence {
  readonly disk: SimulatedDisk;
  readonly truth: GroundTruth;
  readonly tip: number;
  readonly ledger: RecordedLedger | null;
}

/** How far the end of a run may be behind the tip of the chain. */
const LAG_MAX_SLOTS = 20;

/** Compares the output with the chain, by id: lost, unexpected, duplicated; and asks whether the engine got to the end. */
export function judge({ disk, truth, tip, ledger }: Evidence): Verdict {
  const problems: string[] = [];
  const standing = standingEvents(disk);
  const begun = disk.begunAt ?? Number.POSITIVE_INFINITY;
  const through = disk.cursor ?? -1;
  const gaps = disk.openGaps();
  const isExcused = (slot: number, groups: readonly string[]) =>
    groups.every((group) => gaps.some((gap) => gap.from <= slot && slot <= gap.to && gap.groups.includes(group)));

  let expected = 0;
  let lost = 0;
  for (const event of truth.events.values()) {
    if (event.slot <= begun || event.slot > through || isExcused(event.slot, event.groups)) continue;
    expected++;
    if (standing.get(event.id) !== undefined) continue;
    lost++;
    if (lost <= 3) problems.push(`lost ${event.id} of slot ${event.slot}`);
  }
  let unexpected = 0;
  let duplicated = 0;
  // A slot in a gap is not proven either way: what was told of it stays until the gap is filled.
  const isProven = (slot: number) => !gaps.some((gap) => gap.from <= slot && slot <= gap.to);
  for (const [id, slots] of standing) {
    // Past the checkpoint the chain has not decided yet.
    const decided = slots.filter((slot) => slot <= through);
    if (decided.filter(isProven).length > 1) duplicated++;
    if (decided.length === 0 || truth.events.get(id)?.slot === decided[0]) continue;
    if (!decided.every(isProven)) continue;
    unexpected++;
    if (unexpected <= 3) problems.push(`unexpected ${id} of slots ${slots.join(', ')}`);
  }
  if (duplicated > 0) problems.push(`${duplicated} events stand more than once`);
  if (through < tip - LAG_MAX_SLOTS) problems.push(`stuck at slot ${through}, the chain is at ${tip}`);
  if (ledger === null) problems.push('no process was running at the end');
  return {
    expected,
    delivered: standing.size,
    lost,
    unexpected,
    duplicated,
    recovered: disk.duplicates,
    gapSlots: gaps.reduce((sum, gap) => sum + gap.to - gap.from + 1, 0),
    problems,
  };
}

/** The slots at which each judged event stands after all that was taken back. */
function standingEvents(disk: SimulatedDisk): Map<string, number[]> {
  const takenBack = new Set(disk.records.flatMap(({ takesBack }) => takesBack ?? []));
  const standing = new Map<string, number[]>();
  for (const { slot, id, type, takesBack } of disk.records) {
    if (takesBack !== null || !isJudged(type) || takenBack.has(`${slot}/${id}`)) continue;
    standing.set(id, [...(standing.get(id) ?? []), slot]);
  }
  return standing;
}
