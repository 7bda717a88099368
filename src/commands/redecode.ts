import { PROGRAMS } from '../decode/programs.ts';
import { MEBIBYTE } from '../lib/bytes.ts';
import { systemClock } from '../lib/clock.ts';
import { ENVELOPE_SOURCE } from '../output/envelope.ts';
import { openOutbox, watchHolder } from '../output/index.ts';
import { Quarantine } from '../output/quarantine/quarantine.ts';
import { dataFolderOf } from './common.ts';
import type { CommandIo } from './io.ts';
import { readConfig } from './read-config.ts';
import { type RedecodeResult, redecode } from './redecoder.ts';

/**
 * `sluice redecode`: runs what the quarantine holds through today's decoders and emits what was missing, with the slots and ids it would
 * have had. Run it while the engine is stopped (the outbox has one holder); running it twice emits nothing twice.
 */
export async function redecodeCommand(options: { readonly json: boolean }, io: CommandIo): Promise<number> {
  const config = readConfig(io);
  const folder = dataFolderOf(config);
  const silent = await watchHolder(folder, systemClock, io.stop);
  const outbox = openOutbox(
    { folder, envelope: { source: ENVELOPE_SOURCE, commitment: config.grpc.commitment }, waitsForBroker: true },
    config.outbox,
    systemClock,
    () => undefined,
    silent,
  );
  try {
    const quarantine = Quarantine.open({ folder, bytesMax: config.engine.quarantineSizeMb * MEBIBYTE });
    try {
      const { enrich, monitors } = config;
      report(await redecode({ outbox, quarantine, programs: PROGRAMS, enrich, monitors }, io.stop), options.json, io);
    } finally {
      quarantine.close();
    }
  } finally {
    await outbox.close(new AbortController().signal);
  }
  return io.stop.aborted ? 1 : 0;
}

function report(result: RedecodeResult, json: boolean, io: CommandIo): void {
  if (json) io.out(JSON.stringify(result));
  else {
    io.out(
      `${result.examined} entries examined: ${result.released} can be told now, ${result.remaining} stay in the quarantine`,
    );
    io.out(`${result.events} events that were missing are in the outbox; the next start delivers them`);
  }
}
