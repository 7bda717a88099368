import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { failureModel } from '../../scripts/fault/failure-model.ts';
import { SCENARIOS } from '../../scripts/fault/registry.ts';
import { MODEL_FILE, readResults } from '../../scripts/fault/results.ts';

const root = join(import.meta.dirname, '..', '..');

describe('the failure model', () => {
  test('is what its recorded results make of it', () => {
    expect(readFileSync(MODEL_FILE, 'utf8')).toBe(failureModel(readResults()));
  });

  test('records results of scenarios that exist; the page says which were not recorded yet', () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(readResults().filter(({ scenario }) => !names.includes(scenario))).toEqual([]);
  });

  test('names tests that exist', () => {
    const missing = SCENARIOS.flatMap(({ tests }) => tests).filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });
});
