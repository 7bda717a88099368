import type { Clock } from '../../lib/clock.ts';
import type { MigrationProof } from '../../telemetry/events/grpc.ts';
import type { Connection } from '../connection/connection.ts';
import { OverlapProof, type OverlapVerdict } from './overlap-proof.ts';

export interface MigrationOptions {
  /** Whole slots that both streams must have delivered before the old one lets go. */
  readonly overlapSlots: number;
  /** Slots past its last unshared one that the source must have told confirmed (finalized, at that commitment). */
  readonly settleSlots: number;
  readonly timeoutMs: number;
  readonly pollMs: number;
}

export interface Migration {
  readonly groups: readonly string[];
  readonly from: Connection;
  readonly to: Connection;
  readonly reason: string;
}

/** Slots after the overlap in which stragglers of its last slot may still arrive. */
const SETTLE_SLOTS = 2;
/** How long the target is given to be rid of groups it did not get. */
const LETTING_GO_MS = 15_000;
/** Fill of the source's lane up to which high may be made to wait for it. */
const FILL_BEFORE_HIGH = 0.05;
/** Times one more slot is waited for when something is missing. */
const EXTENSIONS = 4;
/** What is known of an overlap that never began. */
const NOTHING: OverlapVerdict = { overlapSlots: 0, lost: null };

/**
 * Moves groups from one stream to another, make before break: the target carries them, both deliver the same slots for a while, what
 * they delivered is compared, and only then does the source let go. Whenever the target does not prove itself, the source keeps them.
 */
export async function migrateGroups(
  migration: Migration,
  options: MigrationOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<MigrationProof> {
  const { groups, from, to } = migration;
  const proof = new OverlapProof(groups, from.parts.commitment);
  const endMs = clock.monotonicMs() + options.timeoutMs;
  const wait = (done: () => boolean) => waitFor(done, endMs, options.pollMs, clock, signal);
  if (!(await wait(() => mayBegin(migration)))) {
    return report(migration, proof, clock, { ...NOTHING, completed: false, proven: false });
  }
  from.intake.tap = (update) => proof.see('from', update);
  to.intake.tap = (update) => proof.see('to', update);
  const had = to.wanted;
  // The target may be ahead: it is read no further than the source, or its first updates would overtake the source's last. What it has
  // already is read from both anyway, whichever comes first.
  const follows = !includesAll(had, groups);
  if (follows) to.parts.lane.follow(from.parts.lane);
  try {
    to.carry(union(had, groups), false, migration.reason);
    const isCarried = () => to.state.mode === 'live' && to.position.dataSlot > 0 && includesAll(to.carried, groups);
    const isCalledOff = () => !includesAll(to.wanted, groups);
    if (!(await wait(() => isCarried() || isCalledOff())) || isCalledOff()) return giveUp(migration, had, proof, clock);
    // The slot in progress may have begun before the new filters held: the first whole one is the one after it.
    const first = to.position.dataSlot + 2;
    const last = first + options.overlapSlots - 1;
    for (let extension = 0; extension <= EXTENSIONS; extension++) {
      const through = last + SETTLE_SLOTS + extension;
      // What the source alone has seen whole must also be settled on it: a closed stream proves nothing any more.
      const isThrough = () =>
        to.position.dataSlot >= through &&
        from.position.dataSlot >= through &&
        from.position.settledSlot >= first + options.settleSlots;
      // A source that died has nothing left to compare; its own mark told that it ended, and the target goes on.
      const isSettled = await wait(() => isThrough() || !includesAll(from.carried, groups));
      if (!isSettled || !includesAll(to.carried, groups)) return giveUp(migration, had, proof, clock);
      if (!includesAll(from.carried, groups) || (proof.verdict(first, last).lost ?? 0) === 0) break;
    }
    const verdict = proof.verdict(first, last);
    const isAlive = includesAll(from.carried, groups);
    if (verdict.lost !== null && verdict.lost > 0 && isAlive) return giveUp(migration, had, proof, clock, verdict);
    from.carry(
      from.wanted.filter((group) => !groups.includes(group)),
      true,
      migration.reason,
    );
    const isWhole = verdict.overlapSlots === options.overlapSlots && verdict.lost === 0;
    return report(migration, proof, clock, { ...verdict, completed: true, proven: isWhole && isAlive });
  } finally {
    from.intake.tap = null;
    to.intake.tap = null;
    if (follows) await endFollowing(migration, options, clock, signal);
  }
}

/** The last migration must have been read to its end: two lanes that wait for each other would wait for ever. */
function mayBegin({ groups, from, to }: Migration): boolean {
  if (from.parts.lane.isFollowing || to.parts.lane.isFollowing) return false;
  // A whole lane waits for the source: high waits for a short way only.
  const makesHighWait = to.wanted.length > 0 && to.parts.priorityOf(to.wanted) === 'high';
  return !makesHighWait || includesAll(to.wanted, groups) || from.parts.lane.fill <= FILL_BEFORE_HIGH;
}

async function endFollowing(
  { groups, from, to }: Migration,
  options: MigrationOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const hasMoved = !includesAll(from.wanted, groups);
  // What the target has of groups it did not get may not overtake the source either, until it gets no more of them.
  if (!hasMoved)
    await waitFor(() => !to.isRewriting, clock.monotonicMs() + LETTING_GO_MS, options.pollMs, clock, signal);
  const reached = from.position.highestSlot;
  to.parts.lane.followThrough(hasMoved ? reached : Math.max(reached, to.position.highestSlot));
}

/** The target lets go of what it took for this migration, as far as the source has it; the source never stopped. */
function giveUp(
  migration: Migration,
  had: readonly string[],
  proof: OverlapProof,
  clock: Clock,
  verdict: OverlapVerdict = NOTHING,
): MigrationProof {
  const { groups, from, to } = migration;
  const isTaken = (group: string) => groups.includes(group) && !had.includes(group) && from.wanted.includes(group);
  to.carry(
    to.wanted.filter((group) => !isTaken(group)),
    true,
    `${migration.reason}: given up`,
  );
  return report(migration, proof, clock, { ...verdict, completed: false, proven: false });
}

function report(
  migration: Migration,
  proof: OverlapProof,
  clock: Clock,
  facts: Pick<MigrationProof, 'overlapSlots' | 'lost' | 'completed' | 'proven'>,
): MigrationProof {
  return {
    groups: migration.groups,
    from: migration.from.id,
    to: migration.to.id,
    reason: migration.reason,
    atMs: clock.wallMs(),
    duplicates: proof.duplicates(),
    ...facts,
  };
}

async function waitFor(
  done: () => boolean,
  endMs: number,
  pollMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<boolean> {
  while (!done()) {
    if (signal.aborted || clock.monotonicMs() >= endMs) return false;
    await clock.sleep(pollMs, signal);
  }
  return true;
}

function includesAll(names: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((name) => names.includes(name));
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...a, ...b.filter((name) => !a.includes(name))];
}
