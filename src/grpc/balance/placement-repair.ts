import { rankOf } from '../../domain/interest.ts';
import { bestPlace, isHigh, type Place, type PlacedGroup, type PlannedMigration } from './placement.ts';

export interface CarryingPlace extends Place {
  /** Groups whose data arrives at the tip, so that a move could prove itself. */
  readonly arriving: readonly string[];
}

/**
 * Groups that two connections carry after a failover: which of the two shall have them alone. It follows from what stands, not from what was
 * remembered: however often connections die, are renewed or a move fails, nothing stays doubled. Null when there is nothing to move yet.
 */
export function resolveDoubles(places: readonly CarryingPlace[]): PlannedMigration | null {
  const doubled = doubledIn(places);
  // Judged by what each has alone, not by load: that it carries too much is what shall end.
  const rest = places.map((place) => ({ ...place, load: 0, groups: place.groups.filter(isNotIn(doubled)) }));
  const moves: { readonly name: string; readonly from: string; readonly to: string }[] = [];
  for (const group of doubled) {
    const holders = places.filter((place) => has(place, group));
    const ids = holders.map(({ id }) => id);
    const home = bestPlace(
      group.priority,
      rest.filter(({ id }) => ids.includes(id)),
    );
    home?.groups.push(group);
    const from = ids.find((id) => id !== home?.id);
    const isProvable = holders.every((place) => place.arriving.includes(group.name) && !place.isPaused);
    if (isProvable && home !== undefined && from !== undefined) moves.push({ name: group.name, from, to: home.id });
  }
  const [first] = moves;
  if (first === undefined) return null;
  const { from, to } = first;
  const together = moves.filter((move) => move.from === from && move.to === to);
  return { groups: together.map(({ name }) => name), from, to, reason: `return to ${to}` };
}

/**
 * Ends that high shares a connection with others, as soon as one of them has another place to go. Groups that are elsewhere as well are left
 * out: they go back. Null when there is nothing to do, or no way.
 */
export function separateHigh(
  places: readonly Place[],
  canOpen: boolean,
  isPinned: (group: string) => boolean,
): PlannedMigration | null {
  const able = places.filter((place) => place.isHealthy && !place.isPaused);
  const doubled = doubledIn(places);
  for (const place of able) {
    const own = place.groups.filter(isNotIn(doubled)).filter(({ name }) => !isPinned(name));
    const [high, others] = [own.filter(isHigh), own.filter((group) => !isHigh(group))];
    const [first] = others;
    if (high.length === 0 || first === undefined) continue;
    if (canOpen) return apart(others, place, null);
    const plain = bestPlace(
      first.priority,
      able.filter((each) => !each.groups.some(isHigh)),
    );
    if (plain !== undefined) return apart(others, place, plain);
    // Every other one has high too: then high shares with high, and the others have this one.
    const equal = bestPlace(
      'high',
      able.filter((each) => each !== place),
    );
    if (equal !== undefined) return apart(high, place, equal);
  }
  return null;
}

function apart(groups: readonly PlacedGroup[], from: Place, to: Place | null): PlannedMigration {
  return {
    groups: groups.map(({ name }) => name),
    from: from.id,
    to: to === null ? null : to.id,
    reason: 'high apart from the others',
  };
}

function doubledIn(places: readonly Place[]): readonly PlacedGroup[] {
  const all = new Map(places.flatMap(({ groups }) => groups.map((group) => [group.name, group] as const)));
  return [...all.values()]
    .filter((group) => places.filter((place) => has(place, group)).length > 1)
    .sort((a, b) => rankOf(a.priority) - rankOf(b.priority));
}

function has({ groups }: Place, { name }: PlacedGroup): boolean {
  return groups.some((group) => group.name === name);
}

function isNotIn(groups: readonly PlacedGroup[]): (group: PlacedGroup) => boolean {
  return ({ name }) => !groups.some((each) => each.name === name);
}
