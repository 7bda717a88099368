import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
let warned = false;

/** The folder of real mainnet samples beside the project, or null where it is absent (said once). */
export function samplesFolder(): string | null {
  if (existsSync(join(folder, 'tx'))) return folder;
  if (!warned)
    console.warn('The mainnet samples (../shared/data) are absent: tests that read them say so and check nothing.');
  warned = true;
  return null;
}

export interface Sample {
  /** File name without ".json": the transaction's signature. */
  readonly name: string;
  readonly json: Record<string, unknown>;
}

/** Every sample transaction, in the order of its name; empty where the samples are absent. */
export function sampleTransactions(): readonly Sample[] {
  const root = samplesFolder();
  if (root === null) return [];
  return readdirSync(join(root, 'tx'))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      name: file.slice(0, -5),
      json: JSON.parse(readFileSync(join(root, 'tx', file), 'utf8')) as Record<string, unknown>,
    }));
}

/** Tests that need the samples: where they are absent the report shows them as skipped, with the reason in the name. */
export function describeWithSamples(name: string, body: (samples: readonly Sample[]) => void): void {
  const samples = sampleTransactions();
  if (samples.length === 0) describe.skip(`${name} (the mainnet samples are absent)`, () => test.todo(name));
  else describe(name, () => body(samples));
}
