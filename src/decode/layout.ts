import { Body, type BodyReader, compile } from './layout-compiler.ts';

/**
 * Layouts of on-chain bodies (events, instruction arguments, accounts) as readable data: ordered fields of [name, type], and
 * [name, type, { since }] for what was appended later. A layout is compiled once into a reader that reads the longest prefix it
 * finds: absent appended fields are undefined, bytes past the last known field are the tail. It never throws on bytes.
 */
export type FieldType =
  | 'u8'
  | 'u16'
  | 'u32'
  | 'u64'
  | 'u128'
  | 'i8'
  | 'i16'
  | 'i32'
  | 'i64'
  | 'i128'
  | 'f64'
  | 'bool'
  | 'pubkey'
  | 'string'
  /** u32 length, then bytes. */
  | 'bytes'
  | { readonly option: FieldType }
  | { readonly vec: FieldType }
  | { readonly array: readonly [FieldType, number] }
  /** So many raw bytes. */
  | { readonly blob: number }
  | { readonly struct: readonly Field[] }
  /** One byte that counts these names. */
  | { readonly enum: readonly string[] }
  /** One byte that counts these variants, then the variant's fields: read as { variant, ...fields }. */
  | { readonly variants: readonly (readonly [string, readonly Field[]])[] };

export interface FieldHistory {
  /** Month in which the program appended the field: bodies from before lack it. */
  readonly since: string;
}

export type Field =
  | readonly [name: string, type: FieldType]
  | readonly [name: string, type: FieldType, history: FieldHistory];

type ValueOf<T> = T extends 'u64' | 'u128' | 'i64' | 'i128'
  ? bigint
  : T extends 'u8' | 'u16' | 'u32' | 'i8' | 'i16' | 'i32' | 'f64'
    ? number
    : T extends 'bool'
      ? boolean
      : T extends 'pubkey' | 'string' | { readonly enum: readonly string[] }
        ? string
        : T extends 'bytes' | { readonly blob: number }
          ? Uint8Array
          : T extends { readonly option: infer U }
            ? ValueOf<U> | null
            : T extends { readonly vec: infer U }
              ? readonly ValueOf<U>[]
              : T extends { readonly array: readonly [infer U, number] }
                ? readonly ValueOf<U>[]
                : T extends { readonly struct: infer F extends readonly Field[] }
                  ? FieldsOf<F>
                  : { readonly variant: string; readonly [name: string]: unknown };

/** The object a layout reads into; appended fields may be undefined. */
export type FieldsOf<F extends readonly Field[]> = {
  readonly [K in F[number] as K extends readonly [string, FieldType] ? K[0] : never]: ValueOf<K[1]>;
} & {
  readonly [K in F[number] as K extends readonly [string, FieldType, FieldHistory] ? K[0] : never]:
    | ValueOf<K[1]>
    | undefined;
};

/** Where history changed the fields instead of appending: bodies of these lengths are read with these fields instead. */
export interface LayoutVariant {
  readonly lengthMin: number;
  readonly lengthMax: number;
  readonly fields: readonly Field[];
}

export interface Reading<T> {
  readonly fields: T;
  /** What stands behind the last field that was read; null when nothing does. */
  readonly tail: Uint8Array | null;
}

export class Layout<T> {
  readonly fields: readonly Field[];
  readonly variants: readonly LayoutVariant[];
  readonly #read: BodyReader;
  readonly #variantReaders: readonly BodyReader[];

  constructor(fields: readonly Field[], variants: readonly LayoutVariant[]) {
    this.fields = fields;
    this.variants = variants;
    this.#read = compile(fields);
    this.#variantReaders = variants.map((variant) => compile(variant.fields));
  }

  /** Reads the body in bytes[start, end); null when even its first, never appended fields are cut off. */
  read(bytes: Uint8Array, start: number, end: number = bytes.length): Reading<T> | null {
    const body = new Body(bytes, start, end);
    const fields = this.variants.length === 0 ? this.#read(body) : this.#readerFor(end - start)(body);
    if (fields === undefined) return null;
    const tail = body.position < end ? bytes.subarray(body.position, end) : null;
    return { fields: fields as T, tail };
  }

  #readerFor(length: number): BodyReader {
    for (const [index, variant] of this.variants.entries()) {
      if (length >= variant.lengthMin && length <= variant.lengthMax) return this.#variantReaders[index] as BodyReader;
    }
    return this.#read;
  }
}

export function layout<const F extends readonly Field[]>(fields: F): Layout<FieldsOf<F>> {
  return new Layout<FieldsOf<F>>(fields, []);
}

export function layoutWithVariants<const F extends readonly Field[]>(
  fields: F,
  variants: readonly LayoutVariant[],
): Layout<Partial<FieldsOf<F>>> {
  return new Layout<Partial<FieldsOf<F>>>(fields, variants);
}
