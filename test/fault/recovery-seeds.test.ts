import { availableParallelism } from 'node:os';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { simulateSeeds } from '../../scripts/harness/seed-workers.ts';
import { type SimulationResult, simulate } from '../support/simulated-engine/simulation.ts';

/** Worlds for every test run, on every core; `npm run simulate:seeds -- --count 1000` makes more. */
const SEEDS = { from: 1, count: 200 };

describe('the whole engine in simulated worlds', () => {
  let results: readonly SimulationResult[] = [];
  beforeAll(async () => {
    results = await simulateSeeds(SEEDS, availableParallelism(), () => {});
  }, 300_000);

  const total = (name: Exclude<keyof SimulationResult, 'problems'>) =>
    results.reduce((sum, result) => sum + result[name], 0);

  test('kills, cuts, forks, full disks and lost replays: nothing lost, unexpected or doubled, every slot accounted for', () => {
    expect(results.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(results).toHaveLength(SEEDS.count);
    expect(total('expected')).toBeGreaterThan(50_000);
  });

  test('every way to fail was taken: a world without it would prove nothing of it', () => {
    expect(total('lives')).toBeGreaterThan(2 * SEEDS.count);
    expect(total('restarts')).toBeGreaterThan(10);
    expect(total('recovered')).toBeGreaterThan(1_000);
    expect(total('redelivered')).toBeGreaterThan(100);
    expect(total('gapSlots')).toBeGreaterThan(100);
    expect(total('filledSlots')).toBeGreaterThan(100);
    expect(total('blocks')).toBeGreaterThan(100);
    expect(total('gated')).toBeGreaterThan(SEEDS.count / 4);
  });

  test('the same seed makes the same run, whatever ran before it and beside it', async () => {
    expect(await simulate(9)).toEqual(results.find(({ seed }) => seed === 9));
    expect(await simulate(9)).toEqual(results.find(({ seed }) => seed === 9));
  }, 60_000);
});
