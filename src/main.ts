import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { redactorOf } from './commands/common.ts';
import type { CommandIo } from './commands/io.ts';
import { systemClock } from './lib/clock.ts';
import { EngineError, exitCodeOf, FINAL_EXIT_CODE, messageOf } from './lib/errors.ts';

/**
 * The process edge: arguments, environment, signals and exit codes. But for the outbox's holder, nothing else touches `process`.
 * The first SIGINT, SIGTERM or SIGHUP asks for a graceful stop, the next one abandons it.
 */

/** One Ctrl-C can arrive twice: from the terminal, and handed on by npm or the launcher. */
const SAME_SIGNAL_MS = 400;

if (existsSync('.env')) loadEnvFile();
const redact = redactorOf(process);
const printError = (text: string) => void process.stderr.write(`sluice: ${redact(text)}\n`);

function loadEnvFile(): void {
  try {
    process.loadEnvFile('.env');
  } catch (error) {
    process.stderr.write(`sluice: the file .env cannot be read (${messageOf(error)}): correct or remove it\n`);
    process.exit(FINAL_EXIT_CODE);
  }
}

/** A mistake of ours keeps its stack, which helps whoever reports it; an operator's is one sentence. */
function report(error: unknown): void {
  if (error instanceof EngineError) printError(error.message);
  else printError(`unexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = exitCodeOf(error);
}

for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    report(error);
    process.exit();
  });
}

function createIo(): CommandIo {
  const stop = new AbortController();
  const abandon = new AbortController();
  let firstMs = 0;
  const onSignal = () => {
    if (!stop.signal.aborted) firstMs = systemClock.monotonicMs();
    else if (systemClock.monotonicMs() - firstMs > SAME_SIGNAL_MS) abandon.abort();
    stop.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  // Whoever reads our output has gone (`sluice decode … | head`): an end like another.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stop.abort());
  return {
    env: process.env,
    out: (text) => void process.stdout.write(`${text}\n`),
    error: (text) => void process.stderr.write(`${redact(text)}\n`),
    write: (text) => void process.stdout.write(text),
    residentBytes: () => process.memoryUsage.rss(),
    stop: stop.signal,
    abandon: abandon.signal,
  };
}

type Run = (io: CommandIo) => Promise<number>;

/** Every command is loaded when it is asked for: `sluice decode` opens no database, `sluice simulate` no broker. */
async function run(load: () => Promise<Run>): Promise<void> {
  try {
    process.exitCode = await (await load())(createIo());
  } catch (error) {
    report(error);
  }
}

/** commander's words, as one sentence. */
function usageSentence(text: string): string {
  return text
    .replace(/^error: /, '')
    .trim()
    .replaceAll('\n', ' ');
}

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as {
  version: string;
};
const program = new Command('sluice')
  .description('Yellowstone gRPC streaming ingestion engine with domain monitors')
  .version(version)
  .configureOutput({ outputError: (text) => printError(`${usageSentence(text)}; \`sluice help\` tells more`) })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : FINAL_EXIT_CODE));

interface JsonFlag {
  readonly json?: boolean;
}

program
  .command('start')
  .description('run the engine; without GRPC_URL it starts its own simulator')
  .action(() => run(async () => (await import('./commands/start.ts')).startCommand));

program
  .command('plan')
  .description('tell what would be opened at the provider, and whether its limits allow it, before anything connects')
  .option('--json', 'print the plan as one JSON object')
  .action((options: JsonFlag) =>
    run(async () => {
      const { planCommand } = await import('./commands/plan.ts');
      return (io) => planCommand({ json: options.json === true }, io);
    }),
  );

program
  .command('doctor')
  .description('check endpoint, token, replay depth, clock, broker, database, data folder and runtime')
  .option('--json', 'print the checks as one JSON object')
  .action((options: JsonFlag) =>
    run(async () => {
      const { doctorCommand } = await import('./commands/doctor.ts');
      const { version: runtimeVersion, platform, arch } = process;
      return (io) =>
        doctorCommand({ json: options.json === true, runtimeVersion, platform: `${platform} ${arch}` }, io);
    }),
  );

program
  .command('decode')
  .description('decode JSON-RPC transactions from files or folders')
  .argument('<path...>', 'files or folders')
  .option('--json', 'one JSON object per transaction, then a summary')
  .action((paths: string[], options: JsonFlag) =>
    run(async () => {
      const { decodeCommand } = await import('./commands/decode.ts');
      return (io) => decodeCommand(paths, { json: options.json === true }, io);
    }),
  );

program
  .command('explain')
  .description('tell the story of one transaction: instructions, decoders, strategies, audit, events')
  .argument('<signature|file>', 'signature (from the quarantine or an RPC endpoint) or a getTransaction answer')
  .action((what: string) =>
    run(async () => {
      const { explainCommand } = await import('./commands/explain.ts');
      return (io) => explainCommand(what, io);
    }),
  );

program
  .command('redecode')
  .description('run the quarantine through today’s decoders and emit what was missing')
  .option('--json', 'print the result as one JSON object')
  .action((options: JsonFlag) =>
    run(async () => {
      const { redecodeCommand } = await import('./commands/redecode.ts');
      return (io) => redecodeCommand({ json: options.json === true }, io);
    }),
  );

program
  .command('record')
  .description('keep the raw messages of the stream in a bounded ring on disk')
  .option('--folder <path>', 'folder of the ring')
  .option('--seconds <number>', 'how long; without it until it is told to stop')
  .option('--json', 'print what the ring holds as one JSON object')
  .action((options: { folder?: string; seconds?: string } & JsonFlag) =>
    run(async () => {
      const { recordCommand } = await import('./commands/record.ts');
      const seconds = options.seconds === undefined ? null : wholeNumber('--seconds', options.seconds);
      return (io) => recordCommand({ folder: options.folder ?? null, seconds, json: options.json === true }, io);
    }),
  );

program
  .command('replay')
  .description('run a window of a recording through the pipeline; the same window gives the same bytes')
  .requiredOption('--from-slot <slot>', 'first slot')
  .requiredOption('--to-slot <slot>', 'last slot')
  .option('--speed <factor>', '1: as it was; without it as fast as possible')
  .option('--folder <path>', 'folder of the recording')
  .option('--out <file>', 'file for the events; without it standard output')
  .option('--json', 'print the totals as one JSON object at the end')
  .action(
    (options: { fromSlot: string; toSlot: string; speed?: string; folder?: string; out?: string; json?: boolean }) =>
      run(async () => {
        const { replayCommand } = await import('./commands/replay.ts');
        const flags = {
          fromSlot: wholeNumber('--from-slot', options.fromSlot),
          toSlot: wholeNumber('--to-slot', options.toSlot),
          speed: options.speed === undefined ? null : positiveNumber('--speed', options.speed),
          folder: options.folder ?? null,
          out: options.out ?? null,
          json: options.json === true,
        };
        return (io) => replayCommand(flags, io);
      }),
  );

program
  .command('simulate')
  .description('run a Geyser gRPC server with a made-up market or recorded transactions')
  .option('--host <address>', 'address to listen on')
  .option('--port <number>', 'port to listen on; 0 takes a free one')
  .option('--token <text>', 'x-token that clients must send')
  .option('--source <path>', 'file or folder of JSON-RPC transactions instead of the made-up market')
  .option('--original-slots', 'keep the slots of the recording')
  .option('--loop <boolean>', 'start a recording again at its end')
  .option('--seed <number>', 'seed of the market')
  .option('--rate <number>', 'transactions per second')
  .option('--slot-ms <number>', 'length of a slot; 0: as fast as the readers follow')
  .option('--script <file>', 'fault script, see config/faults')
  .option('--list-faults', 'print the kinds of fault a script can name')
  .action((options: Record<string, string | boolean | undefined>) =>
    run(async () => {
      const { listFaults, simulateCommand } = await import('./commands/simulate.ts');
      return options['listFaults'] === true ? async (io) => listFaults(io) : (io) => simulateCommand(options, io);
    }),
  );

const outbox = program.command('outbox').description('look after the outbox of the data folder');

outbox
  .command('rescue')
  .description('make a new outbox of what is whole in a damaged one, while no engine runs; the damaged file is kept')
  .option('--json', 'print the result as one JSON object')
  .action((options: JsonFlag) =>
    run(async () => {
      const { rescueCommand } = await import('./commands/rescue.ts');
      return (io) => rescueCommand({ json: options.json === true }, io);
    }),
  );

outbox
  .command('damaged')
  .description('list the events of the outbox that were damaged or lost')
  .option('--clear', 'note that they were looked at: they raise no alert any more')
  .option('--json', 'print the result as one JSON object')
  .action((options: { clear?: boolean } & JsonFlag) =>
    run(async () => {
      const { damagedCommand } = await import('./commands/damaged.ts');
      return (io) => damagedCommand({ clear: options.clear === true, json: options.json === true }, io);
    }),
  );

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new EngineError('CONFIG_INVALID', `${option} must be a whole number, not "${text}".`);
}

function positiveNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new EngineError('CONFIG_INVALID', `${option} must be a number above 0, not "${text}".`);
}

await program.parseAsync();
