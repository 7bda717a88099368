import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** An Anchor interface file, as far as it is compared. Names come in snake or camel case, old files lack discriminators. */
export interface InterfaceFile {
  readonly instructions: readonly InterfaceInstruction[];
  readonly events?: readonly InterfaceEvent[];
  readonly types?: readonly InterfaceType[];
}

export interface InterfaceInstruction {
  readonly name: string;
  readonly discriminator?: readonly number[];
  readonly args: readonly InterfaceField[];
  readonly accounts: readonly { readonly name: string }[];
}

export interface InterfaceEvent {
  readonly name: string;
  readonly discriminator?: readonly number[];
  readonly fields?: readonly InterfaceField[];
}

export interface InterfaceField {
  readonly name: string;
  readonly type: unknown;
}

export interface InterfaceType {
  readonly name: string;
  readonly type: {
    readonly kind: string;
    readonly fields?: readonly (InterfaceField | string | object)[];
    readonly variants?: readonly { readonly name: string; readonly fields?: readonly unknown[] }[];
  };
}

/** Where a program's interface is published. Programs without a source say why, so that none is skipped in silence. */
export interface InterfaceSource {
  /** Name of the program in our registry. */
  readonly program: string;
  readonly package: string;
  /** A JSON file inside the package, or the export of its main module that holds the interface. */
  readonly file?: string;
  readonly export?: string;
}

export const SOURCES: readonly InterfaceSource[] = [
  { program: 'pump-fun', package: '@pump-fun/pump-sdk', file: 'src/idl/pump.json' },
  { program: 'pump-swap', package: '@pump-fun/pump-sdk', file: 'src/idl/pump_amm.json' },
  { program: 'pump-swap', package: '@pump-fun/pump-swap-sdk', file: 'src/idl/pump_amm.json' },
  { program: 'pump-fees', package: '@pump-fun/pump-sdk', file: 'src/idl/pump_fees.json' },
  { program: 'meteora-dlmm', package: '@meteora-ag/dlmm', export: 'IDL' },
  { program: 'meteora-damm-v2', package: '@meteora-ag/cp-amm-sdk', export: 'CpAmmIdl' },
  { program: 'meteora-dbc', package: '@meteora-ag/dynamic-bonding-curve-sdk', export: 'DynamicBondingCurveIdl' },
  { program: 'orca-whirlpool', package: '@orca-so/whirlpools-sdk', file: 'dist/artifacts/whirlpool.json' },
];

/** Programs whose interface no package on npm carries: their layouts are checked on real transactions only. */
export const WITHOUT_SOURCE: Readonly<Record<string, string>> = {
  'raydium-amm-v4': 'no npm package carries its interface file (the program is not an Anchor program)',
  'raydium-cpmm': 'no npm package carries its interface file',
  'raydium-clmm': 'no npm package carries its interface file',
  'raydium-launchlab': 'no npm package carries its interface file',
  'spl-token': 'its instruction tags are fixed',
  'spl-token-2022': 'its instruction tags are fixed',
};

export interface LoadedInterface {
  readonly version: string;
  readonly file: InterfaceFile;
}

/** Null when the package is not installed. */
export function loadInterface(source: InterfaceSource, root: string): LoadedInterface | null {
  const require = createRequire(join(root, 'package.json'));
  const folder = join(root, 'node_modules', ...source.package.split('/'));
  let version: string;
  try {
    version = (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
  } catch {
    return null;
  }
  const file =
    source.file === undefined
      ? (require(source.package) as Readonly<Record<string, unknown>>)[source.export ?? 'IDL']
      : JSON.parse(readFileSync(join(folder, source.file), 'utf8'));
  if (file === undefined || file === null) throw new Error(`${source.package} no longer exports ${source.export}`);
  return { version, file: file as InterfaceFile };
}
