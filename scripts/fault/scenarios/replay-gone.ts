import { NO_FAULTS } from '../../../src/simulator/faults/fault-script.ts';
import { SERVE } from '../../../src/simulator/server-policy.ts';
import { tooManyAttempts } from '../attempts.ts';
import { conclude, WINDOW_AND_OVERLAP } from '../outcome.ts';
import type { RunContext, RunOutcome, Scenario } from '../types.ts';
import { sleep, until } from '../waiting.ts';
import { World } from '../world.ts';

const WORDINGS = [
  'out-of-range',
  'internal',
  'no-response',
  'request-failed',
  'unsupported',
  'precondition',
  'invalid',
  'data-loss',
  'unheard-of',
];
const REPLAY_SLOTS = 30;
const SLOT_MS = 60;

/** The engine was away longer than the provider remembers: what lies between cannot be had, and must not be passed over in silence. */
export const replayGone: Scenario = {
  name: 'replay-gone',
  fault:
    'the engine is down for longer than the provider replays; the refusal is worded in one of nine ways (by seed), one of which the engine does not know',
  response:
    'a gap is recorded and announced, the stream goes on at the oldest slot to be had or at the tip, after a bounded number of requests',
  tests: [
    'test/unit/grpc/connection/replay-policy.test.ts',
    'test/unit/recovery/slots/slot-ledger.test.ts',
    'test/integration/gap-fill.test.ts',
  ],
  needsOwnBroker: false,
  runs: WORDINGS.length,
  run,
};

async function run(context: RunContext): Promise<RunOutcome> {
  const { random, note, seed } = context;
  const wording = WORDINGS[seed % WORDINGS.length] as string;
  const world = await World.open({
    ...context,
    rate: 300,
    slotMs: SLOT_MS,
    replaySlots: REPLAY_SLOTS,
    script: NO_FAULTS,
    env: {},
  });
  const problems: string[] = [];
  const asked = refuseWhatIsGone(world, wording);
  let gapsTold = 0;
  world.onDelivery = (queue, { type }) => {
    if (type === 'stream.gap.opened' && !world.tally.isStream(queue)) gapsTold++;
  };
  try {
    await world.begin();
    await sleep(500 + random() * 500);
    await world.engine?.stop('SIGKILL');
    await sleep((REPLAY_SLOTS + 20) * SLOT_MS);
    const endedMs = world.faultEnded();
    await world.startEngine();
    const recoverySeconds = [await world.recoveredSince(endedMs, 40_000)];
    const gapOpened = await until(async () => (await world.recovery()).openGaps.length > 0, 10_000);
    if (gapOpened === null) problems.push('no gap was opened');
    await world.excuseOpenGaps();
    await world.finish();
    const openGaps = await world.excuseOpenGaps();
    problems.push(...tooManyAttempts(world.engine?.text ?? ''));
    if (gapsTold === 0) problems.push('the gap was not announced');
    note(
      `${wording}: asked ${asked()} times, gaps of ${openGaps.map(({ from, to }) => to - from + 1).join(' and ')} slots`,
    );
    const outcome = await conclude(
      world,
      context,
      { duplicatesMax: WINDOW_AND_OVERLAP, recoveryMaxSeconds: 30, openGapsMax: 2 },
      { recoverySeconds, problems, figures: { replaysAsked: asked() } },
    );
    await world.engine?.stop('SIGTERM');
    return outcome;
  } finally {
    await world.close();
  }
}

/** Refuses only what really left the ring, in the chosen words; counts how often it was asked. */
function refuseWhatIsGone({ simulator }: World, wording: string): () => number {
  const { faults } = simulator;
  faults.inject('replay-gone', { wording });
  const refuse = faults.replay.bind(faults);
  let asked = 0;
  faults.replay = (facts) => {
    asked++;
    return wording === 'unsupported' || facts.fromSlot < (facts.firstAvailable ?? 0) ? refuse(facts) : SERVE;
  };
  return () => asked;
}
