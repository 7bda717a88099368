import { parentPort, workerData } from 'node:worker_threads';
import { simulate } from '../../test/support/simulated-engine/simulation.ts';
import type { SeedWork } from './seed-workers.ts';

/** Runs its share of the seeds, one after the other, and tells of each. */
const { from, count, step } = workerData as SeedWork;
for (let seed = from; seed < from + count; seed += step) parentPort?.postMessage(await simulate(seed));
