import { openWatchers } from '../composition/decoding.ts';
import { recorderFolder } from '../composition/recorder.ts';
import type { Config } from '../config/schema.ts';
import { createStreamManager } from '../grpc/create-stream-manager.ts';
import { readProviderProfiles } from '../grpc/endpoint/provider-profiles.ts';
import { readProgramGroups } from '../grpc/subscription/program-groups.ts';
import { MEBIBYTE } from '../lib/bytes.ts';
import { systemClock } from '../lib/clock.ts';
import { EngineError } from '../lib/errors.ts';
import { systemRandom } from '../lib/random.ts';
import { FlightRecorder } from '../recovery/recorder/flight-recorder.ts';
import { recordedRange } from '../recovery/recorder/recorded-stream.ts';
import { createLogger } from '../telemetry/logger.ts';
import { dataFolderOf, embeddedConfig, inPackage, isEmbedded, redactorOf } from './common.ts';
import { openEmbeddedSimulator } from './embedded-simulator.ts';
import type { CommandIo } from './io.ts';
import { readConfig } from './read-config.ts';

export interface RecordFlags {
  /** Folder of the ring; null: the configuration decides. */
  readonly folder: string | null;
  /** How long to record; null: until it is told to stop. */
  readonly seconds: number | null;
  readonly json: boolean;
}

/** `sluice record`: the raw stream into the ring, without a pipeline. Without an endpoint it records the embedded simulator. */
export async function recordCommand(flags: RecordFlags, io: CommandIo): Promise<number> {
  const config = readConfig(io);
  const simulator = isEmbedded(config) ? await openEmbeddedSimulator(config.simulator, null, systemClock) : null;
  if (simulator !== null && !flags.json)
    io.out(`No GRPC_URL is set: recording the embedded simulator at ${simulator.url}.`);
  const folder = flags.folder ?? recorderFolder(config, dataFolderOf(config));
  try {
    simulator?.start();
    const read = simulator === null ? config : embeddedConfig(config, simulator.url);
    await record(read, folder, stopAfter(flags.seconds, io.stop), io);
  } finally {
    await simulator?.close();
  }
  const range = recordedRange(folder);
  if (flags.json) io.out(JSON.stringify({ folder, ...range }));
  else if (range !== null)
    io.out(`${folder} holds slots ${range.first} to ${range.last}, ${(range.bytes / MEBIBYTE).toFixed(1)} MiB`);
  return range === null ? 1 : 0;
}

async function record(config: Config, folder: string, signal: AbortSignal, io: CommandIo): Promise<void> {
  const { grpc, recovery, engine } = config;
  const emit = createLogger({
    level: engine.logLevel,
    format: engine.logFormat,
    redact: redactorOf(io),
    write: (line) => io.error(line.trimEnd()),
    clock: systemClock,
  });
  const groups = readProgramGroups(inPackage(grpc.groupsFile));
  const { interests } = openWatchers(
    config,
    groups.map(({ name }) => name),
  );
  const source = createStreamManager({
    settings: grpc,
    profiles: readProviderProfiles(inPackage(grpc.profilesFolder)),
    groups,
    monitors: interests,
    // A recording has no cursor: it goes on where the stream is.
    resumeFrom: () => null,
    sharedQuota: null,
    clock: systemClock,
    random: systemRandom,
    emit,
  });
  const segmentBytes = recovery.recorderSegmentMb * MEBIBYTE;
  const recorder = new FlightRecorder(
    { folder, maxBytes: recovery.recorderMaxMb * MEBIBYTE, segmentBytes },
    systemClock,
    emit,
  );
  recorder.start();
  try {
    for await (const batch of source.updates(null, signal)) {
      recorder.record(batch);
      if (recorder.stats().isBroken) throw new EngineError('CONFIG_DATA_DIR', `${folder} cannot be written.`);
    }
  } finally {
    await recorder.close();
  }
}

function stopAfter(seconds: number | null, stop: AbortSignal): AbortSignal {
  return seconds === null ? stop : AbortSignal.any([stop, AbortSignal.timeout(seconds * 1_000)]);
}
