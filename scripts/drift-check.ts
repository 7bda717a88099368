import { join } from 'node:path';
import { PROGRAMS } from '../src/decode/programs.ts';
import { type Comparison, compare, type Difference } from './drift/compare.ts';
import { loadInterface, SOURCES, WITHOUT_SOURCE } from './drift/interface-files.ts';

/**
 * Compares our layouts with the interface files in the programs' npm packages and lists what differs. Programs without a package,
 * and packages that are not installed, are said to be so. Exits 1 when something differs. With --json the last line is one object.
 */
interface Checked {
  readonly name: string;
  readonly program: string;
  readonly package: string | null;
  readonly version: string | null;
  readonly events: number;
  readonly instructions: number;
  readonly differences: number;
  readonly note: string | null;
}

const root = join(import.meta.dirname, '..');
const programs: Checked[] = [];
const differences: Difference[] = [];

for (const program of PROGRAMS) {
  const sources = SOURCES.filter((source) => source.program === program.name);
  if (sources.length === 0) {
    const note = WITHOUT_SOURCE[program.name] ?? 'no package is named for it (scripts/drift/interface-files.ts)';
    programs.push(unchecked(program, null, note));
  }
  for (const source of sources) {
    const loaded = loadInterface(source, root);
    if (loaded === null) {
      programs.push(unchecked(program, source.package, 'the package is not installed: npm install'));
      continue;
    }
    const result = compare(program, loaded.file);
    programs.push(checked(program, source.package, loaded.version, result));
    differences.push(...result.differences);
  }
}

if (process.argv.includes('--json')) console.log(JSON.stringify({ programs, differences }));
else report();
process.exitCode = differences.length > 0 ? 1 : 0;

function checked(program: Named, source: string, version: string, result: Comparison): Checked {
  const { events, instructions } = result;
  const found = result.differences.length;
  return { ...named(program), package: source, version, events, instructions, differences: found, note: null };
}

function unchecked(program: Named, source: string | null, note: string): Checked {
  return { ...named(program), package: source, version: null, events: 0, instructions: 0, differences: 0, note };
}

interface Named {
  readonly name: string;
  readonly program: string;
}

function named({ name, program }: Named): Named {
  return { name, program };
}

function report(): void {
  for (const each of programs) {
    const what =
      each.note === null
        ? `${each.package}@${each.version}: ${each.events} events, ${each.instructions} instructions, ${each.differences} differences`
        : `not compared: ${each.note}`;
    console.log(`${each.name.padEnd(18)} ${what}`);
  }
  for (const each of differences) console.log(`  ${each.program} ${each.what} ${each.name}: ${each.detail}`);
  console.log(differences.length === 0 ? 'Nothing differs.' : `${differences.length} differences.`);
}
