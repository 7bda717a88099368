import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/lib/clock.ts';
import { NO_FAULTS } from '../../src/simulator/faults/fault-script.ts';
import { MarketModel } from '../../src/simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../../src/simulator/market/market-options.ts';
import { firstSlotNow, MAINNET, openSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { EngineProcess } from './engine-process.ts';
import { scriptArguments } from './script-arguments.ts';

/** One line of a session's table: what was promised, what was measured, whether it holds. */
interface Row {
  readonly deliverable: string;
  readonly measured: string;
  readonly pass: boolean;
}

export interface SessionStage {
  readonly engine: EngineProcess;
  /** The script's own simulator; null against a real endpoint (GRPC_URL), where faults cannot be asked for. */
  readonly simulator: Simulator | null;
  /** A folder of the session's own; the engine's data lies in it. */
  readonly folder: string;
  check(deliverable: string, measured: unknown, pass: boolean): void;
  /** Waits until the condition holds; the milliseconds it took, or null after the limit. */
  until(condition: () => Promise<boolean>, limitMs: number): Promise<number | null>;
}

export interface SessionOptions {
  readonly title: string;
  readonly rate: number;
  readonly slotMs: number;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A live acceptance session: the engine as a process of its own, against a simulator or GRPC_URL, judged from outside through its API. Ends
 * with a table, an exit code, and with --json one object as the last line.
 */
export async function runSession(
  options: SessionOptions,
  judge: (stage: SessionStage) => Promise<void>,
): Promise<void> {
  const values = scriptArguments('npm run test-session-<number> -- [--json]', {
    json: { type: 'boolean', default: false },
  });
  const rows: Row[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'sluice-session-'));
  const simulator = process.env['GRPC_URL'] ? null : await openOwnSimulator(options);
  const stop = new AbortController();
  const producing = simulator?.producer.run(stop.signal) ?? Promise.resolve();
  let engine: EngineProcess | null = null;
  try {
    engine = await EngineProcess.start({ ...endpointEnv(simulator), SLUICE_DATA_DIR: folder, ...options.env });
    await judge({
      engine,
      simulator,
      folder,
      check: (deliverable, measured, pass) => rows.push({ deliverable, measured: String(measured), pass }),
      until,
    });
    const stoppedAtMs = performance.now();
    const exitCode = await engine.stop('SIGTERM');
    const tookMs = Math.round(performance.now() - stoppedAtMs);
    rows.push({
      deliverable: 'SIGTERM drains and exits 0 within 10 s',
      measured: `exit ${exitCode} after ${tookMs} ms`,
      pass: exitCode === 0 && tookMs < 10_000,
    });
  } finally {
    if (engine?.isRunning) await engine.stop('SIGKILL');
    stop.abort();
    await producing;
    await simulator?.close();
    rmSync(folder, { recursive: true, force: true });
  }
  conclude(options.title, rows, values.json);
}

function openOwnSimulator({ rate, slotMs }: SessionOptions): Promise<Simulator> {
  return openSimulator({
    ...MAINNET,
    clock: systemClock,
    source: new MarketModel({ ...MARKET_DEFAULTS, transactionsPerSlot: (rate * slotMs) / 1000 }),
    script: NO_FAULTS,
    host: '127.0.0.1',
    port: 0,
    token: 'session-token',
    slotMs,
    firstSlot: firstSlotNow(Date.now()),
  });
}

function endpointEnv(simulator: Simulator | null): Readonly<Record<string, string>> {
  if (simulator !== null) return { GRPC_URL: simulator.url, X_TOKEN: 'session-token' };
  return { GRPC_URL: process.env['GRPC_URL'] ?? '', X_TOKEN: process.env['X_TOKEN'] ?? '' };
}

async function until(condition: () => Promise<boolean>, limitMs: number): Promise<number | null> {
  const startMs = performance.now();
  while (performance.now() - startMs < limitMs) {
    if (await condition()) return Math.round(performance.now() - startMs);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return null;
}

function conclude(title: string, rows: readonly Row[], asJson: boolean): void {
  const failed = rows.filter(({ pass }) => !pass).length;
  console.log(`\n${title}`);
  for (const { deliverable, measured, pass } of rows)
    console.log(` ${pass ? 'pass' : 'FAIL'}  ${deliverable.padEnd(62)} ${measured}`);
  console.log(`\n${rows.length - failed} passed, ${failed} failed`);
  if (asJson) console.log(JSON.stringify({ session: title, passed: rows.length - failed, failed, rows }));
  process.exitCode = failed === 0 ? 0 : 1;
}
