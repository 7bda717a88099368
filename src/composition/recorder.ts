import { join } from 'node:path';
import type { Config } from '../config/schema.ts';
import { MEBIBYTE } from '../lib/bytes.ts';
import { messageOf } from '../lib/errors.ts';
import type { Lifecycle } from '../lib/lifecycle.ts';
import { FlightRecorder } from '../recovery/recorder/flight-recorder.ts';
import type { EngineParts } from './parts.ts';

/** Where raw wire bytes are kept: its own folder when one is named, else in the data folder. */
export function recorderFolder({ recovery }: Pick<Config, 'recovery'>, dataFolder: string): string {
  return recovery.recorderFolder === '' ? join(dataFolder, 'recorder') : recovery.recorderFolder;
}

/** The flight recorder beside the engine; null when it is not asked for, or its folder cannot be used: an engine is no less for that. */
export function openRecorder(
  { config, dataFolder, clock, emit }: Pick<EngineParts, 'config' | 'dataFolder' | 'clock' | 'emit'>,
  lifecycle: Lifecycle,
): FlightRecorder | null {
  const { recorderEnabled, recorderMaxMb, recorderSegmentMb } = config.recovery;
  if (!recorderEnabled) return null;
  const options = {
    folder: recorderFolder(config, dataFolder),
    maxBytes: recorderMaxMb * MEBIBYTE,
    segmentBytes: recorderSegmentMb * MEBIBYTE,
  };
  const recorder = new FlightRecorder(options, clock, emit);
  try {
    recorder.start();
  } catch (error) {
    emit({ type: 'recovery.recorder.failed', reason: messageOf(error) });
    return null;
  }
  return lifecycle.own(recorder);
}
