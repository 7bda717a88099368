import { runSession } from './harness/session.ts';

interface Stage {
  readonly name: string;
  readonly in: number;
  readonly out: number;
  readonly errors: number;
  readonly queueDepth: number;
  readonly queueLimit: number;
  readonly latencyMs: { readonly mean: number; readonly max: number };
}

interface PipelineStats {
  readonly cursor: number | null;
  readonly events: number;
  readonly transactions: number;
  readonly latencyMs: number | null;
  readonly stages: readonly Stage[];
  readonly quarantined: Readonly<Record<string, number>>;
}

const STAGES = 'ingestion,parsing,enrichment,processing';
const WATCHED_TRANSACTIONS = 2_000;

/** `npm run test-session-7`: the four-stage pipeline. */
await runSession(
  { title: 'Session 7: four-stage pipeline', rate: 500, slotMs: 200, env: { RABBITMQ_ENABLED: 'false' } },
  async ({ engine, simulator, check, until }) => {
    const stats = () => engine.get<PipelineStats>('/api/pipeline/stats');
    await engine.ready();
    const enoughMs = await until(async () => (await stats()).transactions >= WATCHED_TRANSACTIONS, 30_000);
    check(
      `${WATCHED_TRANSACTIONS} transactions pass through`,
      enoughMs === null ? 'no' : `after ${enoughMs} ms`,
      enoughMs !== null,
    );

    const pipeline = await stats();
    check(
      'four stages in order',
      pipeline.stages.map(({ name }) => name).join(' → '),
      pipeline.stages.map(({ name }) => name).join() === STAGES,
    );
    for (const { name, in: taken, out, errors, latencyMs, queueDepth, queueLimit } of pipeline.stages) {
      const measured = `${taken} in, ${out} out, ${errors} errors, mean ${latencyMs.mean.toFixed(2)} ms, queue ${queueDepth}/${queueLimit}`;
      check(
        `${name}: counted, no errors, queue bounded`,
        measured,
        taken > 0 && errors === 0 && queueDepth <= queueLimit,
      );
    }
    check(
      'transactions become events',
      `${pipeline.events} events of ${pipeline.transactions} transactions`,
      pipeline.events > 0,
    );
    check(
      'nothing was quarantined',
      JSON.stringify(pipeline.quarantined),
      Object.values(pipeline.quarantined).every((count) => count === 0),
    );
    check(
      'arrival to durable',
      `${pipeline.latencyMs?.toFixed(1)} ms`,
      pipeline.latencyMs !== null && pipeline.latencyMs < 2_000,
    );

    const first = pipeline.cursor ?? 0;
    const moved = await until(async () => ((await stats()).cursor ?? 0) > first, 15_000);
    check('the checkpoint climbs', moved === null ? 'no' : 'yes', moved !== null);
    const output = await engine.get<{ lastSequence: number; cursor: number | null }>('/api/output/stats');
    check(
      'events and cursor are in the outbox',
      `${output.lastSequence} events, cursor ${output.cursor}`,
      output.lastSequence > 0 && output.cursor !== null,
    );
    const metrics = await (await fetch(`${engine.url}/metrics`)).text();
    check(
      'Prometheus series are served',
      `${metrics.split('\n').filter((line) => line.startsWith('sluice_')).length} lines`,
      /^sluice_pipeline_/m.test(metrics),
    );
    if (simulator !== null) {
      const { transactions } = await stats();
      check(
        'no transaction was skipped uncounted',
        `${transactions} decoded of ${simulator.chain.transactions} on the chain`,
        transactions <= simulator.chain.transactions,
      );
    }
  },
);
