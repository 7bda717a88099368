import { NO_FAULTS } from '../../../src/simulator/faults/fault-script.ts';
import { tooManyAttempts } from '../attempts.ts';
import { conclude } from '../outcome.ts';
import { SCRIPT_MESSAGES, sweepOnce } from '../sweep.ts';
import type { RunContext, RunOutcome, Scenario } from '../types.ts';
import { sleep } from '../waiting.ts';
import { World } from '../world.ts';

const CUTS: readonly (readonly [string, Readonly<Record<string, string | number>>])[] = [
  ['disconnect', {}],
  ['clean-end', {}],
  ['lag-kill', { wording: 'send' }],
  ['lag-kill', { wording: 'data-loss' }],
  ['server-shutdown', {}],
  ['reset-stream', { code: 2 }],
  ['reset-stream', { code: 8 }],
  ['go-away', { code: 0, text: 'bye' }],
  ['garbage-frame', {}],
  ['bad-length', {}],
];

/** Streams end in every way there is, all of them or one, again and again. */
export const streamCut: Scenario = {
  name: 'stream-cut',
  fault:
    'streams are cut three times: connection lost, clean end, "lagged", shutdown, RST_STREAM, GOAWAY, broken frames',
  response:
    'reopens from the outbox cursor with backoff, recognises the overlap, proves every slot again by its parent links',
  tests: ['test/integration/grpc-stream.test.ts'],
  needsOwnBroker: false,
  runs: 10,
  run,
};

export const streamCutSweep: Scenario = {
  name: 'stream-cut-sweep',
  fault: 'one cut after each single message of a script of 200',
  response: 'the same: each event once in the outbox, no gap left open, whatever message was the last',
  tests: ['test/fault/engine-faults.test.ts'],
  needsOwnBroker: false,
  runs: SCRIPT_MESSAGES,
  run: sweepOnce,
};

async function run(context: RunContext): Promise<RunOutcome> {
  const { random, note } = context;
  const world = await World.open({
    ...context,
    rate: 200 + Math.floor(random() * 400),
    slotMs: 50 + Math.floor(random() * 50),
    replaySlots: 1_000,
    script: NO_FAULTS,
    env: {},
  });
  try {
    await world.begin();
    const recoverySeconds: (number | null)[] = [];
    for (let cut = 0; cut < 3; cut++) {
      await sleep(200 + random() * 800);
      const [kind, parameters] = CUTS[Math.floor(random() * CUTS.length)] as (typeof CUTS)[number];
      const takesStreams = !['disconnect', 'go-away'].includes(kind);
      const streams = takesStreams && random() < 0.4 ? { streams: 'random' } : {};
      const end = world.simulator.faults.inject(kind, { ...parameters, ...streams });
      const endedMs = world.faultEnded();
      await sleep(20);
      end();
      note(`${kind}${'streams' in streams ? ' of one stream' : ''}`);
      recoverySeconds.push(await world.recoveredSince(endedMs, 30_000));
    }
    await world.finish();
    const outcome = await conclude(
      world,
      context,
      { duplicatesMax: 0, recoveryMaxSeconds: 30, openGapsMax: 0 },
      { recoverySeconds, problems: tooManyAttempts(world.engine?.text ?? ''), figures: {} },
    );
    await world.engine?.stop('SIGTERM');
    return outcome;
  } finally {
    await world.close();
  }
}
