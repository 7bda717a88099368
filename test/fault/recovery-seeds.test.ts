import { describe, expect, test } from '@jest/globals';
import { simulate } from '../support/simulated-engine/simulation.ts';

/** A few worlds for every test run; `npm run simulate:seeds -- --count 1000` makes many. */
const SEEDS = [1, 2, 3, 5, 7, 9, 13, 21, 31, 104, 261];

describe('the whole engine in simulated worlds', () => {
  test('kills, cuts, forks, full disks and lost replays: nothing lost, unexpected or doubled, every slot accounted for', async () => {
    const results = [];
    for (const seed of SEEDS) results.push(await simulate(seed));
    expect(results.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(results.reduce((sum, { expected }) => sum + expected, 0)).toBeGreaterThan(1_000);
    expect(results.reduce((sum, { lives }) => sum + lives, 0)).toBeGreaterThan(SEEDS.length);
    expect(results.reduce((sum, { recovered }) => sum + recovered, 0)).toBeGreaterThan(10);
  }, 60_000);

  test('the same seed makes the same run', async () => {
    expect(await simulate(9)).toEqual(await simulate(9));
  }, 30_000);
});
