import { parseArgs } from 'node:util';

type Option =
  | { readonly type: 'string'; readonly default?: string }
  | { readonly type: 'boolean'; readonly default: false };

type Values<T> = {
  readonly [Name in keyof T]: T[Name] extends { type: 'boolean' }
    ? boolean
    : T[Name] extends { default: string }
      ? string
      : string | undefined;
};

/** The options of a script. --help prints the usage and exits 0; what it does not know is named with the usage and exits 2. */
export function scriptArguments<const T extends Readonly<Record<string, Option>>>(
  usage: string,
  options: T,
): Values<T> {
  if (process.argv.slice(2).some((arg) => arg === '--help' || arg === '-h')) leave(0, usage);
  try {
    const values: object = parseArgs({ options }).values;
    return values as Values<T>;
  } catch (error) {
    return leave(2, `${(error as Error).message}\n${usage}`);
  }
}

/** A whole number from 0 on; anything else is named and exits 2. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= 0) return value;
  return leave(2, `--${option} takes a whole number, not ${JSON.stringify(text)}.`);
}

function leave(code: 0 | 2, text: string): never {
  (code === 0 ? console.log : console.error)(text);
  process.exit(code);
}
