import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configurationDoc, envExample } from '../../scripts/docs/configuration-doc.ts';
import { coverageDoc } from '../../scripts/docs/coverage-doc.ts';
import { errorsDoc } from '../../scripts/docs/errors-doc.ts';
import { metricsDoc } from '../../scripts/docs/metrics-doc.ts';
import { envelope } from '../../src/domain/events/envelope.ts';
import { swapExecuted } from '../../src/domain/events/trade-events.ts';
import { EngineError, ERROR_CODES, isFinal } from '../../src/lib/errors.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('the generated documents are current (npm run docs)', () => {
  test.each([
    ['.env.example', envExample],
    ['docs/configuration.md', configurationDoc],
    ['docs/errors.md', errorsDoc],
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

  test('says exit 78 of exactly those that end the process with it', () => {
    const rows = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \|.*exit 78/gm)].map((match) => match[1]);
    expect([...rows].sort()).toEqual([...ERROR_CODES].filter((code) => isFinal(new EngineError(code, ''))).sort());
  });

  test('names no code that nobody makes an error of', () => {
    const list = join('src', 'lib', 'errors.ts');
    const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => file !== list);
    const sources = files.map(read).join('\n');
    expect(ERROR_CODES.filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  });
});

describe("the README's message", () => {
  const block = /```json\n(.*?)```/s.exec(read('README.md'))?.[1] ?? '';
  const { data, ...attributes } = JSON.parse(block) as Record<string, unknown> & { data: object };

  test('has every attribute of a trade', () => {
    const { causationid: _, ...always } = envelope.shape;
    expect(Object.keys(attributes).sort()).toEqual(Object.keys(always).sort());
    expect(envelope.safeParse(attributes).error).toBeUndefined();
  });

  test('has no member that a trade has not', () => {
    expect(Object.keys(swapExecuted.shape)).toEqual(expect.arrayContaining(Object.keys(data)));
  });
});

describe('links in the documents', () => {
  const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: root })];
  test.each(documents)('%s links only to files that exist', (document) => {
    const targets = [...read(document).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map((match) => match[1] as string);
    expect(targets.filter((target) => !existsSync(join(root, dirname(document), target)))).toEqual([]);
  });
});
