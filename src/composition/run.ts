import type { MismatchMonitor } from '../decode/audit/mismatch-monitor.ts';
import type { DriftSentinel } from '../decode/drift/drift-sentinel.ts';
import type { DecoderCounters } from '../decode/registry.ts';
import type { DecodedTransaction, Sink, Source } from '../domain/contracts.ts';
import { type DomainEvent, eventId } from '../domain/domain-event.ts';
import type { ProgramGroup } from '../domain/interest.ts';
import type { Gap } from '../domain/slot.ts';
import { gapClosedEvent, gapOpenedEvent } from '../domain/stream-events.ts';
import type { SourceItem } from '../domain/update.ts';
import { readTransaction } from '../domain/wire-transaction.ts';
import { createStreamManagerOn } from '../grpc/create-stream-manager.ts';
import type { EndpointGate } from '../grpc/endpoint/endpoint-gate.ts';
import type { SmartStreamManager } from '../grpc/smart-stream-manager.ts';
import type { MonitorInterest } from '../grpc/subscription/subscription-builder.ts';
import { mergeStreams } from '../lib/merge-streams.ts';
import type { QuarantineReason } from '../output/quarantine/quarantine.ts';
import type { QuarantineReason as PipelineReason } from '../pipeline/batch.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import type { BlockFetcher } from '../recovery/gaps/gap-filler.ts';
import { GapFiller } from '../recovery/gaps/gap-filler.ts';
import type { GapStore } from '../recovery/gaps/gap-journal.ts';
import { RecordedLedger } from '../recovery/gaps/recorded-ledger.ts';
import { type FlightRecorder, recordingSource } from '../recovery/recorder/flight-recorder.ts';
import { FILL_CONNECTION } from '../recovery/slots/slot-ledger.ts';
import { openDecoding } from './decoding.ts';
import type { Output } from './output.ts';
import type { EngineParts } from './parts.ts';
import { pipelineOptions } from './pipeline-options.ts';

/** One life of everything between the stream and the outbox. A restart builds a new one, which goes on from what is durable. */
export interface Run {
  readonly source: SmartStreamManager;
  readonly pipeline: Pipeline;
  readonly ledger: RecordedLedger;
  readonly drift: DriftSentinel;
  readonly mismatches: MismatchMonitor;
  readonly counters: DecoderCounters;
}

export interface RunPlugs {
  readonly output: Output;
  readonly journal: GapStore;
  readonly groups: readonly ProgramGroup[];
  /** Null when no RPC endpoint is configured: gaps then stay open and visible. */
  readonly blocks: BlockFetcher | null;
  /** The ways to the endpoints with their limits: they outlive a run, or a restart would forget what was opened before it. */
  readonly gates: readonly EndpointGate[];
  /** Keeps the raw wire bytes; null when that is not asked for. */
  readonly recorder: FlightRecorder | null;
  /** Further eyes on every decoded transaction. */
  readonly observers: readonly ((decoded: DecodedTransaction) => void)[];
}

export function buildRun(parts: EngineParts, plugs: RunPlugs): Run {
  const { config, clock, random, emit } = parts;
  const { outbox, quarantine } = plugs.output;
  const groupNames = plugs.groups.map(({ name }) => name);
  const { decode, enricher, monitors, interests, venues, drift, mismatches, counters } = openDecoding(
    config,
    groupNames,
  );
  const ledger = openLedger(parts, plugs);
  const source = openSource(parts, plugs, interests, ledger);
  const pipeline = new Pipeline(pipelineOptions(config, plugs.groups), {
    source: withFilledGaps(recorded(source, plugs.recorder), ledger, parts, plugs.blocks),
    tracker: ledger,
    readTransaction,
    decode,
    enricher,
    monitors,
    sink: forgettingDeadSlots(outbox, quarantine),
    observers: [quarantine.observe, ...plugs.observers],
    accountObservers: [],
    programs: venues,
    quarantine: ({ reason, bytes, note }) => quarantine.addUpdate(reasonOf(reason), bytes, note),
    clock,
    random,
    emit,
  });
  return { source, pipeline, ledger, drift, mismatches, counters };
}

/** The outbox; what the quarantine kept of a slot that died goes with the slot's events, or a later decoder would tell it after all. */
function forgettingDeadSlots(outbox: Sink, quarantine: Output['quarantine']): Sink {
  return {
    resumeFrom: () => outbox.resumeFrom(),
    append: (events, through) => outbox.append(events, through),
    retractSlot: async (slot, reason) => {
      const events = await outbox.retractSlot(slot, reason);
      quarantine.forgetSlot(slot);
      return events;
    },
  };
}

/** What the pipeline could not work with, in the quarantine's words. */
function reasonOf(reason: PipelineReason): QuarantineReason {
  return reason === 'unknown-version' ? 'unknown-version' : 'malformed';
}

function openSource(
  parts: EngineParts,
  { output, groups, gates }: RunPlugs,
  monitors: readonly MonitorInterest[],
  ledger: RecordedLedger,
): SmartStreamManager {
  const { config, clock, random, emit } = parts;
  return createStreamManagerOn(gates, {
    settings: config.grpc,
    groups,
    monitors,
    resumeFrom: () => output.outbox.resumeFrom(),
    missingFrom: () => ledger.missingFrom(),
    clock,
    random,
    emit,
  });
}

function openLedger({ config, clock, emit }: EngineParts, { output, journal, groups }: RunPlugs): RecordedLedger {
  const { settleSlots, patienceSlots, windowSlots } = config.recovery;
  const options = {
    checkpoint: output.outbox.resumeFrom()?.slot ?? null,
    groups: groups.map(({ name }) => ({ name, commitment: config.grpc.commitment })),
    settleSlots,
    patienceSlots,
    windowSlots,
    toldFilledBy: (gap: Gap) => told(gap, gapClosedEvent(gap, 0), output)?.filledBy ?? null,
    isTold: (gap: Gap) => told(gap, gapOpenedEvent(gap), output) !== null,
    isTakenBack: (slot: number) => output.outbox.isTakenBack(slot),
  };
  return new RecordedLedger(options, journal, clock, emit);
}

/** What the outbox tells of this very gap under the event's identity, not of one of the same name before it; null for nothing. */
function told(gap: Gap, event: DomainEvent, { outbox }: Output): Gap | null {
  const found = outbox.find(gap.from, eventId(event));
  if (found === null) return null;
  const { data } = JSON.parse(found.json) as { data: Gap };
  return data.sinceMs === gap.sinceMs ? data : null;
}

/** The stream itself is recorded, not what fills its gaps: a replay shows what the provider sent. */
function recorded(source: Source, recorder: FlightRecorder | null): Source {
  return recorder === null ? source : recordingSource(source, recorder);
}

/** The stream, and beside it the blocks that fill its gaps: both pass through the same pipeline. */
function withFilledGaps(
  stream: Source,
  accounts: RecordedLedger,
  parts: EngineParts,
  blocks: BlockFetcher | null,
): Source {
  const { config, clock, random, emit } = parts;
  const { fillFromRpc, fillSlotsMax, fillIntervalMs, fillBackoffMaxMs, fillAttempts } = config.recovery;
  if (blocks === null || !fillFromRpc) return stream;
  const openGaps = () => accounts.ledger.gaps.fillable();
  const options = {
    connection: FILL_CONNECTION,
    intervalMs: fillIntervalMs,
    backoffMaxMs: fillBackoffMaxMs,
    slotsMax: fillSlotsMax,
    attemptsMax: fillAttempts,
  };
  const filler = new GapFiller(options, { blocks, openGaps, clock, random, emit });
  return {
    updates: (from, signal) =>
      mergeStreams<readonly SourceItem[]>([asGenerator(stream.updates(from, signal)), filler.updates(signal)]),
  };
}

async function* asGenerator<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  yield* items;
}
