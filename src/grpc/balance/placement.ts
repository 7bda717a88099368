import { type Priority, rankOf } from '../../domain/interest.ts';
import { RANKS } from './pressure-policy.ts';

export interface PlacedGroup {
  readonly name: string;
  readonly priority: Priority;
}

/** A connection as placement sees it. */
export interface Place {
  readonly id: string;
  readonly groups: readonly PlacedGroup[];
  readonly isHealthy: boolean;
  readonly isPaused: boolean;
  /** Predicted; 1 = at its limit. */
  readonly load: number;
}

export interface PlannedMigration {
  readonly groups: readonly string[];
  readonly from: string;
  /** Null: a connection that is not open yet. */
  readonly to: string | null;
  readonly reason: string;
}

/**
 * Where one more group of this priority goes, whoever asks: an empty place, else among its equals, else in the least important company, so
 * that high shares last; then by health, load and number of groups. Of equals the first one: who asks sorts by what else counts.
 */
export function bestPlace<P extends Place>(priority: Priority, places: readonly P[]): P | undefined {
  const cost = (place: P) => [
    strangeness(place, rankOf(priority)),
    Number(!place.isHealthy),
    Number(place.isPaused),
    place.load,
    place.groups.length,
  ];
  return places.reduce<P | undefined>(
    (best, each) => (best === undefined || isLess(cost(each), cost(best)) ? each : best),
    undefined,
  );
}

/** True when all or none of them are high then: nothing else makes high wait, and nothing else counts as high. */
export function mayShare(priority: Priority, groups: readonly PlacedGroup[]): boolean {
  return groups.every((group) => isHigh(group) === (priority === 'high'));
}

export function isHigh({ priority }: Pick<PlacedGroup, 'priority'>): boolean {
  return priority === 'high';
}

function strangeness({ groups }: Place, rank: number): number {
  if (groups.length === 0) return 0;
  const most = Math.min(...groups.map((group) => rankOf(group.priority)));
  return most === rank ? 1 : 1 + RANKS - most;
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at !== -1 && (a[at] as number) < (b[at] as number);
}
