import type { Config } from '../config/schema.ts';
import { startEngine } from '../engine.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { systemRandom } from '../lib/random.ts';
import { storedCursor } from '../output/index.ts';
import type { Emit } from '../telemetry/event.ts';
import { createLogger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { dataFolderOf, embeddedConfig, isEmbedded, PACKAGE_FOLDER, redactorOf } from './common.ts';
import { type EmbeddedSimulator, openEmbeddedSimulator } from './embedded-simulator.ts';
import type { CommandIo } from './io.ts';
import { readConfig } from './read-config.ts';

/** `sluice start`: the engine, and without an endpoint its own simulator beside it. Exit code 0 after a clean stop, 1 when something was left. */
export async function startCommand(io: CommandIo): Promise<number> {
  const config = readConfig(io);
  const redact = redactorOf(io);

  const clock = systemClock;
  const metrics = createMetrics();
  const log = createLogger({
    level: config.engine.logLevel,
    format: config.engine.logFormat,
    redact,
    write: io.write,
    clock,
  });
  const emit: Emit = (event) => {
    log(event);
    metrics.emit(event);
  };
  // Where every line is an object for a log collector, what is said to people is one too.
  const isJson = config.engine.logFormat === 'json';
  const say = (text: string) =>
    io.out(redact(isJson ? JSON.stringify({ level: 30, time: new Date(clock.wallMs()).toISOString(), text }) : text));
  const dataFolder = dataFolderOf(config);
  const simulator = isEmbedded(config)
    ? await openEmbeddedSimulator(config.simulator, storedCursor(dataFolder), clock)
    : null;
  if (simulator !== null)
    say(`No GRPC_URL is set: streaming from the embedded simulator at ${simulator.url}. Its market is made up.`);
  try {
    return await runEngine(io, simulator === null ? config : embeddedConfig(config, simulator.url), simulator, {
      clock,
      emit,
      metrics,
      redact,
      dataFolder,
      say,
    });
  } finally {
    await simulator?.close();
  }
}

interface RunParts {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly redact: (text: string) => string;
  readonly dataFolder: string;
  /** Tells whoever started the engine. */
  readonly say: (text: string) => void;
}

async function runEngine(
  io: CommandIo,
  config: Config,
  simulator: EmbeddedSimulator | null,
  parts: RunParts,
): Promise<number> {
  const given = {
    config,
    packageFolder: PACKAGE_FOLDER,
    dataFolder: parts.dataFolder,
    clock: parts.clock,
    random: systemRandom,
    emit: parts.emit,
    metrics: parts.metrics,
    redact: parts.redact,
    print: parts.say,
    residentBytes: io.residentBytes,
  };
  const engine = await startEngine(given, io.stop);
  if (engine === null) {
    parts.say('stopped before everything was open: nothing was read');
    return 0;
  }
  simulator?.start();
  parts.say(`open ${engine.url} in a browser; Ctrl-C stops`);
  const stopped = new Promise<void>((resolve) => {
    io.stop.addEventListener('abort', () => resolve(), { once: true });
    // Asked to stop while everything was still being opened.
    if (io.stop.aborted) resolve();
  });
  const failure = await Promise.race([
    stopped,
    engine.done.then(
      () => null,
      (error: unknown) => error,
    ),
  ]);
  parts.say('stopping: reading no more, finishing what was read');
  const { abandoned } = await engine.close(config.engine.shutdownDeadlineMs, io.abandon);
  for (const { name, reason } of abandoned) io.error(`left behind: ${name} (${parts.redact(reason)})`);
  if (failure !== null && failure !== undefined) throw failure;
  parts.say(
    abandoned.length === 0
      ? 'stopped: everything read is in the outbox'
      : 'stopped: the next start goes on from the outbox',
  );
  return abandoned.length === 0 ? 0 : 1;
}
