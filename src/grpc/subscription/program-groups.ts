import { readFileSync } from 'node:fs';
import { PRIORITIES, type Priority, type ProgramEntry, type ProgramGroup } from '../../domain/interest.ts';
import { decodeBase58 } from '../../lib/base58.ts';
import { EngineError, messageOf } from '../../lib/errors.ts';

/** Reads the program groups (config/groups.json): what is followed, in which group, how important. All problems are told at once. */
export function readProgramGroups(path: string): readonly ProgramGroup[] {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new EngineError(
      'CONFIG_INVALID',
      `The program groups ${path} cannot be read (${messageOf(cause)}). Correct the file, or set GRPC_GROUPS_FILE to another.`,
      { cause },
    );
  }
  const problems: string[] = [];
  const groups = Array.isArray(json) ? json : [];
  if (groups.length === 0) problems.push('it must be a list of at least one group');
  const seen = new Map<string, string>();
  groups.forEach((group: unknown, index) => {
    checkGroup(group, index, seen, problems);
  });
  if (problems.length > 0)
    throw new EngineError('CONFIG_INVALID', `The program groups ${path} are wrong: ${problems.join('; ')}.`);
  return groups as readonly ProgramGroup[];
}

function checkGroup(value: unknown, index: number, seen: Map<string, string>, problems: string[]): void {
  const group = (value ?? {}) as Partial<ProgramGroup>;
  const name = typeof group.name === 'string' && group.name !== '' ? group.name : `group ${index + 1}`;
  if (name !== group.name) problems.push(`${name} has no name`);
  if (seen.has(`group ${name}`)) problems.push(`there are two groups named ${name}`);
  seen.set(`group ${name}`, name);
  if (!PRIORITIES.includes(group.priority as Priority))
    problems.push(`${name} needs one of the priorities ${PRIORITIES.join(', ')}`);
  if (!Array.isArray(group.programs) || group.programs.length === 0) {
    problems.push(`${name} has no programs`);
    return;
  }
  for (const entry of group.programs as Partial<ProgramEntry>[]) {
    if (typeof entry.name !== 'string' || entry.name === '') problems.push(`a program of ${name} has no name`);
    if (!isAddress(entry.program))
      problems.push(`${entry.name ?? 'a program'} of ${name} has no valid program address`);
    const owner = seen.get(String(entry.program));
    if (owner !== undefined) problems.push(`${entry.program} stands in ${owner} and in ${name}`);
    seen.set(String(entry.program), name);
  }
}

function isAddress(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return decodeBase58(value).length === 32;
  } catch {
    return false;
  }
}
