import type { SpecTable } from '../spec.ts';

export type StageName = 'ingestion' | 'parsing' | 'enrichment' | 'processing';

/** Why an update or a transaction went no further; each is counted. */
export type SkipReason =
  | 'duplicate'
  | 'dead-slot'
  | 'vote'
  | 'failed'
  | 'without-events'
  | 'malformed'
  | 'decoder-failed'
  | 'not-followed';

/** What the pipeline station tells about itself: once per batch on the hot path, never per item. */
export type PipelineEvent =
  | { readonly type: 'pipeline.run.started'; readonly fromSlot: number | null }
  | { readonly type: 'pipeline.run.ended'; readonly reason: string }
  | {
      readonly type: 'pipeline.stage.worked';
      readonly stage: StageName;
      readonly in: number;
      readonly out: number;
      readonly errors: number;
      readonly durationMs: number;
      readonly queueDepth: number;
    }
  | { readonly type: 'pipeline.updates.skipped'; readonly reason: SkipReason; readonly count: number }
  | { readonly type: 'pipeline.duplicates.seen'; readonly connection: string; readonly count: number }
  | {
      readonly type: 'pipeline.updates.quarantined';
      readonly reason: string;
      readonly count: number;
      /** Of the first of them. */
      readonly note: string;
    }
  | {
      readonly type: 'pipeline.batch.appended';
      readonly events: number;
      readonly slot: number | null;
      readonly durationMs: number;
      /** From the arrival of the batch's oldest update; null when it carried none. */
      readonly latencyMs: number | null;
    }
  | { readonly type: 'pipeline.append.failed'; readonly reason: string; readonly retryMs: number }
  | { readonly type: 'pipeline.slot.retracted'; readonly slot: number; readonly events: number }
  | { readonly type: 'pipeline.enrichment.degraded'; readonly reason: string; readonly transactions: number }
  | { readonly type: 'pipeline.tuning.changed'; readonly batchSize: number; readonly concurrency: number };

const stageLabel = (event: { readonly stage: StageName }) => ({ stage: event.stage });
const BUCKETS_MS = [0.1, 0.5, 1, 2, 5, 10, 25, 50, 100, 250, 1_000, 5_000];

export const pipelineSpecs: SpecTable<PipelineEvent> = {
  'pipeline.run.started': {
    level: 'info',
    doc: 'The pipeline began to read its source.',
    text: (event) => (event.fromSlot === null ? 'reading from the tip' : `reading again from slot ${event.fromSlot}`),
  },
  'pipeline.run.ended': {
    level: 'info',
    doc: 'The pipeline handed on everything it had read, or was stopped.',
    text: (event) => `pipeline ended: ${event.reason}`,
  },
  'pipeline.stage.worked': {
    level: 'debug',
    doc: 'A stage worked on one batch.',
    metrics: [
      {
        type: 'counter',
        name: 'sluice_pipeline_stage_in_total',
        help: 'Items a stage took.',
        labels: ['stage'],
        value: (event) => event.in,
        labelValues: stageLabel,
      },
      {
        type: 'counter',
        name: 'sluice_pipeline_stage_out_total',
        help: 'Items a stage handed on.',
        labels: ['stage'],
        value: (event) => event.out,
        labelValues: stageLabel,
      },
      {
        type: 'counter',
        name: 'sluice_pipeline_stage_errors_total',
        help: 'Items a stage failed on.',
        labels: ['stage'],
        value: (event) => event.errors,
        labelValues: stageLabel,
      },
      {
        type: 'histogram',
        name: 'sluice_pipeline_stage_duration_ms',
        help: 'Time a stage took for one batch.',
        labels: ['stage'],
        value: (event) => event.durationMs,
        labelValues: stageLabel,
        buckets: BUCKETS_MS,
      },
      {
        type: 'gauge',
        name: 'sluice_pipeline_queue_depth_batches',
        help: 'What waits in front of a stage: batches (updates, in front of the first).',
        labels: ['stage'],
        value: (event) => event.queueDepth,
        labelValues: stageLabel,
      },
    ],
  },
  'pipeline.updates.skipped': {
    level: 'debug',
    doc: 'Updates or transactions went no further, for a named reason.',
    metrics: [
      {
        type: 'counter',
        name: 'sluice_pipeline_skipped_total',
        help: 'Updates and transactions that went no further.',
        labels: ['reason'],
        value: (event) => event.count,
        labelValues: (event) => ({ reason: event.reason }),
      },
    ],
  },
  'pipeline.duplicates.seen': {
    level: 'debug',
    doc: 'A connection brought transactions that another, or a replay, had brought before.',
    metrics: [
      {
        type: 'counter',
        name: 'sluice_pipeline_duplicates_total',
        // Not by connection: each renewal of one brings a new name, and a series is kept for ever.
        help: 'Transactions seen before, on another connection or by a replay.',
        value: (event) => event.count,
      },
    ],
  },
  'pipeline.updates.quarantined': {
    level: 'warn',
    doc: 'Bytes nobody could work with were kept aside; told once per batch and reason.',
    text: (event) => `${event.count} update(s) quarantined (${event.reason}), the first: ${event.note}`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_pipeline_quarantined_total',
        help: 'Updates kept aside because nobody could work with them.',
        labels: ['reason'],
        value: (event) => event.count,
        labelValues: (event) => ({ reason: event.reason }),
      },
    ],
  },
  'pipeline.batch.appended': {
    level: 'debug',
    doc: 'The events of a batch and the cursor they reach are durable.',
    metrics: [
      {
        type: 'counter',
        name: 'sluice_pipeline_events_total',
        help: 'Events made durable.',
        value: (event) => event.events,
      },
      {
        type: 'histogram',
        name: 'sluice_pipeline_latency_ms',
        help: "From an update's arrival to its durable event.",
        value: (event) => event.latencyMs ?? 0,
        buckets: BUCKETS_MS,
      },
    ],
  },
  'pipeline.append.failed': {
    level: 'warn',
    doc: 'The output did not take a batch; it is offered again and reading waits.',
    text: (event) => `the output did not take a batch: ${event.reason}; again in ${event.retryMs} ms`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_pipeline_append_failures_total',
        help: 'Times the output did not take a batch.',
        value: () => 1,
      },
    ],
  },
  'pipeline.slot.retracted': {
    level: 'info',
    doc: 'What had been told about a slot that died on a fork was taken back.',
    text: (event) => `slot ${event.slot} died on a fork: ${event.events} events taken back`,
  },
  'pipeline.enrichment.degraded': {
    level: 'warn',
    doc: 'A batch went on without what enrichment would have added.',
    text: (event) => `enrichment left ${event.transactions} transactions bare: ${event.reason}`,
  },
  'pipeline.tuning.changed': {
    level: 'debug',
    doc: 'The optimizer changed the batch size or the concurrency.',
    metrics: [
      {
        type: 'gauge',
        name: 'sluice_pipeline_batch_size_updates',
        help: 'Updates a batch may hold now.',
        value: (event) => event.batchSize,
      },
    ],
  },
};
