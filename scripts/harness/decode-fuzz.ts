import { audited } from '../../src/decode/audit/audit.ts';
import { PROGRAMS } from '../../src/decode/programs.ts';
import { createDecoder } from '../../src/decode/registry.ts';
import { readTransaction } from '../../src/domain/wire-transaction.ts';
import { EngineError } from '../../src/lib/errors.ts';
import { type Random, seededRandom } from '../../src/lib/random.ts';
import { MarketModel } from '../../src/simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../../src/simulator/market/market-options.ts';
import { readRecording } from '../../src/simulator/recorded-transactions.ts';
import { transactionUpdate } from '../../src/simulator/simulated-update.ts';
import { mutate } from './mutate.ts';

export interface FuzzOptions {
  readonly cases: number;
  readonly seed: number;
  /** File or folder of recorded transactions beside the made-up ones; null for none. */
  readonly source: string | null;
}

export interface FuzzResult {
  readonly cases: number;
  readonly decoded: number;
  /** An EngineError is an answer. */
  readonly refused: number;
  readonly events: number;
  readonly crashes: number;
  readonly hangs: number;
  readonly slowestMs: number;
  readonly heapMaxMb: number;
  /** The first few crashes: the stack, and the update in base64. */
  readonly examples: readonly string[];
}

/** One update that keeps the processor busy for longer is a hang. */
const HANG_MS = 100;
const EXAMPLES_MAX = 10;

/** Mutated updates through the reader, every decoder and the audit. The same options try the same updates. */
export function fuzzDecode({ cases, seed, source }: FuzzOptions): FuzzResult {
  const random = seededRandom(seed);
  const seeds = seedUpdates(seed, source);
  const decode = audited(createDecoder(PROGRAMS, null).decode);
  const totals = { decoded: 0, refused: 0, events: 0, crashes: 0, hangs: 0, slowestMs: 0, heapMaxMb: 0 };
  const examples: string[] = [];
  const attempt = (update: Uint8Array): unknown => {
    try {
      return decode(readTransaction(update)).events.length;
    } catch (error) {
      return error;
    }
  };
  for (let index = 0; index < cases; index++) {
    const update = mutate(pick(seeds, random), random, seeds);
    const startMs = performance.now();
    const answer = attempt(update);
    const tookMs = performance.now() - startMs;
    if (typeof answer === 'number') {
      totals.decoded++;
      totals.events += answer;
    } else if (answer instanceof EngineError) totals.refused++;
    else {
      totals.crashes++;
      if (examples.length < EXAMPLES_MAX) examples.push(exampleOf(index, answer, update));
    }
    // A pause of the collector or of a busy machine is not the decoder's: what took long is run again, by the processor's own time.
    if (tookMs > HANG_MS && cpuMs(() => attempt(update)) > HANG_MS) totals.hangs++;
    totals.slowestMs = Math.max(totals.slowestMs, tookMs);
    if (index % 10_000 === 0) totals.heapMaxMb = Math.max(totals.heapMaxMb, process.memoryUsage().heapUsed / 1_048_576);
  }
  return { cases, ...totals, examples };
}

function seedUpdates(seed: number, source: string | null): readonly Uint8Array[] {
  const market = new MarketModel({ ...MARKET_DEFAULTS, seed, activeCoins: 6, wallets: 80 });
  const made: Uint8Array[] = [];
  for (let slot = 1_000; slot < 1_030; slot++) {
    const context = { slot, parent: slot - 1, blockTime: 1_780_000_000, recentBlockhash: new Uint8Array(32) };
    for (const [index, transaction] of (market.nextSlot(context)?.transactions ?? []).entries()) {
      made.push(transactionUpdate(slot, index, transaction).body);
    }
  }
  if (source === null) return made;
  const recorded = readRecording(source).transactions;
  // As many of one kind as of the other: the recorded ones show more programs.
  const copies = Math.max(1, Math.floor(made.length / Math.max(1, recorded.length)));
  const updates = recorded.map(({ transaction, index }) => transactionUpdate(1_000, index, transaction).body);
  return [...made, ...Array.from({ length: copies }, () => updates).flat()];
}

/** Processor time of this thread; Node before 23.9 only tells that of the whole process. */
function cpuMs(work: () => unknown): number {
  const read = process.threadCpuUsage ?? process.cpuUsage;
  const before = read.call(process);
  work();
  const after = read.call(process);
  return (after.user + after.system - before.user - before.system) / 1_000;
}

function exampleOf(index: number, error: unknown, update: Uint8Array): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `case ${index}: ${stack}\n${Buffer.from(update).toString('base64')}`;
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)] as T;
}
