import { quantile } from '../harness/quantile.ts';
import type { RunReport } from './runner.ts';

export interface Summary {
  readonly scenario: string;
  readonly runs: number;
  readonly events: number;
  readonly lost: number;
  readonly unexpected: number;
  readonly duplicated: number;
  readonly recovered: number;
  readonly recoverySeconds: { readonly p50: number | null; readonly max: number | null };
  readonly openGaps: number;
  readonly passed: boolean;
  /** The highest of each further figure. */
  readonly figures: Readonly<Record<string, number>>;
}

export function summarize(scenario: string, reports: readonly RunReport[]): Summary {
  const sum = (pick: (report: RunReport) => number) => reports.reduce((total, report) => total + pick(report), 0);
  const seconds = reports.flatMap((report) => report.recoverySeconds);
  const figures: Record<string, number> = {};
  for (const report of reports)
    for (const [name, value] of Object.entries(report.figures))
      figures[name] = Math.max(figures[name] ?? Number.NEGATIVE_INFINITY, Math.round(value * 100) / 100);
  return {
    scenario,
    runs: reports.length,
    events: sum(({ events }) => events),
    lost: sum(({ lost }) => lost),
    unexpected: sum(({ unexpected }) => unexpected),
    duplicated: sum(({ duplicated }) => duplicated),
    recovered: sum(({ recovered }) => recovered),
    recoverySeconds: { p50: quantile(seconds, 0.5), max: quantile(seconds, 1) },
    openGaps: sum(({ openGaps }) => openGaps),
    passed: reports.length > 0 && reports.every(({ problems }) => problems.length === 0),
    figures,
  };
}
