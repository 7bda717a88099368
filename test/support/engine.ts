import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { EngineProcess } from '../../scripts/harness/engine-process.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { NO_FAULTS } from '../../src/simulator/faults/fault-script.ts';
import { MarketModel } from '../../src/simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../../src/simulator/market/market-options.ts';
import { firstSlotNow, MAINNET, openSimulator, type Simulator } from '../../src/simulator/simulator.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

/** A simulator with a market that runs until it is closed: what an engine process of a test reads from. */
export async function startMarket(given: {
  readonly token: string | null;
  readonly rate: number;
  readonly seed: number;
}): Promise<Simulator> {
  const slotMs = 100;
  const simulator = await openSimulator({
    ...MAINNET,
    clock: systemClock,
    source: new MarketModel({
      ...MARKET_DEFAULTS,
      seed: given.seed,
      transactionsPerSlot: (given.rate * slotMs) / 1000,
    }),
    script: NO_FAULTS,
    host: '127.0.0.1',
    port: 0,
    token: given.token,
    slotMs,
    firstSlot: firstSlotNow(Date.now()),
  });
  const stop = new AbortController();
  const running = simulator.producer.run(stop.signal);
  const close = async () => {
    stop.abort();
    await running;
    await simulator.close();
  };
  return { ...simulator, close };
}

/** An engine that is expected to end by itself: what it said and how it ended. */
export async function runToEnd(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly exitCode: number | null; readonly text: string }> {
  const engine = EngineProcess.spawn(env);
  const exitCode = await engine.ended();
  return { exitCode, text: engine.text };
}

export interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

/** `sluice <args>` as a process of its own. */
export function sluice(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, ...args],
      { env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env }, maxBuffer: 67_108_864 },
      (failure, out, error) => resolve({ exitCode: failure === null ? 0 : Number(failure.code ?? 1), out, error }),
    );
  });
}

/** Waits for a condition that is asked of a process; fails with its name instead of hanging. */
export async function eventually(
  what: string,
  condition: () => Promise<boolean> | boolean,
  limitMs = 20_000,
): Promise<void> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    if (await condition()) return;
    if (performance.now() > endMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
