import { setFlagsFromString } from 'node:v8';
import { CANARY_PASSWORD } from './fault/canary.ts';
import { SCENARIOS } from './fault/registry.ts';
import { record } from './fault/results.ts';
import { type RunReport, runOnce } from './fault/runner.ts';
import { summarize } from './fault/summary.ts';
import type { Scenario } from './fault/types.ts';
import { versionOfCode } from './fault/version.ts';
import { scriptArguments, wholeNumber } from './harness/script-arguments.ts';
import { type OwnBroker, startOwnBroker } from './test-services/own-rabbitmq.ts';

/**
 * `npm run fault -- --scenario <name>|--all [--runs N] [--seed S] [--json]`: breaks one thing after the other under a real engine and
 * counts, on every queue and against the simulator's own truth, what was lost, what nobody sent, what came twice and what was recovered.
 * Run i uses seed S + i; what goes wrong, and when, follows from it. --record writes the results and docs/failure-model.md, --add adds to
 * what was recorded before. --pile-up is how many events broker-backlog lets pile up: 1200000 are a ten-minute outage.
 */
const values = scriptArguments(
  'npm run fault -- --scenario <name>|--all [--runs N] [--seed S] [--pile-up EVENTS] [--json] [--record [--add]]',
  {
    scenario: { type: 'string' },
    all: { type: 'boolean', default: false },
    runs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    'pile-up': { type: 'string' },
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    add: { type: 'boolean', default: false },
  },
);

// V8 looks through the whole heap each time so and so many bytes of buffers were made. The provider makes 15 MB a second beside a heap that
// remembers a million events: this way it looks when both together have grown, and keeps its pace.
setFlagsFromString('--external-memory-accounted-in-global-limit');

const USER = 'sluice';
const print = (line: string) => (values.json ? console.error(line) : console.log(line));
const sharedUrl = process.env['RABBITMQ_URL'] || 'amqp://guest:guest@127.0.0.1:5672';
const chosen = choose();
const pileUp = values['pile-up'] === undefined ? null : wholeNumber('pile-up', values['pile-up']);
let isStopped = false;
// What a run made on the broker and started is removed at its end, so a stop waits for that.
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    isStopped = true;
    print('stopping after this run');
  });
const own: { broker: OwnBroker | null } = { broker: null };
try {
  const reports: RunReport[] = [];
  for (const scenario of chosen) {
    const broker = scenario.needsOwnBroker ? await broken() : { brokerUrl: sharedUrl, broker: null };
    const runs = values.runs === undefined ? scenario.runs : wholeNumber('runs', values.runs);
    for (let index = 0; index < runs && !isStopped; index++)
      reports.push(
        await runOnce(scenario, wholeNumber('seed', values.seed) + index, { ...broker, isTimed: true, pileUp }, print),
      );
  }
  conclude(reports);
} finally {
  await own.broker?.remove();
}

function choose(): readonly Scenario[] {
  if (values.all) return SCENARIOS;
  const found = SCENARIOS.filter(({ name }) => name === values.scenario);
  if (found.length > 0) return found;
  console.error(`Name a scenario, or --all. There are: ${SCENARIOS.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

/** The broker that may be broken: started once, with a user whose password is looked for everywhere. */
async function broken(): Promise<{ brokerUrl: string; broker: OwnBroker }> {
  if (own.broker === null) {
    const broker = await startOwnBroker();
    if (broker === null) throw new Error('Broker faults need RabbitMQ installed: the suite starts one of its own.');
    own.broker = broker;
    broker.control('add_user', USER, CANARY_PASSWORD);
    broker.control('set_permissions', '-p', '/', USER, '.*', '.*', '.*');
  }
  return { brokerUrl: `amqp://${USER}:${CANARY_PASSWORD}@127.0.0.1:${own.broker.port}`, broker: own.broker };
}

function conclude(reports: readonly RunReport[]): void {
  const summaries = chosen.map(({ name }) =>
    summarize(
      name,
      reports.filter(({ scenario }) => scenario === name),
    ),
  );
  const recorded = { day: new Date().toISOString().slice(0, 10), version: versionOfCode() };
  for (const { name } of values.record || values.add ? chosen : []) {
    const own = reports.filter(({ scenario }) => scenario === name);
    if (own.length > 0) record(name, own, values.add, recorded);
  }
  for (const summary of summaries) print(JSON.stringify(summary));
  const total = chosen.length === 1 ? summaries[0] : summarize('all', reports);
  if (values.json) console.log(JSON.stringify(total));
  process.exitCode = total?.passed ? 0 : 1;
}
