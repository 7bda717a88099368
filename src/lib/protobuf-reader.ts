import { EngineError } from './errors.ts';

/** Wire types of protobuf. Groups (3, 4) are long gone and are refused. */
export const WIRE_VARINT = 0;
export const WIRE_FIXED64 = 1;
export const WIRE_BYTES = 2;
export const WIRE_FIXED32 = 5;

/**
 * Walks serialized protobuf without copying it: one cursor over a range of bytes. It knows no schema and never reads past its
 * range: whatever breaks the format throws DECODE_MALFORMED.
 */
export class ProtobufReader {
  readonly bytes: Uint8Array;
  position: number;
  end: number;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** The next tag (field << 3 | wire type); 0 at the end of the range. */
  tag(): number {
    const position = this.position;
    if (position >= this.end) return 0;
    const first = this.bytes[position] as number;
    // Fields 1 to 15 take one byte: nearly all there are.
    if (first >= 8 && first < 0x80) {
      this.position = position + 1;
      return first;
    }
    const tag = this.uint32();
    if (tag >>> 3 === 0) throw malformed('a field number is 0');
    return tag;
  }

  /** A varint as a number, low 32 bits kept (unsigned). */
  uint32(): number {
    const { bytes, end } = this;
    let position = this.position;
    if (position >= end) throw malformed('a number is cut off');
    let byte = bytes[position++] as number;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (position >= end) throw malformed('a number is cut off');
      if (shift > 63) throw malformed('a number is longer than 10 bytes');
      byte = bytes[position++] as number;
      if (shift < 32) value |= (byte & 0x7f) << shift;
    }
    this.position = position;
    return value >>> 0;
  }

  /** A varint as a number; exact up to 2^53. */
  uint53(): number {
    const { bytes, end } = this;
    let position = this.position;
    if (position < end && (bytes[position] as number) < 0x80) {
      this.position = position + 1;
      return bytes[position] as number;
    }
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count++) {
      if (position >= end) throw malformed('a number is cut off');
      const byte = bytes[position++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        this.position = position;
        return value;
      }
      scale *= 128;
    }
    throw malformed('a number is longer than 10 bytes');
  }

  /** A varint as an unsigned 64-bit integer. */
  uint64(): bigint {
    const start = this.position;
    const value = this.uint53();
    if (value <= Number.MAX_SAFE_INTEGER) return BigInt(value);
    let exact = 0n;
    for (let position = start; position < this.position; position++) {
      exact |= BigInt((this.bytes[position] as number) & 0x7f) << BigInt(7 * (position - start));
    }
    return BigInt.asUintN(64, exact);
  }

  /** A varint as a signed 64-bit integer, exact up to 2^53 either way. */
  int53(): number {
    return Number(BigInt.asIntN(64, this.uint64()));
  }

  /** Reads a length and checks it: the field is [position, returned end). */
  length(): number {
    const position = this.position;
    const first = position < this.end ? (this.bytes[position] as number) : 0x80;
    let end: number;
    if (first < 0x80) {
      end = position + 1 + first;
      this.position = position + 1;
    } else {
      const length = this.uint53();
      end = this.position + length;
    }
    if (end > this.end) throw malformed('a field is longer than its message');
    return end;
  }

  /** A view of a length-delimited field; nothing is copied. */
  view(): Uint8Array {
    const end = this.length();
    const view = this.bytes.subarray(this.position, end);
    this.position = end;
    return view;
  }

  string(): string {
    return textDecoder.decode(this.view());
  }

  skip(tag: number): void {
    const wireType = tag & 7;
    if (wireType === WIRE_BYTES) {
      this.position = this.length();
      return;
    }
    switch (wireType) {
      case WIRE_VARINT:
        this.uint53();
        return;
      case WIRE_FIXED64:
        this.#advance(8);
        return;
      case WIRE_FIXED32:
        this.#advance(4);
        return;
      default:
        throw malformed(`wire type ${wireType} does not exist`);
    }
  }

  #advance(count: number): void {
    if (this.position + count > this.end) throw malformed('a fixed-size field is cut off');
    this.position += count;
  }
}

const textDecoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

function malformed(what: string): EngineError {
  return new EngineError('DECODE_MALFORMED', `The protobuf message is malformed: ${what}.`);
}
