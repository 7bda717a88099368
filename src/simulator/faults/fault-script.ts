import { EngineError } from '../../lib/errors.ts';
import type { PlannedFates, SlotFate } from '../chain-plan.ts';
import { FAULT_KINDS } from './catalog.ts';
import type { FaultKind, Parameter } from './fault.ts';

/** When a fault acts, in slots counted from the first one published. */
export interface FaultWindow {
  readonly at: number;
  /** How many slots it lasts; null: to the end. */
  readonly slots: number | null;
  /** It comes back every so many slots; null: once. */
  readonly every: number | null;
  /** Chance that a window opens when it is due. */
  readonly chance: number;
}

export interface ScriptedFault {
  readonly kind: FaultKind;
  readonly window: FaultWindow;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

/** Everything that shall go wrong. The same script and seed go wrong in the same way. */
export interface FaultScript {
  readonly seed: number;
  readonly faults: readonly ScriptedFault[];
  readonly chain: PlannedFates;
}

export const NO_FAULTS: FaultScript = {
  seed: 1,
  faults: [],
  chain: { skipped: 0, orphanDead: 0, orphanSilent: 0, fates: new Map() },
};

const WINDOW_DEFAULTS = { at: 0, slots: null, every: null, chance: 1 };
const FATES: readonly string[] = ['block', 'skipped', 'orphanDead', 'orphanSilent'];

type Json = Readonly<Record<string, unknown>>;

/** Reads a script from its JSON. Every mistake is one sentence of the one error it throws. */
export function parseFaultScript(json: unknown): FaultScript {
  const problems: string[] = [];
  const root = object(json, 'the script', problems);
  known(root, ['seed', 'faults', 'chain', '$comment'], 'the script', problems);
  const faults = Array.isArray(root['faults']) ? root['faults'] : [];
  if (root['faults'] !== undefined && !Array.isArray(root['faults'])) problems.push('"faults" must be a list');
  const script = {
    seed: numberOf(root, 'seed', NO_FAULTS.seed, problems),
    faults: faults.flatMap((entry, index) => parseFault(entry, `fault ${index + 1}`, problems)),
    chain: parseChain(root['chain'], problems),
  };
  if (problems.length > 0) {
    throw new EngineError('CONFIG_INVALID', `The fault script cannot be used: ${problems.join('; ')}.`);
  }
  return script;
}

function parseFault(json: unknown, place: string, problems: string[]): readonly ScriptedFault[] {
  const entry = object(json, place, problems);
  const name = String(entry['kind'] ?? '');
  const kind = FAULT_KINDS.get(name);
  if (kind === undefined) {
    problems.push(`${place} has the unknown kind "${name}" (there are: ${[...FAULT_KINDS.keys()].join(', ')})`);
    return [];
  }
  const where = `${place} (${name})`;
  known(entry, ['kind', '$comment', ...Object.keys(WINDOW_DEFAULTS), ...Object.keys(kind.defaults)], where, problems);
  const parameters: Record<string, Parameter> = {};
  for (const [key, usual] of Object.entries(kind.defaults)) {
    const value = entry[key] ?? usual;
    if (typeof value !== typeof usual) problems.push(`${where}: "${key}" must be a ${typeof usual}`);
    parameters[key] = value as Parameter;
  }
  const window = {
    at: numberOf(entry, 'at', 0, problems),
    slots: optionalNumber(entry, 'slots', problems),
    every: optionalNumber(entry, 'every', problems),
    chance: numberOf(entry, 'chance', 1, problems),
  };
  if (window.every !== null && window.slots === null) problems.push(`${where}: "every" needs "slots"`);
  return [{ kind, window, parameters }];
}

function parseChain(json: unknown, problems: string[]): PlannedFates {
  if (json === undefined) return NO_FAULTS.chain;
  const chain = object(json, '"chain"', problems);
  known(chain, ['skipped', 'orphanDead', 'orphanSilent', 'fates'], '"chain"', problems);
  const fates = new Map<number, SlotFate>();
  for (const [slot, fate] of Object.entries(
    chain['fates'] === undefined ? {} : object(chain['fates'], '"fates"', problems),
  )) {
    if (!/^\d+$/.test(slot) || !FATES.includes(String(fate))) {
      problems.push(`"fates" maps a slot number to one of ${FATES.join(', ')}, not "${slot}" to "${fate}"`);
    }
    fates.set(Number(slot), fate as SlotFate);
  }
  return {
    skipped: numberOf(chain, 'skipped', 0, problems),
    orphanDead: numberOf(chain, 'orphanDead', 0, problems),
    orphanSilent: numberOf(chain, 'orphanSilent', 0, problems),
    fates,
  };
}

function object(json: unknown, place: string, problems: string[]): Json {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Json;
  problems.push(`${place} must be an object`);
  return {};
}

function known(json: Json, names: readonly string[], place: string, problems: string[]): void {
  for (const name of Object.keys(json))
    if (!names.includes(name)) problems.push(`${place} has the unknown key "${name}"`);
}

function numberOf(json: Json, name: string, usual: number, problems: string[]): number {
  return optionalNumber(json, name, problems) ?? usual;
}

function optionalNumber(json: Json, name: string, problems: string[]): number | null {
  const value = json[name];
  if (value === undefined || value === null) return null;
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  problems.push(`"${name}" must be a number that is not negative`);
  return null;
}
