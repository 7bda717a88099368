import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, messageOf } from '../lib/errors.ts';
import { configuredProgram } from './configured-program.ts';
import type { ProgramDecoder } from './program.ts';

/** Reads every program file (*.json) of a folder, in the order of their names; none when there is no such folder. */
export function loadConfiguredPrograms(folder: string): readonly ProgramDecoder[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => configuredProgram(readJson(join(folder, file)), file));
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new EngineError('CONFIG_INVALID', `The program file ${path} is no JSON: ${messageOf(cause)}.`, { cause });
  }
}
