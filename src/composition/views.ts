import type { ApiViews, Readiness } from '../api/views.ts';
import type { ProgramGroup } from '../domain/interest.ts';
import type { FaultTolerantManager } from '../recovery/fault-tolerant-manager.ts';
import { completenessOf } from '../recovery/gaps/completeness.ts';
import type { GapJournal } from '../recovery/gaps/gap-journal.ts';
import type { Output } from './output.ts';
import type { EngineParts } from './parts.ts';
import type { Recall } from './recall.ts';
import type { Run } from './run.ts';

/** What the API may ask, answered by the parts as they are now. */
export function viewsOf(
  parts: EngineParts,
  output: Output,
  run: () => Run,
  watch: FaultTolerantManager,
  gaps: { readonly journal: GapJournal; readonly groups: readonly ProgramGroup[]; readonly recall: Recall },
): ApiViews {
  return {
    pool: () => run().source.stats(),
    pipeline: () => {
      const { pipeline, counters, drift, mismatches } = run();
      return {
        ...pipeline.stats(),
        transactions: counters.transactions,
        decoder: counters,
        drift: drift.stats(),
        deadLetters: mismatches.stats(),
      };
    },
    output: () => output.stats(),
    recovery: () => ({
      ...watch.stats(),
      checkpoint: output.outbox.resumeFrom()?.slot ?? null,
      head: run().ledger.ledger.head,
      openGaps: run().ledger.ledger.gaps.list(),
      recall: gaps.recall.stats(),
    }),
    alerts: () => watch.alerts(),
    completeness: (from, to) => ({
      ...completenessOf(
        {
          ledger: run().ledger.ledger,
          store: gaps.journal,
          groups: gaps.groups,
          durable: output.outbox.resumeFrom()?.slot ?? null,
        },
        from,
        to,
      ),
      recall: gaps.recall.stats(),
    }),
    readiness: () => readiness(run()),
    metricsText: async () => parts.redact(await parts.metrics.text()),
    metricsContentType: parts.metrics.contentType,
    feed: output.outbox,
  };
}

function readiness({ source, pipeline }: Run): Readiness {
  const waitingFor = [
    ...(source.stats().healthy > 0 ? [] : ['a live gRPC connection']),
    ...(pipeline.stats().running ? [] : ['the pipeline']),
  ];
  return { ready: waitingFor.length === 0, waitingFor };
}
