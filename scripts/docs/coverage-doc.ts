import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Field } from '../../src/decode/layout.ts';
import type { EventSpec, InstructionSpec, ProgramDecoder } from '../../src/decode/program.ts';
import { PROGRAMS } from '../../src/decode/programs.ts';
import { createDecoder } from '../../src/decode/registry.ts';
import { encodeJsonRpcTransaction } from '../../src/domain/json-rpc-transaction.ts';
import { readTransaction } from '../../src/domain/wire-transaction.ts';

const HEAD = `# What is decoded

Every program this build follows, with its instructions and events; generated from the registry (\`src/decode/programs.ts\`) by \`npm run docs\`.

- **must yield**: a successful run without an event is reported as undecoded. "known" instructions are counted and mean nothing to a market.
- **without its event**: the instruction is still told, from the transfers below it or from balances, and says so in \`strategy\`.
- **appended** lists fields that came later and since when; older bodies lack them. **other layouts** are lengths that are read with fields of their own.
- **becomes** is what the event was turned into on the samples; **samples** counts bodies (or instructions of successful transactions) in \`../shared/data/tx\`.
`;

/** What the samples showed: by program and name, how often and as what. */
interface Seen {
  readonly instructions: ReadonlyMap<string, number>;
  readonly events: ReadonlyMap<string, number>;
  readonly kinds: ReadonlyMap<string, ReadonlySet<string>>;
}

const root = join(import.meta.dirname, '..', '..');
const samples = join(root, '..', 'shared', 'data', 'tx');

/** Without the samples beside the project the page cannot be made anew: then it stands as it is. */
export function coverageDoc(): string {
  if (!existsSync(samples)) return readFileSync(join(root, 'docs', 'coverage.md'), 'utf8');
  const seen = readSamples();
  return `${[HEAD, ...PROGRAMS.map((program) => programSection(program, seen))].join('\n')}\n`;
}

function programSection(program: ProgramDecoder, seen: Seen): string {
  const told = program.instructions.filter((each) => each.yields);
  const known = program.instructions.filter((each) => !each.yields);
  const sources = program.eventSources.length === 0 ? 'none' : program.eventSources.join(', ');
  const parts = [`## ${program.name}\n`, `\`${program.program}\` · events: ${sources}\n`];
  parts.push(
    '| instruction that must yield | discriminator | without its event | appended arguments | samples |\n|---|---|---|---|---|',
    ...told.map((each) => instructionRow(program, each, seen)),
  );
  if (known.length > 0) {
    const names = known.map(
      (each) => `\`${each.name}\`${times(seen.instructions.get(`${program.name} ${each.name}`))}`,
    );
    parts.push(`\nKnown: ${names.join(', ')}.`);
  }
  if (program.eventSources.includes('ray-log')) {
    parts.push(
      '\n`ray_log` lines: 0 opens a pool, 1 is a deposit, 2 a withdrawal, 3 and 4 are swaps by input and by output.',
    );
  }
  if (program.events.length > 0) {
    parts.push(
      '\n| event | discriminator | fields | appended | other layouts | becomes | samples |\n|---|---|---|---|---|---|---|',
      ...program.events.map((each) => eventRow(program, each, seen)),
    );
  }
  return `${parts.join('\n')}\n`;
}

function instructionRow(program: ProgramDecoder, spec: InstructionSpec, seen: Seen): string {
  const fallback = spec.fromInstruction === null ? '' : 'told';
  const count = seen.instructions.get(`${program.name} ${spec.name}`) ?? 0;
  return row([code(spec.name), code(spec.discriminator), fallback, appended(spec.args?.fields ?? []), String(count)]);
}

function eventRow(program: ProgramDecoder, spec: EventSpec, seen: Seen): string {
  const key = `${program.name} ${spec.name}`;
  const others = spec.layout.variants.map((variant) => `${variant.lengthMin}–${variant.lengthMax} bytes`).join(', ');
  const kinds = [...(seen.kinds.get(key) ?? [])].sort().join(', ');
  const count = seen.events.get(key) ?? 0;
  const { fields } = spec.layout;
  return row([
    code(spec.name),
    code(spec.discriminator),
    String(fields.length),
    appended(fields),
    others,
    kinds,
    String(count),
  ]);
}

/** "2025-08: input_mint, output_mint; 2026-05: fee". */
function appended(fields: readonly Field[]): string {
  const bySince = new Map<string, string[]>();
  for (const [name, , history] of fields) {
    if (history === undefined) continue;
    bySince.set(history.since, [...(bySince.get(history.since) ?? []), name]);
  }
  return [...bySince].map(([since, names]) => `${since}: ${names.join(', ')}`).join('; ');
}

function readSamples(): Seen {
  const instructions = new Map<string, number>();
  const events = new Map<string, number>();
  const kinds = new Map<string, Set<string>>();
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  const { decode } = createDecoder(PROGRAMS, {
    instruction: (context, spec) => {
      if (spec !== null) count(instructions, `${context.program.name} ${spec.name}`);
    },
    event: (program, spec) => {
      if (spec !== null) count(events, `${program.name} ${spec.name}`);
    },
  });
  for (const file of readdirSync(samples).filter((name) => name.endsWith('.json'))) {
    const json: unknown = JSON.parse(readFileSync(join(samples, file), 'utf8'));
    const decoded = decode(readTransaction(encodeJsonRpcTransaction(json, { index: 0, createdAtMs: null })));
    for (const event of decoded.events) {
      const key = `${event.venue} ${event.source}`;
      kinds.set(key, (kinds.get(key) ?? new Set()).add(event.kind));
    }
  }
  return { instructions, events, kinds };
}

function times(count: number | undefined): string {
  return count === undefined ? '' : ` ×${count}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
