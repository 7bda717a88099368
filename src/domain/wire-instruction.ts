import { EngineError } from '../lib/errors.ts';
import type { ProtobufReader } from '../lib/protobuf-reader.ts';
import type { Instruction } from './transaction.ts';

/** One instruction over the update's bytes: positions only, views are made when somebody asks for them. */
export class WireInstruction implements Instruction {
  readonly outer: number;
  readonly inner: number;
  readonly stackHeight: number;
  readonly programIndex: number;
  readonly #bytes: Uint8Array;
  readonly accountsStart: number;
  readonly accountsEnd: number;
  readonly dataStart: number;
  readonly dataEnd: number;
  #data: Uint8Array | null;
  #accounts: Uint8Array | null;

  /** Reads an instruction message that ends at `end`; outer and inner ones have the same fields 1 to 3. */
  constructor(reader: ProtobufReader, end: number, outer: number, inner: number) {
    const bytes = reader.bytes;
    let programIndex = 0;
    let stackHeight = inner < 0 ? 1 : 0;
    let accountsStart = 0;
    let accountsEnd = 0;
    let dataStart = 0;
    let dataEnd = 0;
    let position = reader.position;
    while (position < end) {
      const tag = bytes[position] as number;
      const next = position + 1 < end ? (bytes[position + 1] as number) : 0x80;
      // Nearly every number and length here is below 128: read those in place, and leave the others to the reader.
      if (next < 0x80 && (tag === 8 || tag === 32)) {
        if (tag === 8) programIndex = next;
        else stackHeight = next;
        position += 2;
        continue;
      }
      let fieldEnd: number;
      reader.position = position;
      if (next < 0x80 && (tag === 18 || tag === 26)) {
        position += 2;
        fieldEnd = position + next;
      } else {
        const field = reader.tag();
        if (field !== 18 && field !== 26) {
          if (field === 8) programIndex = reader.uint32();
          else if (field === 32) stackHeight = reader.uint32();
          else reader.skip(field);
          position = reader.position;
          continue;
        }
        fieldEnd = reader.length();
        position = reader.position;
      }
      if (tag === 18) {
        accountsStart = position;
        accountsEnd = fieldEnd;
      } else {
        dataStart = position;
        dataEnd = fieldEnd;
      }
      position = fieldEnd;
    }
    if (position !== end) throw malformed('an instruction runs over its end');
    reader.position = end;
    this.outer = outer;
    this.inner = inner;
    this.stackHeight = stackHeight;
    this.programIndex = programIndex;
    this.#bytes = bytes;
    this.accountsStart = accountsStart;
    this.accountsEnd = accountsEnd;
    this.dataStart = dataStart;
    this.dataEnd = dataEnd;
    this.#data = null;
    this.#accounts = null;
  }

  get data(): Uint8Array {
    this.#data ??= this.#bytes.subarray(this.dataStart, this.dataEnd);
    return this.#data;
  }

  get accounts(): Uint8Array {
    this.#accounts ??= this.#bytes.subarray(this.accountsStart, this.accountsEnd);
    return this.#accounts;
  }
}

/** Reads one group of inner instructions and adds them to `inner`. */
export function readInnerGroup(reader: ProtobufReader, inner: Instruction[]): void {
  const end = reader.length();
  let outerIndex = 0;
  let count = 0;
  while (reader.position < end) {
    const tag = reader.tag();
    if (tag === 8) outerIndex = reader.uint32();
    else if (tag === 18) inner.push(new WireInstruction(reader, reader.length(), outerIndex, count++));
    else reader.skip(tag);
  }
  if (reader.position !== end) throw malformed('a group of inner instructions runs over its end');
}

/** Outer 0, its inner ones, outer 1, …: groups may come in any order, and a group may belong to an outer one that is not there. */
export function flatten(outer: readonly Instruction[], inner: readonly Instruction[]): readonly Instruction[] {
  const flat: Instruction[] = [];
  let isSorted = true;
  for (let index = 1; index < inner.length; index++) {
    if ((inner[index] as Instruction).outer < (inner[index - 1] as Instruction).outer) isSorted = false;
  }
  const ordered = isSorted ? inner : [...inner].sort((left, right) => left.outer - right.outer);
  let next = 0;
  for (const instruction of outer) {
    flat.push(instruction);
    while (next < ordered.length && (ordered[next] as Instruction).outer === instruction.outer) {
      flat.push(ordered[next++] as Instruction);
    }
  }
  while (next < ordered.length) flat.push(ordered[next++] as Instruction);
  return flat;
}

function malformed(what: string): EngineError {
  return new EngineError('DECODE_MALFORMED', `The transaction update is malformed: ${what}.`);
}
