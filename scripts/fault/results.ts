import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureModel } from './failure-model.ts';
import type { RunReport } from './runner.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
export const RESULTS_FILE = join(DOCS, 'failure-results.json');
export const MODEL_FILE = join(DOCS, 'failure-model.md');

/** What the last recorded runs of one scenario found. */
export interface Result {
  readonly scenario: string;
  readonly runs: number;
  /** Runs in which a promise was broken. */
  readonly failed: number;
  readonly events: number;
  readonly lost: number;
  readonly unexpected: number;
  readonly duplicated: number;
  readonly recovered: number;
  readonly openGaps: number;
  readonly recoverySeconds: readonly number[];
  readonly figures: Readonly<Record<string, number>>;
  /** Day of the newest run. */
  readonly day: string;
  /** What was run, as git or else the package names it, each once; "earlier code" stands for runs from before that was noted. */
  readonly recordedAt?: readonly string[];
}

/** Which code ran, and when. */
export interface Recorded {
  readonly day: string;
  readonly version: string;
}

export function readResults(): readonly Result[] {
  return existsSync(RESULTS_FILE) ? (JSON.parse(readFileSync(RESULTS_FILE, 'utf8')) as readonly Result[]) : [];
}

/** Writes down what these runs of a scenario found, instead of what stood there or added to it, and the document made of it. */
export function record(scenario: string, reports: readonly RunReport[], isAdded: boolean, recorded: Recorded): void {
  const results = readResults();
  const before = isAdded ? results.find((result) => result.scenario === scenario) : undefined;
  const after = added(before, scenario, reports, recorded);
  const all = [...results.filter((result) => result.scenario !== scenario), after];
  all.sort((a, b) => a.scenario.localeCompare(b.scenario));
  writeFileSync(RESULTS_FILE, `[\n${all.map((result) => `  ${JSON.stringify(result)}`).join(',\n')}\n]\n`);
  writeFileSync(MODEL_FILE, failureModel(all));
}

function added(
  before: Result | undefined,
  scenario: string,
  reports: readonly RunReport[],
  { day, version }: Recorded,
): Result {
  const sum = (known: number | undefined, pick: (report: RunReport) => number) =>
    reports.reduce((total, report) => total + pick(report), known ?? 0);
  const figures: Record<string, number> = { ...before?.figures };
  for (const report of reports)
    for (const [name, value] of Object.entries(report.figures))
      figures[name] = Math.max(figures[name] ?? Number.NEGATIVE_INFINITY, Math.round(value * 100) / 100);
  const seconds = reports.flatMap(({ recoverySeconds }) => recoverySeconds);
  return {
    scenario,
    runs: (before?.runs ?? 0) + reports.length,
    failed: sum(before?.failed, ({ problems }) => (problems.length > 0 ? 1 : 0)),
    events: sum(before?.events, ({ events }) => events),
    lost: sum(before?.lost, ({ lost }) => lost),
    unexpected: sum(before?.unexpected, ({ unexpected }) => unexpected),
    duplicated: sum(before?.duplicated, ({ duplicated }) => duplicated),
    recovered: sum(before?.recovered, ({ recovered }) => recovered),
    openGaps: sum(before?.openGaps, ({ openGaps }) => openGaps),
    recoverySeconds: [...(before?.recoverySeconds ?? []), ...seconds.map((value) => Math.round(value * 100) / 100)],
    figures,
    day,
    recordedAt: [...new Set([...(before?.recordedAt ?? []), version])],
  };
}
