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

  test('holds a recorded result of every scenario, and of none that does not exist; no promise was broken', () => {
    const names = SCENARIOS.map(({ name }) => name).sort();
    expect(
      readResults()
        .map(({ scenario }) => scenario)
        .sort(),
    ).toEqual(names);
    expect(readResults().filter(({ failed, lost, unexpected }) => failed + lost + unexpected > 0)).toEqual([]);
  });

  test('names tests that exist', () => {
    const missing = SCENARIOS.flatMap(({ tests }) => tests).filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });
});
