import { z } from 'zod';

/** What the generated documentation says about one configuration key. */
export interface KeyInfo {
  readonly env: string;
  readonly unit?: string;
  readonly range?: string;
  readonly doc: string;
  readonly secret?: boolean;
}

export interface Key<T> extends KeyInfo {
  readonly schema: z.ZodType<T>;
  readonly default: T;
}

interface NumberKey {
  readonly env: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly doc: string;
}

/** A whole number with a range; the environment's text is turned into one, with a readable problem when it is none. */
export function integerKey(key: NumberKey): Key<number> {
  const schema = z.coerce
    .number({ error: 'must be a whole number' })
    .int({ error: 'must be a whole number' })
    .min(key.min, { error: `must be at least ${key.min}` })
    .max(key.max, { error: `must be at most ${key.max}` });
  return { ...key, range: `${key.min}–${key.max}`, schema };
}

/** What a text must be, and how a problem with it is told. */
interface Rule {
  readonly holds: (text: string) => boolean;
  readonly problem: string;
}

export function textKey(key: {
  readonly env: string;
  readonly default: string;
  readonly doc: string;
  readonly secret?: boolean;
  readonly rule?: Rule;
}): Key<string> {
  const { rule, ...info } = key;
  const schema = z.string().trim();
  return { ...info, schema: rule === undefined ? schema : schema.refine(rule.holds, { error: rule.problem }) };
}

export function booleanKey(key: {
  readonly env: string;
  readonly default: boolean;
  readonly doc: string;
}): Key<boolean> {
  const schema = z
    .enum(['true', 'false', '1', '0', 'yes', 'no'], { error: 'must be true or false' })
    .transform((text) => text === 'true' || text === '1' || text === 'yes');
  return { ...key, range: 'true, false', schema: schema as unknown as z.ZodType<boolean> };
}

export function choiceKey<const C extends readonly [string, ...string[]]>(key: {
  readonly env: string;
  readonly choices: C;
  readonly default: C[number];
  readonly doc: string;
}): Key<C[number]> {
  const schema = z.enum(key.choices, { error: `must be one of ${key.choices.join(', ')}` });
  return { ...key, range: key.choices.join(', '), schema: schema as unknown as z.ZodType<C[number]> };
}

/** A comma-separated list; empty text is an empty list. The rule is for each entry. */
export function listKey(key: {
  readonly env: string;
  readonly default: readonly string[];
  readonly doc: string;
  readonly secret?: boolean;
  readonly rule?: Rule;
}): Key<readonly string[]> {
  const { rule, ...info } = key;
  const list = z.string().transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );
  const schema =
    rule === undefined ? list : list.refine((entries) => entries.every(rule.holds), { error: rule.problem });
  return { ...info, schema: schema as unknown as z.ZodType<readonly string[]> };
}

/** A section is a table of keys; its type is what the station is handed. */
export type Section = Readonly<Record<string, Key<unknown>>>;
export type Values<S extends Section> = { readonly [K in keyof S]: S[K] extends Key<infer T> ? T : never };
