import { PROGRAMS } from '../../src/decode/programs.ts';
import { createDecoder } from '../../src/decode/registry.ts';
import type { Sink, Source } from '../../src/domain/contracts.ts';
import type { RawUpdate, SourceItem, UpdateKind } from '../../src/domain/update.ts';
import { readTransaction } from '../../src/domain/wire-transaction.ts';
import { StreamEnricher } from '../../src/enrich/stream-enricher.ts';
import { encodeBase58 } from '../../src/lib/base58.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { createMonitors } from '../../src/monitors/index.ts';
import type { EnrichedBatch, IngestedBatch, ParsedBatch } from '../../src/pipeline/batch.ts';
import { IngestionLayer } from '../../src/pipeline/ingestion-layer.ts';
import { ParsingLayer } from '../../src/pipeline/parsing-layer.ts';
import { Pipeline, type PipelineOptions } from '../../src/pipeline/pipeline.ts';
import { ProcessingLayer } from '../../src/pipeline/processing-layer.ts';
import { SkipCounts } from '../../src/pipeline/skip-counts.ts';
import { SlotLedger } from '../../src/recovery/slots/slot-ledger.ts';
import { MarketModel } from '../../src/simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../../src/simulator/market/market-options.ts';
import { slotUpdate, transactionUpdate } from '../../src/simulator/simulated-update.ts';

/**
 * What each stage of the pipeline costs per transaction, on byte-exact pump.fun and PumpSwap transactions of the market model, and
 * what the whole pipeline costs with a sink that only counts. CPU time of this thread; `--json` prints the figures alone.
 */
const SLOTS = 150;
const PER_SLOT = 100;
const BATCH = 256;
const ROUNDS = 7;
const FIRST_SLOT = 400_000_000;
const GROUPS = ['bonding-curve', 'amm'];
/** Microseconds per transaction, from the performance budget. */
const BUDGET = { ingestion: 3, parsing: 12, enrichment: 2, monitors: 5 };

const options: PipelineOptions = {
  levels: new Map(),
  promotions: [],
  heldBytesMax: 1,
  queueBatchesMax: 8,
  batchSizeMin: BATCH,
  batchSizeMax: BATCH,
  concurrencyMax: 1,
  latencyTargetMs: 100,
  dedupEntriesMax: 262_144,
  enrichmentDeadlineMs: 50,
  cursorIntervalMs: 1_000,
  appendRetryInitialMs: 100,
  appendRetryMaxMs: 1_000,
};

const { batches, transactions } = market();
const programs = new Map(PROGRAMS.map(({ program, name }) => [program, name]));
const figures = await measureAll();
const last = figures.at(-1) as Figures;
const stages = Object.fromEntries(
  Object.entries(BUDGET).map(([stage, budget]) => [
    stage,
    { usPerTx: median(figures.map((round) => round[stage as keyof typeof BUDGET])), budget },
  ]),
);
const whole = median(figures.map((round) => round.whole));
const report = {
  stages,
  whole: { usPerTx: whole, txPerSecond: Math.round(1_000_000 / whole) },
  signatureText: { usPerTx: median(figures.map((round) => round.signatureText)) },
  transactions,
  eventsPerTx: Math.round((last.events / transactions) * 100) / 100,
  node: process.version,
};
if (!process.argv.includes('--json')) {
  console.log(
    `${transactions} transactions of the market model, microseconds of CPU per transaction (median of ${ROUNDS}):`,
  );
  for (const [stage, { usPerTx, budget }] of Object.entries(stages)) {
    console.log(`  ${stage.padEnd(14)} ${usPerTx.toFixed(2).padStart(7)}   budget ${budget}`);
  }
  console.log(
    `  ${'whole pipeline'.padEnd(14)} ${whole.toFixed(2).padStart(7)}   ${report.whole.txPerSecond} transactions/s`,
  );
  console.log(
    `  (of it the text of a signature, where a transaction has events: ${report.signatureText.usPerTx.toFixed(2)})`,
  );
}
console.log(JSON.stringify(report));

interface Figures {
  readonly ingestion: number;
  readonly parsing: number;
  readonly enrichment: number;
  readonly monitors: number;
  readonly signatureText: number;
  readonly whole: number;
  readonly events: number;
}

async function measureAll(): Promise<readonly Figures[]> {
  const rounds: Figures[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const stagesOfRound = measureStages();
    const wholeOfRound = await measureWhole();
    // The first round warms up.
    if (round > 0) rounds.push({ ...stagesOfRound, ...wholeOfRound });
  }
  return rounds;
}

function measureStages() {
  const plugs = makePlugs();
  const skips = new SkipCounts();
  const ingestion = new IngestionLayer(options, ledger(), skips, () => {}, systemClock);
  const parsing = new ParsingLayer(plugs, skips, () => {}, ingestion.unreadable);
  const processing = new ProcessingLayer(options, plugs.monitors, () => {}, systemClock);
  const ingested = timed(() => batches.map((items) => ingestion.ingest(items)));
  const parsed = timed(() => ingested.result.map((batch: IngestedBatch) => parsing.parse(batch)));
  const enriched = timed(() =>
    parsed.result.map((batch: ParsedBatch) => ({
      ...batch,
      transactions: batch.transactions.map((one) => plugs.enricher.enrichOne(one)),
    })),
  );
  // Spelled ahead of the monitors, so that their figure is their own; the text is remembered by the transaction.
  const spelled = timed(() => {
    for (const { transactions: some } of enriched.result)
      for (const one of some) encodeBase58(one.transaction.signature);
  });
  for (const { transactions: some } of enriched.result) for (const one of some) void one.transaction.signatureText;
  const processed = timed(() => enriched.result.map((batch: EnrichedBatch) => processing.process(batch)));
  return {
    ingestion: ingested.usPerTx,
    parsing: parsed.usPerTx,
    enrichment: enriched.usPerTx,
    monitors: processed.usPerTx,
    signatureText: spelled.usPerTx,
    events: processed.result.reduce((sum, batch) => sum + batch.events.length, 0),
  };
}

async function measureWhole(): Promise<{ readonly whole: number }> {
  const source: Source = {
    async *updates() {
      yield* batches;
    },
  };
  const sink: Sink = {
    resumeFrom: () => null,
    append: () => new Promise((resolve) => setImmediate(resolve)),
    retractSlot: () => Promise.resolve(0),
  };
  const pipeline = new Pipeline(options, {
    ...makePlugs(),
    source,
    sink,
    tracker: ledger(),
    quarantine: () => {},
    clock: systemClock,
    random: seededRandom(1),
    emit: () => {},
  });
  const before = cpuMicroseconds();
  await pipeline.run(new AbortController().signal);
  return { whole: (cpuMicroseconds() - before) / transactions };
}

function makePlugs() {
  return {
    readTransaction,
    decode: createDecoder(PROGRAMS, null).decode,
    observers: [],
    accountObservers: [],
    programs,
    enricher: new StreamEnricher({ tokensMax: 100_000, poolsMax: 100_000, priceSamples: 15, priceTradeMinUsd: 20 }),
    monitors: createMonitors({ groups: GROUPS, trackedTokensMax: 50_000, priceIntervalSlots: 5 }),
  };
}

function ledger(): SlotLedger {
  return new SlotLedger({
    checkpoint: null,
    openGaps: [],
    isTakenBack: () => false,
    groups: GROUPS.map((name) => ({ name, commitment: 'processed' as const })),
    settleSlots: 2,
    patienceSlots: 32,
    windowSlots: 1_000,
    wallMs: () => 0,
  });
}

/** The market's stream as one connection brings it: transactions, then the statuses of their slot. */
function market(): { readonly batches: readonly (readonly SourceItem[])[]; readonly transactions: number } {
  const model = new MarketModel({ ...MARKET_DEFAULTS, transactionsPerSlot: PER_SLOT });
  const items: SourceItem[] = [{ type: 'opened', connection: 'bench', groups: GROUPS, fromSlot: null }];
  let count = 0;
  for (let slot = FIRST_SLOT; slot < FIRST_SLOT + SLOTS; slot++) {
    const blockTime = 1_780_000_000 + Math.floor((slot - FIRST_SLOT) * 0.4);
    const content = model.nextSlot({ slot, parent: slot - 1, blockTime, recentBlockhash: new Uint8Array(32).fill(7) });
    if (content === null) break;
    items.push(update('slot', slotUpdate(slot, slot - 1, 'createdBank').body));
    for (const [index, transaction] of content.transactions.entries()) {
      items.push(update('transaction', transactionUpdate(slot, index, transaction).body));
      count++;
    }
    items.push(update('slot', slotUpdate(slot, slot - 1, 'confirmed').body));
  }
  const cut: SourceItem[][] = [];
  for (let start = 0; start < items.length; start += BATCH) cut.push(items.slice(start, start + BATCH));
  return { batches: cut, transactions: count };
}

function update(kind: UpdateKind, bytes: Uint8Array): RawUpdate {
  return { type: 'update', kind, bytes, connection: 'bench', receivedAtMs: 0 };
}

function timed<T>(run: () => T): { readonly result: T; readonly usPerTx: number } {
  const before = cpuMicroseconds();
  const result = run();
  return { result, usPerTx: (cpuMicroseconds() - before) / transactions };
}

/** CPU time instead of the clock: what else runs on the machine does not count. Node before 23.9 only tells the whole process. */
function cpuMicroseconds(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage).call(process);
  return user + system;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return Math.round((sorted[sorted.length >> 1] as number) * 100) / 100;
}
