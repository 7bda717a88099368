import { sumOf } from './checker.ts';
import type { RunContext, RunOutcome } from './types.ts';
import type { World } from './world.ts';

export interface Promised {
  /** Deliveries beyond the first that this run may see on one queue. */
  readonly duplicatesMax: number;
  readonly recoveryMaxSeconds: number;
  readonly openGapsMax: number;
}

/** Unconfirmed events under way at a crash, and those whose confirmation was not saved yet. */
export const WINDOW_AND_OVERLAP = 1_500;

/** Holds what arrived against what was promised; names what is missing. */
export async function conclude(
  world: World,
  { note, isTimed }: RunContext,
  promised: Promised,
  measured: {
    readonly recoverySeconds: readonly (number | null)[];
    readonly problems: readonly string[];
    readonly figures: Readonly<Record<string, number>>;
  },
): Promise<RunOutcome> {
  const verdicts = world.judge();
  const sum = sumOf(verdicts);
  const problems = [...measured.problems, ...world.canary.findings()];
  for (const { queue, lost, unexpected, duplicated } of verdicts) {
    if (lost.length > 0)
      problems.push(`${lost.length} lost on ${queue}: ${lost.slice(0, 3).map(placed(world)).join(', ')}`);
    if (unexpected.length > 0)
      problems.push(`${unexpected.length} unexpected on ${queue}: ${unexpected.slice(0, 3).join(', ')}`);
    if (duplicated > promised.duplicatesMax)
      problems.push(`${duplicated} duplicates on ${queue}, at most ${promised.duplicatesMax} were promised`);
  }
  const recovered = measured.recoverySeconds.filter((seconds) => seconds !== null);
  if (recovered.length < measured.recoverySeconds.length) problems.push('the engine did not come back to live');
  const slowest = Math.max(0, ...recovered);
  if (isTimed && slowest > promised.recoveryMaxSeconds)
    problems.push(`back to live after ${slowest.toFixed(1)} s, ${promised.recoveryMaxSeconds} s were promised`);
  const openGaps = world.engine?.isRunning ? (await world.recovery()).openGaps : [];
  if (openGaps.length > promised.openGapsMax)
    problems.push(`${openGaps.length} gaps stay open: ${JSON.stringify(openGaps.slice(0, 2))}`);
  for (const problem of problems) note(problem);
  return {
    events: world.tapped.expected.size,
    ...sum,
    recoverySeconds: recovered,
    openGaps: openGaps.length,
    problems,
    figures: { redelivered: world.tally.redelivered, ...measured.figures },
  };
}

function placed(world: World): (id: string) => string {
  return (id) => {
    const event = world.tapped.expected.get(id);
    return `${id} (slot ${event?.slot})`;
  };
}
