import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PROGRAMS } from '../../src/decode/programs.ts';
import { createDecoder } from '../../src/decode/registry.ts';
import { geyser } from '../../src/domain/geyser-messages.ts';
import { encodeJsonRpcTransaction } from '../../src/domain/json-rpc-transaction.ts';
import { readTransaction } from '../../src/domain/wire-transaction.ts';

/**
 * What it costs to turn the bytes of one real pump.fun transaction into typed events, beside three others in the same run:
 * Triton's generated decode (bytes to objects, no events), Anchor's event coder (event bodies only, already found) and
 * solana-dex-parser (a parsed JSON transaction to trades). `--json` prints the figures alone.
 */
const PUMP_FUN = '6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P';
const ROUND_MS = 150;
const ROUNDS = 7;
const WARM_UP_ROUNDS = 4;
const require = createRequire(import.meta.url);
const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'tx');

interface Sample {
  readonly json: unknown;
  readonly bytes: Uint8Array;
  /** Bodies of its pump.fun events as Anchor's coder takes them. */
  readonly bodies: readonly string[];
}

const { decode } = createDecoder(PROGRAMS, null);

function readSamples(): readonly Sample[] {
  const samples: Sample[] = [];
  for (const file of readdirSync(folder).sort()) {
    const json: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const bytes = encodeJsonRpcTransaction(json, { index: 0, createdAtMs: null });
    const transaction = readTransaction(bytes);
    if (!decode(transaction).events.some((event) => event.program === PUMP_FUN)) continue;
    const bodies = transaction.instructions
      .filter(
        (each) => transaction.key(each.programIndex) === PUMP_FUN && each.data[0] === 0xe4 && each.data[1] === 0x45,
      )
      .map((each) => Buffer.from(each.data.subarray(8)).toString('base64'));
    samples.push({ json, bytes, bodies });
  }
  return samples;
}

/** Median over rounds of the microseconds of this thread's own CPU time one call takes, after a warm-up. */
function measure(samples: readonly Sample[], run: (sample: Sample) => unknown): number {
  const rounds: number[] = [];
  for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
    const before = cpuMicroseconds();
    const end = performance.now() + ROUND_MS;
    let calls = 0;
    while (performance.now() < end) {
      for (const sample of samples) kept = run(sample);
      calls += samples.length;
    }
    if (round >= WARM_UP_ROUNDS) rounds.push((cpuMicroseconds() - before) / calls);
  }
  rounds.sort((left, right) => left - right);
  return Math.round((rounds[rounds.length >> 1] as number) * 100) / 100;
}

/** CPU time instead of the clock: what else runs on the machine does not count. Node before 23.9 only tells the whole process. */
function cpuMicroseconds(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage).call(process);
  return user + system;
}

let kept: unknown;

interface EventCoder {
  decode(text: string): unknown;
}

function anchorCoder(): EventCoder {
  const { BorshEventCoder } = require('@coral-xyz/anchor') as { BorshEventCoder: new (idl: unknown) => EventCoder };
  const idl: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../node_modules/@pump-fun/pump-sdk/src/idl/pump.json'), 'utf8'),
  );
  return new BorshEventCoder(idl);
}

function dexParser(): { parseAll(transaction: unknown): unknown } {
  const { DexParser } = require('solana-dex-parser') as {
    DexParser: new () => { parseAll(transaction: unknown): unknown };
  };
  return new DexParser();
}

/** Others may throw on what they do not know: that costs time too, so it is part of the measurement. */
function tolerant(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

const samples = readSamples();
const coder = anchorCoder();
const parser = dexParser();
const figures = {
  ours: { usPerTx: measure(samples, (sample) => decode(readTransaction(sample.bytes))) },
  triton: { usPerTx: measure(samples, (sample) => geyser.SubscribeUpdate.decode(sample.bytes)) },
  anchor: {
    usPerTx: measure(samples, (sample) => {
      let last: unknown;
      for (const body of sample.bodies) last = tolerant(() => coder.decode(body));
      return last;
    }),
  },
  dexParser: { usPerTx: measure(samples, (sample) => tolerant(() => parser.parseAll(sample.json))) },
  samples: samples.length,
  node: process.version,
};
if (kept === samples) console.log(''); // Uses what the measured calls returned, so that they are not optimised away.
if (!process.argv.includes('--json')) {
  console.log(
    `${samples.length} real pump.fun transactions, Node ${process.version}, microseconds per transaction (median of ${ROUNDS}):`,
  );
  console.log(`  ours, bytes to typed events           ${figures.ours.usPerTx}`);
  console.log(`  Triton SubscribeUpdate.decode          ${figures.triton.usPerTx}`);
  console.log(`  Anchor BorshEventCoder, events alone   ${figures.anchor.usPerTx}`);
  console.log(`  solana-dex-parser parseAll             ${figures.dexParser.usPerTx}`);
}
console.log(JSON.stringify(figures));
