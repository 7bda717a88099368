import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configurationDoc, envExample } from '../../scripts/docs/configuration-doc.ts';
import { coverageDoc } from '../../scripts/docs/coverage-doc.ts';
import { metricsDoc } from '../../scripts/docs/metrics-doc.ts';
import { ERROR_CODES } from '../../src/lib/errors.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the generated documents are current (npm run docs)', () => {
  test.each([
    ['.env.example', envExample],
    ['docs/configuration.md', configurationDoc],
    ['docs/metrics.md', metricsDoc],
    ['docs/coverage.md', coverageDoc],
  ])('%s', (file, generate) => {
    expect(read(file)).toBe(generate());
  });
});

describe('docs/errors.md', () => {
  test('has a row for every error code, and a code for every row', () => {
    const rows = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map((match) => match[1]);
    expect([...rows].sort()).toEqual([...ERROR_CODES].sort());
  });
});

describe('links in the documents', () => {
  const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: root })];
  test.each(documents)('%s links only to files that exist', (document) => {
    const targets = [...read(document).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => match[1] as string);
    expect(targets.filter((target) => !existsSync(join(root, dirname(document), target)))).toEqual([]);
  });
});
