import { quantile } from '../harness/quantile.ts';
import { SCENARIOS } from './registry.ts';
import type { Result } from './results.ts';
import type { Scenario } from './types.ts';

/** Figures of a scenario that are worth a reader's time, and how they are said. */
const FIGURES: Readonly<Record<string, (value: number) => string>> = {
  exitSeconds: (value) => `exit after at most ${value} s`,
  noticedSeconds: (value) => `noticed after at most ${value} s`,
  pending: (value) => `up to ${value} events waited`,
  rssGrowthMb: (value) => `memory grew by ${value} MB`,
  grownMbWhileFull: (value) => `memory grew by ${value} MB meanwhile`,
  drainedPerSecond: (value) => `drained at ${Math.round(value).toLocaleString('en')} events/s`,
  downSeconds: (value) => `broker down for ${Math.round(value)} s`,
  replaysAsked: (value) => `at most ${value} replays asked for`,
  retracted: (value) => `up to ${value} events taken back in a run`,
};

const HEAD = `# Failure model

What goes wrong, what the engine does about it, and what was counted. Every row is a scenario of the fault suite; this page is made from its last recorded results
(\`docs/failure-results.json\`) by \`npm run fault -- --scenario <name> --runs N --record\` (broker-backlog also with \`--pile-up N\`) and is not edited by hand.

Each run is a small world of its own: a simulated provider whose chain is the truth, the engine as a process of its own with an empty data folder, a real RabbitMQ (a broker of the suite's own
where the broker is what fails), and a consumer that shares nothing with the engine. What goes wrong, and when, follows from the run's seed; a run that fails keeps its folder and
prints how to repeat it. Each event that a transaction must become is looked for on **every** queue it belongs on, the replay log among them:

- **lost**: it had to be on the queue and is not; **unexpected**: it is there and nobody sent it;
- **duplicated**: deliveries beyond the first of the same id (at most what was unconfirmed at the fault and 500 confirms that were not saved yet, per queue and fault; consumers know them by id and slot);
- **recovered**: it was under way when the fault struck and arrived after it;
- **back to live**: from the end of the fault (a process is dead, a broker answers again, a stream is cut, a stall begins) until an event arrives that was sent after it.

In every run the engine is given secrets (an x-token, an API token, keys in the addresses of RPC and webhook, and a broker password where the broker is the suite's own) that are then looked for in everything it prints, answers, counts, publishes and stores.
`;

const LIMITS = `
## What this does not show
One broker node, one machine: \`kill -9\` leaves the page cache alone, so nothing here stands in for a power cut, and nothing for a cluster that disagrees with itself. The figures of time and rate
belong to the machine they were taken on, which runs provider, engine, broker and consumer on two cores.
`;

/** The document: fault, response, what was counted, where else it is tested. */
export function failureModel(results: readonly Result[]): string {
  const sections = SCENARIOS.map((scenario) =>
    section(
      scenario,
      results.find((result) => result.scenario === scenario.name),
    ),
  );
  return `${HEAD}\n${overview(results)}\n${sections.join('\n')}${LIMITS}`;
}

function overview(results: readonly Result[]): string {
  const rows = SCENARIOS.flatMap(({ name }) => {
    const result = results.find(({ scenario }) => scenario === name);
    if (result === undefined) return [];
    const { runs, failed, events, lost, unexpected, duplicated, recovered, openGaps } = result;
    const counts = [runs, failed, events, lost, unexpected, duplicated, recovered].map((count) =>
      count.toLocaleString('en'),
    );
    return [`| [${name}](#${name}) | ${counts.join(' | ')} | ${recovery(result)} | ${openGaps} |`];
  });
  return [
    '| scenario | runs | failed | events | lost | unexpected | duplicated | recovered | back to live, s: median / slowest | open gaps |',
    '|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|',
    ...rows,
    '',
  ].join('\n');
}

function recovery({ recoverySeconds }: Result): string {
  return recoverySeconds.length === 0 ? '–' : `${quantile(recoverySeconds, 0.5)} / ${quantile(recoverySeconds, 1)}`;
}

function section(scenario: Scenario, result: Result | undefined): string {
  const tests = scenario.tests.map((path) => `[${path.split('/').at(-1)}](../${path})`).join(', ');
  return [
    `## ${scenario.name}`,
    `- **Fault** ${scenario.fault}`,
    `- **Response** ${scenario.response}`,
    `- **Also held by** ${tests}`,
    `- **Measured** ${result === undefined ? 'not recorded yet' : measured(result)}`,
    '',
  ].join('\n');
}

function measured(result: Result): string {
  const { runs, failed, lost, duplicated, day, figures, recordedAt } = result;
  const further = Object.entries(figures).flatMap(([name, value]) => FIGURES[name]?.(value) ?? []);
  const parts = [
    `${runs} runs, ${failed === 0 ? 'all passed' : `${failed} failed`}`,
    `${lost} lost`,
    `${duplicated.toLocaleString('en')} duplicated`,
    ...(result.recoverySeconds.length === 0 ? [] : [`back to live after ${recovery(result)} s (median / slowest)`]),
    ...further,
  ];
  const at = recordedAt === undefined ? '' : `, recorded at ${recordedAt.join(', ')}`;
  return `${parts.join('; ')} (${day}${at})`;
}
