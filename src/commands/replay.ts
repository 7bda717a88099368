import { createWriteStream, type WriteStream } from 'node:fs';
import { openDecoding } from '../composition/decoding.ts';
import { pipelineOptions } from '../composition/pipeline-options.ts';
import { recorderFolder } from '../composition/recorder.ts';
import type { Config } from '../config/schema.ts';
import { readTransaction } from '../domain/wire-transaction.ts';
import { readProgramGroups } from '../grpc/subscription/program-groups.ts';
import { systemClock } from '../lib/clock.ts';
import { EngineError } from '../lib/errors.ts';
import { systemRandom } from '../lib/random.ts';
import { createEnvelopeWriter, ENVELOPE_SOURCE } from '../output/envelope.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { type Missing, missingText } from '../recovery/recorder/missing.ts';
import { recordedSource } from '../recovery/recorder/recorded-stream.ts';
import { SlotLedger } from '../recovery/slots/slot-ledger.ts';
import { dataFolderOf, inPackage } from './common.ts';
import type { CommandIo } from './io.ts';
import { readConfig } from './read-config.ts';
import { ReplaySink } from './replay-sink.ts';

export interface ReplayFlags {
  readonly fromSlot: number;
  readonly toSlot: number;
  /** 1 = as it was; null = as fast as possible. */
  readonly speed: number | null;
  /** Folder of the recording; null: the configuration decides. */
  readonly folder: string | null;
  /** File the events are written to; null: standard output. */
  readonly out: string | null;
  /** One JSON object with the totals as the last line. */
  readonly json: boolean;
}

/**
 * `sluice replay`: a window of a recording through the pipeline, as CloudEvents lines. The same window gives the same bytes, always. What
 * the recording lacks of the window is told, and the exit code is 1: what came out is then a part of what happened.
 */
export async function replayCommand(flags: ReplayFlags, io: CommandIo): Promise<number> {
  if (flags.toSlot < flags.fromSlot) {
    throw new EngineError(
      'CONFIG_INVALID',
      'The last slot of a replay lies before its first: exchange --from-slot and --to-slot.',
    );
  }
  const config = readConfig(io);
  const file = flags.out === null ? null : createWriteStream(flags.out);
  const sink = new ReplaySink(
    createEnvelopeWriter({ source: ENVELOPE_SOURCE, commitment: config.grpc.commitment }),
    file === null ? io.out : (line) => void file.write(`${line}\n`),
  );
  const missing: Missing[] = [];
  const skipped = await replay(flags, config, sink, io.stop, (part) => missing.push(part));
  const { events, sha256 } = sink.finish();
  if (file !== null) await finished(file);
  const { fromSlot, toSlot } = flags;
  if (flags.json) io.out(JSON.stringify({ fromSlot, toSlot, events, sha256, skipped, missing }));
  else {
    io.error(`replayed slots ${fromSlot} to ${toSlot}: ${events} events, sha256 ${sha256}`);
    for (const part of missing) io.error(`not whole: ${missingText(part)}`);
  }
  return io.stop.aborted || missing.length > 0 ? 1 : 0;
}

async function replay(
  flags: ReplayFlags,
  config: Config,
  sink: ReplaySink,
  signal: AbortSignal,
  onMissing: (missing: Missing) => void,
) {
  const { fromSlot, toSlot, speed } = flags;
  const folder = flags.folder ?? recorderFolder(config, dataFolderOf(config));
  const groups = readProgramGroups(inPackage(config.grpc.groupsFile));
  const names = groups.map(({ name }) => name);
  const tracker = new SlotLedger({
    groups: names.map((name) => ({ name, commitment: config.grpc.commitment })),
    checkpoint: null,
    openGaps: [],
    isTakenBack: () => false,
    windowSlots: config.recovery.windowSlots,
    settleSlots: config.recovery.settleSlots,
    patienceSlots: config.recovery.patienceSlots,
    // Gaps are no part of a replay's output, so nothing reads this time.
    wallMs: () => 0,
  });
  const { decode, enricher, monitors, venues } = openDecoding(config, names);
  const pipeline = new Pipeline(pipelineOptions(config, groups), {
    source: recordedSource({ folder, fromSlot, toSlot, speed }, systemClock, onMissing),
    tracker,
    readTransaction,
    decode,
    enricher,
    monitors,
    sink,
    observers: [],
    accountObservers: [],
    programs: venues,
    quarantine: () => {},
    clock: systemClock,
    random: systemRandom,
    emit: () => {},
  });
  await pipeline.run(signal);
  return pipeline.stats().skipped;
}

function finished(file: WriteStream): Promise<void> {
  return new Promise((resolve, reject) => {
    file.once('error', reject);
    file.end(() => resolve());
  });
}
