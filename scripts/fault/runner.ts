import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '../../src/lib/random.ts';
import type { RunContext, RunOutcome, Scenario } from './types.ts';

export interface RunReport extends RunOutcome {
  readonly scenario: string;
  readonly seed: number;
  readonly seconds: number;
}

const NOTHING: RunOutcome = {
  events: 0,
  lost: 0,
  unexpected: 0,
  duplicated: 0,
  recovered: 0,
  recoverySeconds: [],
  openGaps: 0,
  problems: [],
  figures: {},
};

/** One run in a folder of its own. What it throws is a failed run; a failed run keeps its folder and says how to repeat it. */
export async function runOnce(
  scenario: Scenario,
  seed: number,
  setup: Pick<RunContext, 'brokerUrl' | 'broker' | 'isTimed' | 'pileUp'>,
  print: (line: string) => void,
): Promise<RunReport> {
  const folder = mkdtempSync(join(tmpdir(), `sluice-fault-${scenario.name}-`));
  const notes: string[] = [];
  const startMs = performance.now();
  let outcome: RunOutcome;
  try {
    outcome = await scenario.run({
      seed,
      random: seededRandom(seed),
      folder,
      ...setup,
      note: (text) => notes.push(text),
    });
  } catch (error) {
    outcome = { ...NOTHING, problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)] };
  }
  const seconds = (performance.now() - startMs) / 1000;
  const passed = outcome.problems.length === 0;
  const recovery = outcome.recoverySeconds.map((value) => value.toFixed(2)).join(', ');
  print(
    `${passed ? 'pass' : 'FAIL'}  ${scenario.name} seed ${seed} in ${seconds.toFixed(1)} s: ${outcome.events} events, ` +
      `lost ${outcome.lost}, unexpected ${outcome.unexpected}, duplicated ${outcome.duplicated}, recovered ${outcome.recovered}, ` +
      `back after ${recovery || '-'} s · ${notes.join(' · ')}`,
  );
  if (passed) {
    rmSync(folder, { recursive: true, force: true });
  } else {
    for (const problem of outcome.problems) print(`      ${problem}`);
    print(`      its data folder is kept: ${folder}`);
    print(`      repeat: npm run fault -- --scenario ${scenario.name} --runs 1 --seed ${seed}`);
  }
  return { ...outcome, scenario: scenario.name, seed, seconds };
}
