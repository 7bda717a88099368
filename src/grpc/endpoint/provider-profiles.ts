import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError, messageOf } from '../../lib/errors.ts';
import type { OpeningRule } from './subscription-rate-limiter.ts';

/**
 * What a provider allows, as data (config/providers/*.json). Null means "not stated": nothing is refused for it. A profile describes;
 * it decides nothing.
 */
export interface ProviderProfile {
  readonly name: string;
  readonly note: string;
  /** Ends of host names that belong to this provider. */
  readonly hosts: readonly string[];
  readonly openings: readonly OpeningRule[];
  readonly concurrentStreams: number | null;
  /** How long the provider counts a connection after it closed. */
  readonly lapseMs: number;
  readonly filterNameBytes: number | null;
  readonly filtersPerType: number | null;
  readonly accountsPerStream: number | null;
  readonly compressedFilterBytes: number | null;
  /** Largest subscribe request the server decodes. */
  readonly requestBytes: number | null;
  readonly refusedPrograms: readonly string[];
  /** Slots kept for `from_slot`; 0 = no replay, null = not stated. */
  readonly replaySlots: number | null;
  readonly pingCarriesFilters: boolean;
  readonly rewriteCountsAsSubscription: boolean;
}

const NUMBERS = [
  'concurrentStreams',
  'filterNameBytes',
  'filtersPerType',
  'accountsPerStream',
  'compressedFilterBytes',
  'requestBytes',
  'replaySlots',
] as const;

/** All profiles of a folder by name. A broken file is named with what is wrong. */
export function readProviderProfiles(folder: string): ReadonlyMap<string, ProviderProfile> {
  const profiles = new Map<string, ProviderProfile>();
  for (const file of listJson(folder)) {
    const path = join(folder, file);
    const profile = toProfile(readJson(path), path);
    profiles.set(profile.name, profile);
  }
  if (!profiles.has('generic')) throw invalid(folder, 'there is no generic.json');
  return profiles;
}

/** The named profile, or with "auto" the one that claims the host, else "generic". */
export function chooseProfile(
  profiles: ReadonlyMap<string, ProviderProfile>,
  wanted: string,
  endpointName: string,
): ProviderProfile {
  if (wanted !== 'auto' && wanted !== '') {
    const named = profiles.get(wanted);
    if (named !== undefined) return named;
    const known = [...profiles.keys()].sort().join(', ');
    throw new EngineError('CONFIG_INVALID', `GRPC_PROVIDER "${wanted}" has no profile; there are: auto, ${known}.`);
  }
  const host = endpointName.replace(/:\d+$/, '');
  for (const profile of profiles.values()) {
    if (profile.hosts.some((end) => host === end || host.endsWith(`.${end}`))) return profile;
  }
  return profiles.get('generic') as ProviderProfile;
}

function toProfile(json: unknown, path: string): ProviderProfile {
  if (typeof json !== 'object' || json === null) throw invalid(path, 'it is not an object');
  const fields = json as Record<string, unknown>;
  const problems: string[] = [];
  const must = (condition: boolean, problem: string) => {
    if (!condition) problems.push(problem);
  };
  must(typeof fields['name'] === 'string' && fields['name'] !== '', '"name" must be text');
  must(typeof fields['note'] === 'string', '"note" must be text');
  for (const key of ['hosts', 'refusedPrograms']) must(isTexts(fields[key]), `"${key}" must be a list of texts`);
  for (const key of NUMBERS)
    must(fields[key] === null || isCount(fields[key]), `"${key}" must be a whole number or null`);
  must(isCount(fields['lapseMs']), '"lapseMs" must be a whole number');
  for (const key of ['pingCarriesFilters', 'rewriteCountsAsSubscription']) {
    must(typeof fields[key] === 'boolean', `"${key}" must be true or false`);
  }
  must(
    Array.isArray(fields['openings']) && fields['openings'].every(isRule),
    '"openings" must be a list of {counts, limit ≥ 1, windowMs ≥ 1}',
  );
  if (problems.length > 0) throw invalid(path, problems.join('; '));
  return fields as unknown as ProviderProfile;
}

function isRule(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const rule = value as Record<string, unknown>;
  const counts = ['subscriptions', 'connections', 'requests'].includes(String(rule['counts']));
  return counts && isCount(rule['limit']) && rule['limit'] !== 0 && isCount(rule['windowMs']) && rule['windowMs'] !== 0;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function listJson(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .sort();
  } catch (cause) {
    throw new EngineError(
      'CONFIG_INVALID',
      `The provider profiles cannot be read (${messageOf(cause)}). Set GRPC_PROFILES_FOLDER to a folder like config/providers.`,
      { cause },
    );
  }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new EngineError('CONFIG_INVALID', `${path} is not readable JSON: ${messageOf(cause)}.`, { cause });
  }
}

function invalid(path: string, problem: string): EngineError {
  return new EngineError('CONFIG_INVALID', `The provider profile ${path} is wrong: ${problem}.`);
}
