import type { Clock } from '../lib/clock.ts';
import { Chain } from './chain.ts';
import { type ChainPlan, layeredChain, STRAIGHT_CHAIN, scriptedChain } from './chain-plan.ts';
import { FaultInjector } from './faults/fault-injector.ts';
import { type FaultScript, NO_FAULTS } from './faults/fault-script.ts';
import { type FilterLimits, UNLIMITED_FILTERS } from './filters/filter-limits.ts';
import { GeyserServer } from './geyser-server.ts';
import type { Encoding } from './grpc-framing.ts';
import { FAITHFUL_POLICY } from './server-policy.ts';
import { SlotProducer } from './slot-producer.ts';
import type { TruthSource } from './truth-source.ts';

export interface SimulatorOptions {
  readonly clock: Clock;
  readonly source: TruthSource;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly token: string | null;
  readonly firstSlot: number;
  /** 0: as fast as the readers take it. */
  readonly slotMs: number;
  readonly confirmAfter: number;
  readonly finalizeAfter: number;
  readonly replaySlots: number;
  readonly queueLimit: number;
  readonly pingIntervalMs: number;
  /** Without a cadence (slotMs 0): go on while nobody reads? */
  readonly readyWithoutReaders: boolean;
  /** How updates are packed for clients that take it. */
  readonly encoding: Encoding;
  readonly limits: FilterLimits;
  /** What becomes of slots, besides what the script says of them. */
  readonly plan: ChainPlan;
  /** What shall go wrong; NO_FAULTS: nothing. */
  readonly script: FaultScript;
}

/** What mainnet and the open-source plugin do when nobody asked for anything else. */
export const MAINNET = {
  slotMs: 400,
  confirmAfter: 1,
  finalizeAfter: 31,
  replaySlots: 150,
  queueLimit: 100_000,
  pingIntervalMs: 15_000,
  readyWithoutReaders: true,
  encoding: 'identity',
  limits: UNLIMITED_FILTERS,
  plan: STRAIGHT_CHAIN,
  script: NO_FAULTS,
} as const;

export interface Simulator {
  /** What a client connects to, e.g. "http://127.0.0.1:10000". */
  readonly url: string;
  readonly port: number;
  readonly server: GeyserServer;
  readonly chain: Chain;
  /** Plays the script, and injects single faults when it is told to. */
  readonly faults: FaultInjector;
  readonly producer: SlotProducer;
  close(): Promise<void>;
}

const PARTS = 8;
const VERSION = '1.0.0';

/** Builds a chain and a server for it and opens the port; nothing is published before `producer` is told to. */
export async function openSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { clock, script, slotMs } = options;
  const server = new GeyserServer({ ...options, version: VERSION, policy: FAITHFUL_POLICY });
  const chain = new Chain(options.source, {
    firstSlot: options.firstSlot,
    startTime: Math.floor(clock.wallMs() / 1000),
    slotMs: slotMs === 0 ? MAINNET.slotMs : slotMs,
    confirmAfter: options.confirmAfter,
    finalizeAfter: options.finalizeAfter,
    parts: PARTS,
    plan: layeredChain([options.plan, scriptedChain(script.chain, script.seed, options.firstSlot)]),
  });
  const faults = new FaultInjector(server, script, clock);
  server.setPolicy(faults);
  const producer = new SlotProducer(chain, faults, { clock, slotMs, parts: PARTS });
  const port = await server.listen(options.port, options.host);
  return { url: `http://${options.host}:${port}`, port, server, chain, faults, producer, close: () => server.close() };
}

/**
 * A slot number to start from that is higher in a later run: a client that resumes where an earlier run ended is told that its
 * slot is gone, as by a real provider, instead of waiting for a chain that began again at 1.
 */
export function firstSlotNow(wallMs: number): number {
  return Math.floor((wallMs - SLOT_EPOCH_MS) / MAINNET.slotMs);
}

const SLOT_EPOCH_MS = 1_600_000_000_000;
