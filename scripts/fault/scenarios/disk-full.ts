import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { NO_FAULTS } from '../../../src/simulator/faults/fault-script.ts';
import { conclude } from '../outcome.ts';
import type { RunContext, RunOutcome, Scenario } from '../types.ts';
import { sleep, until } from '../waiting.ts';
import { World } from '../world.ts';

const DISK_MB = 24;

/** The disk of the data folder fills up, stays full for a while, and gets room again. */
export const diskFull: Scenario = {
  name: 'disk-full',
  fault: `the disk of the data folder (a tmpfs of ${DISK_MB} MiB) fills up for some seconds`,
  response: 'appends wait, reading stops with them, an alert says why; with room again everything goes on in order',
  tests: ['test/fault/output-outbox.test.ts'],
  needsOwnBroker: false,
  runs: 3,
  run,
};

async function run(context: RunContext): Promise<RunOutcome> {
  const disk = join(context.folder, 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', disk], { encoding: 'utf8' });
  if (mounted.status !== 0) throw new Error(`A small disk needs root and mount: ${mounted.stderr}`);
  try {
    return await fill({ ...context, folder: disk });
  } finally {
    spawnSync('umount', ['-l', disk]);
  }
}

async function fill(context: RunContext): Promise<RunOutcome> {
  const { random, note, folder } = context;
  const filler = join(folder, 'filler');
  const world = await World.open({
    ...context,
    rate: 300 + Math.floor(random() * 300),
    slotMs: 80,
    replaySlots: 1_000,
    script: NO_FAULTS,
    env: {},
  });
  const problems: string[] = [];
  try {
    const engine = await world.begin();
    await sleep(300 + random() * 1_000);
    const leftBytes = Math.floor(random() * 512) * 1_024;
    fillUp(filler, folder, leftBytes);
    const isHeld = async () => /outbox takes nothing/.test(await (await fetch(`${engine.url}/api/alerts`)).text());
    const heldMs = await until(isHeld, 20_000, 50);
    if (heldMs === null) problems.push('no alert told that the outbox takes nothing');
    const before = engine.residentMb() ?? 0;
    await sleep(1_000 + random() * 3_000);
    const grownMb = (engine.residentMb() ?? 0) - before;
    rmSync(filler);
    note(`${leftBytes / 1024} KiB were left, alert after ${Math.round(heldMs ?? -1)} ms`);
    const recoverySeconds = [await world.recoveredSince(world.faultEnded(), 30_000)];
    await world.finish();
    if (!engine.isRunning) problems.push(`the engine ended: ${engine.text.slice(-300)}`);
    else if (await isAlerting(engine.url)) problems.push('the alert did not clear');
    const outcome = await conclude(
      world,
      context,
      { duplicatesMax: 0, recoveryMaxSeconds: 30, openGapsMax: 0 },
      { recoverySeconds, problems, figures: { grownMbWhileFull: grownMb } },
    );
    await engine.stop('SIGTERM');
    return outcome;
  } finally {
    await world.close();
  }
}

/** The engine writes meanwhile, so what is free is asked for again and again. */
function fillUp(filler: string, folder: string, leftBytes: number): void {
  for (;;) {
    const { bavail, bsize } = statfsSync(folder);
    const tooMuch = bavail * bsize - leftBytes;
    if (tooMuch <= 0) return;
    try {
      appendFileSync(filler, Buffer.alloc(Math.min(tooMuch, 1_048_576)));
    } catch {
      // Fuller than was meant: the better.
      return;
    }
  }
}

async function isAlerting(url: string): Promise<boolean> {
  const { data } = (await (await fetch(`${url}/api/alerts`)).json()) as {
    data: readonly { readonly key: string; readonly clearedMs: number | null }[];
  };
  return data.some(({ key, clearedMs }) => key === 'outbox' && clearedMs === null);
}
