import { readFile } from 'node:fs/promises';
import type { Values } from '../config/key.ts';
import { simulatorSection } from '../config/sections/simulator.ts';
import { systemClock } from '../lib/clock.ts';
import { EngineError, messageOf } from '../lib/errors.ts';
import { FAULT_KINDS } from '../simulator/faults/catalog.ts';
import { type FaultScript, NO_FAULTS, parseFaultScript } from '../simulator/faults/fault-script.ts';
import { MarketModel } from '../simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../simulator/market/market-options.ts';
import { RecordedSource } from '../simulator/recorded-source.ts';
import { readRecording } from '../simulator/recorded-transactions.ts';
import { firstSlotNow, MAINNET, openSimulator, type Simulator } from '../simulator/simulator.ts';
import type { TruthSource } from '../simulator/truth-source.ts';
import type { CommandIo } from './io.ts';
import { readConfig } from './read-config.ts';

type Settings = Values<typeof simulatorSection>;

/** What was given on the command line, as text; what is missing the configuration decides. */
export type SimulateFlags = { readonly [K in keyof Settings]?: string | boolean | undefined };

const STATUS_INTERVAL_MS = 30_000;

/** `sluice simulate`: a Geyser gRPC server on this machine, with made-up or recorded transactions, until it is told to stop. */
export async function simulateCommand(flags: SimulateFlags, io: CommandIo): Promise<number> {
  const settings = settingsFrom(flags, io);
  const script = settings.script === '' ? NO_FAULTS : await readScript(settings.script);
  const source = openSource(settings, io);
  const clock = systemClock;
  const simulator = await openSimulator({
    ...MAINNET,
    clock,
    source,
    script,
    host: settings.host,
    port: settings.port,
    token: settings.token === '' ? null : settings.token,
    slotMs: settings.slotMs,
    readyWithoutReaders: false,
    // Original slots lie anywhere: the chain starts below all of them and jumps.
    firstSlot: settings.originalSlots && settings.source !== '' ? 1 : firstSlotNow(clock.wallMs()),
  });
  io.out(`simulator listening on ${simulator.url} (${describe(settings, source, script)})`);
  const stopTelling = clock.every(STATUS_INTERVAL_MS, () => io.out(statusLine(simulator)));
  await simulator.producer.run(io.stop);
  stopTelling();
  await simulator.close();
  io.out(`simulator stopped: ${statusLine(simulator)}`);
  return 0;
}

/** The kinds of fault a script can name, for `sluice simulate --list-faults`. */
export function listFaults(io: CommandIo): number {
  for (const { kind, doc, defaults } of FAULT_KINDS.values()) {
    const parameters = Object.entries(defaults).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    io.out(`${kind.padEnd(22)} ${doc}${parameters.length === 0 ? '' : `  [${parameters.join(', ')}]`}`);
  }
  return 0;
}

function settingsFrom(flags: SimulateFlags, io: CommandIo): Settings {
  const config = readConfig(io);
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(flags)) {
    if (value === undefined) continue;
    const key = simulatorSection[name as keyof Settings];
    const result = key.schema.safeParse(String(value));
    if (!result.success) {
      const reason = result.error.issues.map((issue) => issue.message).join(', ');
      throw new EngineError('CONFIG_INVALID', `The option for ${key.env} ${reason} (${key.doc})`);
    }
    given[name] = result.data;
  }
  return { ...config.simulator, ...given };
}

async function readScript(path: string): Promise<FaultScript> {
  try {
    return parseFaultScript(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const hint = 'Name a JSON file such as those in config/faults.';
    throw new EngineError('CONFIG_INVALID', `The fault script ${path} cannot be read: ${messageOf(cause)}. ${hint}`);
  }
}

function openSource(settings: Settings, io: CommandIo): TruthSource {
  const chainMs = settings.slotMs === 0 ? MAINNET.slotMs : settings.slotMs;
  const perSlot = (settings.rate * chainMs) / 1000;
  if (settings.source === '') {
    return new MarketModel({ ...MARKET_DEFAULTS, seed: settings.seed, transactionsPerSlot: perSlot });
  }
  const { transactions, problems } = readRecording(settings.source);
  for (const { file, reason } of problems) io.error(`simulator: ${file} is left out: ${reason}`);
  if (transactions.length === 0) {
    throw new EngineError('SIMULATOR_SOURCE', `There is no readable transaction in ${settings.source}.`);
  }
  const { loop, originalSlots } = settings;
  return new RecordedSource(transactions, { perSlot, loop, originalSlots });
}

function describe(settings: Settings, source: TruthSource, script: FaultScript): string {
  const pace = settings.slotMs === 0 ? 'as fast as it is read' : `${settings.slotMs} ms a slot`;
  const parts = [source.name, `${settings.rate} transactions/s`, pace];
  if (settings.token !== '') parts.push('x-token required');
  if (script.faults.length > 0) parts.push(`faults: ${script.faults.map((fault) => fault.kind.kind).join(', ')}`);
  return parts.join(', ');
}

function statusLine({ chain, server }: Simulator): string {
  const backlog = server.subscribers.reduce((sum, subscriber) => sum + subscriber.backlog, 0);
  return `slot ${chain.tip}, ${chain.transactions} transactions, ${server.subscribers.length} streams, ${backlog} updates waiting`;
}
