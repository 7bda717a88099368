import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const sources = globSync('src/**/*.ts', { cwd: root }).sort();

const LINES_MAX = 300;

describe('the house stays tidy', () => {
  test(`no source file is longer than ${LINES_MAX} lines`, () => {
    const long = sources
      .map((file) => `${file} ${read(file).split('\n').length - 1}`)
      .filter((row) => Number(row.split(' ')[1]) > LINES_MAX);
    expect(long).toEqual([]);
  });

  test('time, chance and the process are touched in one place each', () => {
    const rules: readonly [RegExp, readonly string[]][] = [
      [/\bDate\.now\(|\bsetTimeout\(|\bsetInterval\(|\bperformance\.now\(/, ['src/lib/clock.ts']],
      [/\bMath\.random\(/, ['src/lib/random.ts', 'src/main.ts']],
      [/\bprocess\.(exit|env|on|argv|stdout|stderr)\b/, ['src/main.ts']],
      [/\bconsole\.\w+\(/, ['src/main.ts']],
    ];
    const broken = rules.flatMap(([pattern, allowed]) =>
      sources
        .filter(
          (file) => !allowed.includes(file) && !file.startsWith('src/dashboard/') && pattern.test(code(read(file))),
        )
        .map((file) => `${file}: ${pattern.source}`),
    );
    expect(broken).toEqual([]);
  });

  test('every unit test stands where its source stands', () => {
    const orphans = globSync('test/unit/**/*.test.ts', { cwd: root }).filter((file) => {
      const source = file.replace(/^test\/unit\//, 'src/').replace(/\.test\.ts$/, '');
      const withoutBehaviour = source.replace(/\.[a-z0-9-]+$/, '');
      return (
        !existsSync(join(root, `${source}.ts`)) &&
        !existsSync(join(root, `${withoutBehaviour}.ts`)) &&
        !existsSync(join(root, source))
      );
    });
    expect(orphans).toEqual([]);
  });

  test('no recorded chain data lies in the project', () => {
    const copies = globSync(['test/**/*.json', 'config/**/*.json', 'docs/**/*.json', 'src/**/*.json'], {
      cwd: root,
    }).filter((file) => read(file).includes('"_provenance"'));
    expect(copies).toEqual([]);
  });
});

/** The code without its comments: a comment may name what code may not call. */
function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
