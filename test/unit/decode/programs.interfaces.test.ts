import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Field, FieldType } from '../../../src/decode/layout.ts';
import type { ProgramDecoder } from '../../../src/decode/program.ts';
import { pumpFees } from '../../../src/decode/pump-fees/program.ts';
import { pumpFun } from '../../../src/decode/pump-fun/program.ts';
import { pumpSwap } from '../../../src/decode/pump-swap/program.ts';

/** The interface files the programs' own packages carry. They disagree with each other: our layouts must cover them all. */
interface Interface {
  readonly address: string;
  readonly events: readonly { readonly name: string; readonly discriminator: readonly number[] }[];
  readonly instructions: readonly {
    readonly name: string;
    readonly discriminator: readonly number[];
    readonly args: readonly InterfaceField[];
    readonly accounts: readonly { readonly name: string }[];
  }[];
  readonly types: readonly { readonly name: string; readonly type: InterfaceStruct }[];
}
interface InterfaceField {
  readonly name: string;
  readonly type: unknown;
}
interface InterfaceStruct {
  readonly kind: string;
  readonly fields?: readonly (InterfaceField | string)[];
  readonly variants?: readonly { readonly name: string }[];
}

const packages = join(import.meta.dirname, '..', '..', '..', 'node_modules', '@pump-fun');
const FILES: readonly (readonly [file: string, program: ProgramDecoder])[] = [
  ['pump-sdk/src/idl/pump.json', pumpFun],
  ['pump-sdk/src/idl/pump_amm.json', pumpSwap],
  ['pump-swap-sdk/src/idl/pump_amm.json', pumpSwap],
  ['pump-sdk/src/idl/pump_fees.json', pumpFees],
];

/** An interface type in the words of our layouts. */
function ours(type: unknown, file: Interface): FieldType {
  if (typeof type === 'string') return type as FieldType;
  const [kind, inner] = Object.entries(type as object)[0] as [string, unknown];
  if (kind === 'option') return { option: ours(inner, file) };
  if (kind === 'vec') return { vec: ours(inner, file) };
  if (kind === 'array') {
    const [item, count] = inner as [unknown, number];
    return { array: [ours(item, file), count] };
  }
  const struct = file.types.find((each) => each.name === (inner as { name: string }).name)?.type;
  if (struct?.kind === 'enum') return { enum: (struct.variants ?? []).map((each) => each.name) };
  const fields = struct?.fields ?? [];
  // A wrapper of one value without a name ("OptionBool") is that value.
  if (typeof fields[0] === 'string') return ours(fields[0], file);
  return { struct: (fields as readonly InterfaceField[]).map((each) => [each.name, ours(each.type, file)] as const) };
}

function named(fields: readonly Field[]): readonly (readonly [string, FieldType])[] {
  return fields.map(([name, type]) => [name, type] as const);
}

describe.each(FILES)('%s', (path, program) => {
  const file = JSON.parse(readFileSync(join(packages, path), 'utf8')) as Interface;

  test('is of the program we decode', () => {
    expect(file.address).toBe(program.program);
  });

  test.each(file.events)(
    'event $name has our discriminator, and its fields are how ours begin',
    ({ name, discriminator }) => {
      const spec = program.events.find((each) => each.discriminator === Buffer.from(discriminator).toString('hex'));
      const struct = file.types.find((each) => each.name === name)?.type;
      const fields = (struct?.fields ?? []) as readonly InterfaceField[];
      expect(spec?.name).toBe(name);
      expect(named(spec?.layout.fields ?? []).slice(0, fields.length)).toEqual(
        fields.map((field) => [field.name, ours(field.type, file)]),
      );
    },
  );

  test.each(file.instructions)('instruction $name is known with its arguments and accounts', (instruction) => {
    const spec = program.instructions.find(
      (each) => each.discriminator === Buffer.from(instruction.discriminator).toString('hex'),
    );
    expect(spec?.name).toBe(instruction.name);
    expect(named(spec?.args?.fields ?? []).slice(0, instruction.args.length)).toEqual(
      instruction.args.map((argument) => [argument.name, ours(argument.type, file)]),
    );
    const accounts = instruction.accounts.map((account) => account.name);
    expect(spec?.accounts.slice(0, accounts.length)).toEqual(accounts);
  });
});

test.each([pumpFun, pumpSwap, pumpFees])('$name has no two specs with the same discriminator', (program) => {
  for (const specs of [program.events, program.instructions]) {
    const all = specs.map((each) => each.discriminator);
    expect(new Set(all).size).toBe(all.length);
  }
});

test('once a field was appended, every later field was appended too', () => {
  for (const { events, instructions } of [pumpFun, pumpSwap, pumpFees]) {
    const layouts = [...events.map((each) => each.layout), ...instructions.flatMap((each) => each.args ?? [])];
    for (const { fields } of layouts) {
      const since = fields.map((field) => field[2]?.since ?? '');
      expect([...since].sort()).toEqual(since);
    }
  }
});
