import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Config } from '../config/schema.ts';
import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Emit } from '../telemetry/event.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** What every part of the engine is built from. */
export interface EngineParts {
  readonly config: Config;
  /** Folder of the installed package: its config/ and its web page. */
  readonly packageFolder: string;
  /** Where the outbox and everything else that survives a restart lies. */
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly emit: Emit;
  readonly metrics: Metrics;
  readonly redact: (text: string) => string;
  /** Prints the pool logger's block. */
  readonly print: (text: string) => void;
  /** Resident memory of the process, bytes. */
  readonly residentBytes: () => number;
}

/** The web page: beside what was built, or in the sources. */
export function pageFolderOf({ packageFolder }: EngineParts): string {
  const built = join(import.meta.dirname, '..', 'dashboard');
  return existsSync(built) ? built : join(packageFolder, 'src', 'dashboard');
}

/** Paths in the configuration are relative to the package, unless they are absolute. */
export function inPackage(parts: EngineParts, path: string): string {
  return resolve(parts.packageFolder, path);
}
