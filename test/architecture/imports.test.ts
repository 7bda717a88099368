import { globSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

interface Row {
  readonly may: readonly string[];
  readonly packages: readonly string[];
}

/** The table under "Imports" of docs/ARCHITECTURE.md: the document is the rule. */
function importTable(): ReadonlyMap<string, Row> {
  const text = readFileSync(join(root, 'docs', 'ARCHITECTURE.md'), 'utf8');
  const section = text.split('\n## Imports\n')[1]?.split('\n## ')[0] ?? '';
  const table = new Map<string, Row>();
  for (const line of section.split('\n')) {
    const cells = line.split('|').map((cell) => cell.trim());
    if (cells.length !== 5 || cells[1] === 'Folder' || cells[1]?.startsWith('---')) continue;
    table.set(cells[1] as string, { may: list(cells[2]), packages: list(cells[3]) });
  }
  return table;
}

function list(cell: string | undefined): readonly string[] {
  return (cell ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly isType: boolean;
}

/** What every station may use, whether it does today or not. */
const EVERYBODYS: ReadonlySet<string> = new Set(['lib', 'domain', 'telemetry/event']);

const IMPORT = /^(?:import|export)\s[^'";]*?\bfrom\s*'([^']+)'|^import\s*'([^']+)'|\bimport\(\s*'([^']+)'/gm;

const files = globSync('src/**/*.ts', { cwd: root }).sort();
const imports: readonly Import[] = files.flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(IMPORT)].map((match) => ({
    file,
    specifier: (match[1] ?? match[2] ?? match[3]) as string,
    isType: /^(?:import|export) type\b/.test(match[0]),
  })),
);

/** `src/grpc/connection/connection.ts` → `grpc`; `src/engine.ts` → `engine.ts`. */
function placeOf(path: string): string {
  return path.split('/')[1] as string;
}

/** `undici` of `undici/types`, `@scope/name` of `@scope/name/file`. */
function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function targetOf(entry: Import): string {
  return relative(root, join(root, dirname(entry.file), entry.specifier));
}

describe('the import table of docs/ARCHITECTURE.md', () => {
  const table = importTable();

  test('has a row for every folder of src, and a folder for every row', () => {
    expect([...new Set(files.map(placeOf))].sort()).toEqual([...table.keys()].sort());
  });

  test('is kept by every import between folders', () => {
    const broken = imports
      .filter((entry) => entry.specifier.startsWith('.'))
      .map((entry) => ({ ...entry, from: placeOf(entry.file), target: targetOf(entry) }))
      .filter(({ from, target }) => {
        const to = placeOf(target);
        if (to === from) return false;
        const may = table.get(from)?.may ?? [];
        if (may.includes(to)) return false;
        return !(may.includes('telemetry/event') && /^src\/telemetry\/(event\.ts|events\/)/.test(target));
      })
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(broken).toEqual([]);
  });

  test('is kept by every npm import: a package lives in its folders only', () => {
    const broken = imports
      .filter(({ specifier }) => !specifier.startsWith('.') && !specifier.startsWith('node:'))
      .filter(({ file, specifier }) => {
        expect(builtinModules).not.toContain(specifier);
        return !(table.get(placeOf(file))?.packages ?? []).includes(packageOf(specifier));
      })
      .map(({ file, specifier }) => `${file} imports ${specifier}`);
    expect(broken).toEqual([]);
  });

  test('allows no station and no package that nobody imports', () => {
    const used = new Set(
      imports.map((entry) => {
        const target = entry.specifier.startsWith('.') ? placeOf(targetOf(entry)) : packageOf(entry.specifier);
        return `${placeOf(entry.file)} imports ${target}`;
      }),
    );
    const idle = [...table].flatMap(([folder, { may, packages }]) =>
      [...may.filter((name) => !EVERYBODYS.has(name)), ...packages]
        .map((name) => `${folder} imports ${name}`)
        .filter((line) => !used.has(line)),
    );
    expect(idle).toEqual([]);
  });

  test('has no circles between files', () => {
    const edges = new Map<string, string[]>();
    // A circle of types is gone before anything runs.
    for (const entry of imports.filter(({ specifier, isType }) => specifier.startsWith('.') && !isType)) {
      edges.set(entry.file, [...(edges.get(entry.file) ?? []), targetOf(entry)]);
    }
    expect(circles(edges)).toEqual([]);
  });

  test.each(['grpc', 'recovery'])('has no circles between the floors of %s, not even of types', (station) => {
    const edges = new Map<string, string[]>();
    for (const entry of imports.filter(
      ({ file, specifier }) => placeOf(file) === station && specifier.startsWith('.'),
    )) {
      const [from, to] = [dirname(entry.file), dirname(targetOf(entry))];
      if (from !== to && placeOf(`${to}/`) === station) edges.set(from, [...(edges.get(from) ?? []), to]);
    }
    expect(edges.size).toBeGreaterThan(1);
    expect(circles(edges)).toEqual([]);
  });
});

function circles(edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      found.push([...path.slice(at), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}
