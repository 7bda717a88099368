import type { Field, FieldType } from '../../src/decode/layout.ts';
import { anchorDiscriminator, type ProgramDecoder } from '../../src/decode/program.ts';
import type { InterfaceField, InterfaceFile } from './interface-files.ts';

export interface Difference {
  readonly program: string;
  readonly what: 'event' | 'instruction' | 'event-fields' | 'arguments' | 'accounts';
  readonly name: string;
  readonly detail: string;
}

export interface Comparison {
  readonly events: number;
  readonly instructions: number;
  readonly differences: readonly Difference[];
}

/**
 * Compares our tables with a published interface. Ours may hold more (what older versions wrote, what runs ahead of the interface):
 * that is no difference. What the interface holds and ours lack, or read otherwise, is one.
 */
export function compare(program: ProgramDecoder, file: InterfaceFile): Comparison {
  const differences: Difference[] = [];
  const tell = (what: Difference['what'], name: string, detail: string) =>
    differences.push({ program: program.name, what, name, detail });
  for (const event of file.events ?? []) {
    const tag = hex(event.discriminator) ?? anchorDiscriminator('event', event.name);
    const spec = program.events.find((each) => each.discriminator === tag);
    if (spec === undefined) {
      tell('event', event.name, `discriminator ${tag} is unknown to us`);
      continue;
    }
    const fields = event.fields ?? structFields(file, event.name);
    const detail = fieldDifference(flatten(spec.layout.fields), flattenInterface(file, fields));
    if (detail !== null) tell('event-fields', event.name, detail);
  }
  for (const instruction of file.instructions) {
    const name = snake(instruction.name);
    const tag = hex(instruction.discriminator) ?? anchorDiscriminator('global', name);
    const spec = program.instructions.find((each) => each.discriminator === tag);
    if (spec === undefined) {
      tell('instruction', name, `discriminator ${tag} is unknown to us`);
      continue;
    }
    if (spec.args !== null) {
      const detail = fieldDifference(flatten(spec.args.fields), flattenInterface(file, instruction.args), true);
      if (detail !== null) tell('arguments', name, detail);
    }
    const detail = accountDifference(
      spec.accounts,
      instruction.accounts.map((account) => snake(account.name)),
    );
    if (detail !== null) tell('accounts', name, detail);
  }
  return { events: (file.events ?? []).length, instructions: file.instructions.length, differences };
}

/** A field without its nesting: "swap_result.output_amount u64". */
interface FlatField {
  readonly name: string;
  readonly type: string;
}

/** Types and own names in order. `mayEndEarly`: arguments are read as far as someone needs them. */
function fieldDifference(ours: readonly FlatField[], theirs: readonly FlatField[], mayEndEarly = false): string | null {
  for (const [index, field] of theirs.entries()) {
    const own = ours[index];
    if (own === undefined)
      return mayEndEarly ? null : `field ${index} ${field.name} (${field.type}) is not in our layout`;
    if (own.type !== field.type || lastPart(own.name) !== lastPart(field.name)) {
      return `field ${index}: ours ${own.name} (${own.type}), theirs ${field.name} (${field.type})`;
    }
  }
  return null;
}

/** Structs may be nested in one and flat in the other: the member's own name counts. */
function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Ours name the leading accounts only. */
function accountDifference(ours: readonly string[], theirs: readonly string[]): string | null {
  for (const [index, name] of ours.entries()) {
    const other = theirs[index];
    if (other === undefined) continue;
    if (name !== other) return `account ${index}: ours ${name}, theirs ${other}`;
  }
  return null;
}

function flatten(fields: readonly Field[], prefix = ''): readonly FlatField[] {
  return fields.flatMap(([name, type]) => flattenType(`${prefix}${name}`, type));
}

function flattenType(name: string, type: FieldType): readonly FlatField[] {
  if (typeof type === 'object' && 'struct' in type) return flatten(type.struct, `${name}.`);
  return [{ name, type: spell(type) }];
}

/** One spelling for what two layouts may write differently: an enum without data is its one byte. */
function spell(type: FieldType): string {
  if (typeof type === 'string') return type;
  if ('enum' in type) return 'u8';
  if ('blob' in type) return `[u8;${type.blob}]`;
  if ('option' in type) return `option<${spellInner(type.option)}>`;
  if ('vec' in type) return `vec<${spellInner(type.vec)}>`;
  if ('array' in type) return `[${spellInner(type.array[0])};${type.array[1]}]`;
  if ('variants' in type) return 'variants';
  return spellInner(type);
}

function spellInner(type: FieldType): string {
  return flattenType('', type)
    .map((each) => each.type)
    .join(',');
}

function flattenInterface(file: InterfaceFile, fields: readonly InterfaceField[]): readonly FlatField[] {
  return flatten(fields.map((field) => [snake(field.name), ours(file, field.type)] as const));
}

/** An interface's type in the words of our layouts. */
function ours(file: InterfaceFile, type: unknown): FieldType {
  if (typeof type === 'string') return (type === 'publicKey' ? 'pubkey' : type) as FieldType;
  const [kind, inner] = Object.entries(type as object)[0] as [string, unknown];
  if (kind === 'option') return { option: ours(file, inner) };
  if (kind === 'vec') return { vec: ours(file, inner) };
  if (kind === 'array') {
    const [item, count] = inner as [unknown, number];
    return item === 'u8' ? { blob: count } : { array: [ours(file, item), count] };
  }
  const name = typeof inner === 'string' ? inner : (inner as { readonly name: string }).name;
  const definition = file.types?.find((each) => each.name === name)?.type;
  if (definition?.kind === 'enum') return enumOf(definition.variants ?? []);
  const fields = definition?.fields ?? [];
  // A wrapper of one value without a name ("OptionBool") is that value.
  if (fields.length === 1 && !isNamed(fields[0])) return ours(file, fields[0]);
  return {
    struct: fields.map((field, index) =>
      isNamed(field)
        ? ([snake(field.name), ours(file, field.type)] as const)
        : ([`value${index}`, ours(file, field)] as const),
    ),
  };
}

function isNamed(field: unknown): field is InterfaceField {
  return typeof field === 'object' && field !== null && 'name' in field && 'type' in field;
}

function enumOf(variants: readonly { readonly name: string; readonly fields?: readonly unknown[] }[]): FieldType {
  if (variants.every((variant) => variant.fields === undefined))
    return { enum: variants.map((variant) => variant.name) };
  return { variants: variants.map((variant) => [variant.name, []] as const) };
}

function structFields(file: InterfaceFile, name: string): readonly InterfaceField[] {
  const fields = file.types?.find((each) => each.name === name)?.type.fields ?? [];
  return fields as readonly InterfaceField[];
}

function hex(bytes: readonly number[] | undefined): string | null {
  return bytes === undefined ? null : Buffer.from(bytes).toString('hex');
}

function snake(name: string): string {
  return name
    .replace(/^_+/, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
