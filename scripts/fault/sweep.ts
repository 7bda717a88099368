import { join } from 'node:path';
import { readProgramGroups } from '../../src/grpc/subscription/program-groups.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { NO_FAULTS } from '../../src/simulator/faults/fault-script.ts';
import { CODE, OK, status } from '../../src/simulator/grpc-framing.ts';
import { MarketModel } from '../../src/simulator/market/market-model.ts';
import { MARKET_DEFAULTS } from '../../src/simulator/market/market-options.ts';
import { firstSlotNow, MAINNET, openSimulator, type Simulator } from '../../src/simulator/simulator.ts';
import { type InProcessEngine, startInProcess } from '../harness/engine-in-process.ts';
import { storedEvents } from '../harness/stored-events.ts';
import { TappedSource } from '../harness/tapped-source.ts';
import type { RunContext, RunOutcome } from './types.ts';
import { until } from './waiting.ts';
import { FORETOLD, type RecoveryStats } from './world.ts';

/** Messages of the script a cut is swept over. */
export const SCRIPT_MESSAGES = 200;

const SLOT_MS = 10;
const TRANSACTIONS_PER_SLOT = 6;
const LIMIT_MS = 20_000;
const CUTS = ['clean-end', 'lagged', 'unavailable', 'disconnect'] as const;

/**
 * One cut at one message of a script of 200: every stream ends right after that message. The engine, in this process and without a broker,
 * has to end with each event once and with every slot proven.
 */
export async function sweepOnce(context: RunContext): Promise<RunOutcome> {
  const { seed, folder, note } = context;
  // Neighbouring seeds take neighbouring places: as many runs as messages make a whole sweep.
  const offset = (seed - 1) % SCRIPT_MESSAGES;
  const cut = CUTS[Math.floor(context.random() * CUTS.length)] as (typeof CUTS)[number];
  note(`${cut} after message ${offset}`);
  const groups = readProgramGroups(join(import.meta.dirname, '..', '..', 'config', 'groups.json'));
  const market = new MarketModel({ ...MARKET_DEFAULTS, seed, transactionsPerSlot: TRANSACTIONS_PER_SLOT });
  const tapped = new TappedSource(market, Number.POSITIVE_INFINITY, groups);
  const simulator = await openSimulator({
    ...MAINNET,
    clock: systemClock,
    source: tapped,
    script: NO_FAULTS,
    host: '127.0.0.1',
    port: 0,
    token: null,
    slotMs: SLOT_MS,
    replaySlots: 10_000,
    firstSlot: firstSlotNow(Date.now()),
  });
  const stop = new AbortController();
  const producing = simulator.producer.run(stop.signal);
  let engine: InProcessEngine | null = null;
  try {
    engine = await startInProcess({
      env: { GRPC_URL: simulator.url, PIPELINE_CURSOR_INTERVAL_MS: '20' },
      folder,
      clock: systemClock,
      seed,
      onEvent: () => {},
    });
    const running = engine;
    const recovery = () => running.get<RecoveryStats>('/api/recovery/stats');
    const began = await until(async () => (await recovery()).checkpoint !== null, LIMIT_MS);
    if (began === null) throw new Error('The engine found no beginning.');
    const script = cutAt(simulator, tapped, offset, cut);
    tapped.open();
    await until(() => script.isOver(), LIMIT_MS, 5);
    const target = simulator.chain.tip;
    const passed = await until(async () => ((await recovery()).checkpoint ?? 0) > target, LIMIT_MS, 10);
    const { openGaps } = await recovery();
    await running.close();
    engine = null;
    return judge(tapped, await storedEvents(folder), {
      openGaps: openGaps.length,
      isPassed: passed !== null,
      recoverySeconds: passed === null ? [] : [(performance.now() - script.cutMs()) / 1000],
    });
  } finally {
    await engine?.close();
    stop.abort();
    await producing;
    await simulator.close();
  }
}

/** Counts the chain's messages from here on, cuts after the chosen one, and ends the market with the last of the script. */
function cutAt(
  { server }: Simulator,
  tapped: TappedSource,
  offset: number,
  cut: (typeof CUTS)[number],
): { isOver(): boolean; cutMs(): number } {
  const publish = server.publish.bind(server);
  let messages = 0;
  let cutMs = 0;
  server.publish = (update) => {
    publish(update);
    if (tapped.sent === 0 || messages > SCRIPT_MESSAGES) return;
    if (messages === offset) {
      cutMs = performance.now();
      if (cut === 'disconnect') server.disconnectAll();
      // Ended after what is queued: the client has exactly the messages up to this one.
      else for (const subscriber of server.subscribers) subscriber.end(STATUS[cut]);
    }
    if (++messages === SCRIPT_MESSAGES) tapped.finish();
  };
  return { isOver: () => messages > SCRIPT_MESSAGES, cutMs: () => cutMs };
}

const STATUS = {
  'clean-end': OK,
  lagged: status(CODE.INTERNAL, 'lagged to send an update'),
  unavailable: status(CODE.UNAVAILABLE, 'upstream connect error'),
};

function judge(
  tapped: TappedSource,
  stored: Awaited<ReturnType<typeof storedEvents>>,
  seen: { readonly openGaps: number; readonly isPassed: boolean; readonly recoverySeconds: readonly number[] },
): RunOutcome {
  const counts = new Map<string, number>();
  for (const { id } of stored) counts.set(id, (counts.get(id) ?? 0) + 1);
  const lost = [...tapped.expected.keys()].filter((id) => !counts.has(id));
  const unexpected = stored.filter(({ id, type }) => FORETOLD.has(type) && !tapped.expected.has(id));
  const duplicated = [...counts.values()].reduce((sum, count) => sum + count - 1, 0);
  const problems: string[] = [];
  if (lost.length > 0) problems.push(`${lost.length} lost: ${lost.slice(0, 3).join(', ')}`);
  if (unexpected.length > 0) problems.push(`${unexpected.length} unexpected`);
  if (duplicated > 0) problems.push(`${duplicated} stored twice`);
  if (seen.openGaps > 0) problems.push(`${seen.openGaps} gaps stay open`);
  if (!seen.isPassed) problems.push('the checkpoint did not pass the script');
  return {
    events: tapped.expected.size,
    lost: lost.length,
    unexpected: unexpected.length,
    duplicated,
    recovered: 0,
    recoverySeconds: seen.recoverySeconds,
    openGaps: seen.openGaps,
    problems,
    figures: {},
  };
}
