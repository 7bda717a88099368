import { EngineError } from '../lib/errors.ts';
import type { Key } from './key.ts';
import { type Config, SECTIONS } from './schema.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** Names that look like ours but are none, with what was probably meant. */
  readonly warnings: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Prefixes under which a name we do not know is probably a typing mistake. */
const PREFIXES = [
  'GRPC_',
  'SLUICE_',
  'OUTBOX_',
  'PIPELINE_',
  'API_',
  'SIMULATOR_',
  'RECOVERY_',
  'ALERT_',
  'ENRICH_',
  'MONITOR_',
  'RECORDER_',
];

/** Names of the gRPC library that share a prefix with ours. */
const FOREIGN = /^GRPC_(DEFAULT_SSL_ROOTS_FILE_PATH|SSL_CIPHER_SUITES|VERBOSITY|TRACE|NODE_.*|EXPERIMENTAL_.*)$/;

/**
 * Reads the whole configuration from the environment, once. Every wrong value is reported in one error; what a
 * value refers to (a file, a group) is checked by its reader. Nothing may change one.
 */
export function loadConfig(env: Environment): LoadedConfig {
  const problems: string[] = [];
  const sections: Record<string, Record<string, unknown>> = {};
  for (const [sectionName, section] of Object.entries(SECTIONS)) {
    const values: Record<string, unknown> = {};
    for (const [name, key] of Object.entries(section) as [string, Key<unknown>][]) {
      values[name] = readKey(key, env[key.env], problems);
    }
    sections[sectionName] = Object.freeze(values) as Record<string, unknown>;
  }
  if (problems.length > 0) {
    throw new EngineError(
      'CONFIG_INVALID',
      `The configuration has ${count(problems.length, 'problem')}:\n  ${problems.join('\n  ')}`,
    );
  }
  return { config: Object.freeze(sections) as unknown as Config, warnings: unknownNames(env) };
}

function readKey(key: Key<unknown>, text: string | undefined, problems: string[]): unknown {
  if (text === undefined || text.trim() === '') return key.default;
  const result = key.schema.safeParse(text.trim());
  if (result.success) return result.data;
  const shown = key.secret ? 'its value' : JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  const reason = result.error.issues.map((issue) => issue.message).join(', ');
  problems.push(`${key.env}: ${shown} ${reason} (${key.doc})`);
  return key.default;
}

/** Every key of every section. */
export function allKeys(): readonly Key<unknown>[] {
  return Object.values(SECTIONS).flatMap((section) => Object.values(section) as Key<unknown>[]);
}

function unknownNames(env: Environment): readonly string[] {
  const known = allKeys().map((key) => key.env);
  return Object.keys(env)
    .filter(
      (name) => PREFIXES.some((prefix) => name.startsWith(prefix)) && !known.includes(name) && !FOREIGN.test(name),
    )
    .map((name) => {
      const nearest = known
        .map((other) => ({ other, distance: editDistance(name, other) }))
        .sort((a, b) => a.distance - b.distance)[0];
      const hint = nearest !== undefined && nearest.distance <= 4 ? `; did you mean ${nearest.other}?` : '';
      return `${name} is set but is not a key of Sluice${hint}`;
    });
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
