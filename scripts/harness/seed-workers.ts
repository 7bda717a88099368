import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SimulationResult } from '../../test/support/simulated-engine/simulation.ts';

export interface SeedRange {
  readonly from: number;
  readonly count: number;
}

export interface SeedWork extends SeedRange {
  /** Every so many seeds is one of this worker's. */
  readonly step: number;
}

/** Simulates a range of seeds on several threads; a world knows nothing of the one beside it. Results in the order of their seeds. */
export async function simulateSeeds(
  range: SeedRange,
  threads: number,
  onResult: (result: SimulationResult) => void,
): Promise<readonly SimulationResult[]> {
  const results: SimulationResult[] = [];
  const workers = Array.from({ length: Math.min(threads, range.count) }, async (_, index) => {
    const workerData: SeedWork = { ...range, from: range.from + index, count: range.count - index, step: threads };
    const worker = new Worker(new URL('./seed-worker.ts', import.meta.url), { workerData });
    worker.on('message', (result: SimulationResult) => {
      results.push(result);
      onResult(result);
    });
    const [code] = (await once(worker, 'exit')) as [number];
    if (code !== 0) throw new Error(`A thread of the simulation ended with ${code}.`);
  });
  await Promise.all(workers);
  return results.sort((a, b) => a.seed - b.seed);
}
