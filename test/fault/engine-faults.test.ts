import { runOnce } from '../../scripts/fault/runner.ts';
import { engineKill9 } from '../../scripts/fault/scenarios/engine-kill9.ts';
import { engineSigterm } from '../../scripts/fault/scenarios/engine-sigterm.ts';
import { streamCutSweep } from '../../scripts/fault/scenarios/stream-cut.ts';
import { twoHolders } from '../../scripts/fault/scenarios/two-holders.ts';
import { SCRIPT_MESSAGES } from '../../scripts/fault/sweep.ts';
import type { Scenario } from '../../scripts/fault/types.ts';
import { services } from '../support/services.ts';

const RUN_MAX_MS = 60_000;

/** The same scenarios as `npm run fault`, with fewer runs; a failing one prints how to repeat it. */
async function runs(scenario: Scenario, seeds: readonly number[]): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const seed of seeds) {
    const lines: string[] = [];
    const setup = { brokerUrl: services().rabbitmqUrl, broker: null, isTimed: false, pileUp: null };
    const { problems } = await runOnce(scenario, seed, setup, (line) => lines.push(line));
    if (problems.length > 0) broken.push(...lines);
  }
  return broken;
}

describe('an engine process on a real broker', () => {
  test(
    'killed at any moment, it loses nothing on any queue and is live again',
    async () => {
      expect(await runs(engineKill9, [1, 3])).toEqual([]);
    },
    2 * RUN_MAX_MS,
  );

  test(
    'asked to stop in the middle of the stream, it ends, and its next start delivers nothing twice',
    async () => {
      expect(await runs(engineSigterm, [2])).toEqual([]);
    },
    RUN_MAX_MS,
  );

  test(
    'refuses a data folder that another engine holds, and follows a holder that was killed',
    async () => {
      expect(await runs(twoHolders, [1])).toEqual([]);
    },
    RUN_MAX_MS,
  );
});

describe('an engine whose streams are cut', () => {
  test(
    'after any message of a script, it ends with each event once and no gap',
    async () => {
      const places = Array.from({ length: SCRIPT_MESSAGES / 10 }, (_, i) => 1 + i * 10 + ((i * 7) % 10));
      expect(await runs(streamCutSweep, places)).toEqual([]);
    },
    2 * RUN_MAX_MS,
  );
});
