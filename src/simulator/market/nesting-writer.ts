/**
 * Writes nested protobuf into one buffer that is used again and again. A transaction is a hundred small messages inside each other:
 * the general writer of lib/ makes a buffer for each, this one makes none. It knows no schema and leaves nothing out by itself.
 */
const GUESSED_LENGTH_BYTES = 2;

export class NestingWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  /** Starts anew. */
  begin(): this {
    this.#length = 0;
    return this;
  }

  uint(field: number, value: number): this {
    this.#reserve(16);
    this.#varint(field << 3);
    this.#varint(value);
    return this;
  }

  /** A number of 64 bits that a double cannot hold. */
  uint64(field: number, value: bigint): this {
    this.#reserve(16);
    this.#varint(field << 3);
    let rest = BigInt.asUintN(64, value);
    for (; rest >= 0x80n; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
    this.#bytes[this.#length++] = Number(rest);
    return this;
  }

  double(field: number, value: number): this {
    this.#reserve(16);
    this.#varint((field << 3) | 1);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#reserve(value.length + 16);
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** Text of ASCII characters. */
  ascii(field: number, value: string): this {
    this.#reserve(value.length + 16);
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    this.#length += this.#bytes.write(value, this.#length, 'latin1');
    return this;
  }

  /** One byte, inside an opened field. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** One packed number, inside an opened field. */
  number(value: number): void {
    this.#reserve(10);
    this.#varint(value);
  }

  /** Opens a nested message or a packed field; what `close` needs to know is returned. */
  open(field: number): number {
    this.#reserve(16);
    this.#varint((field << 3) | 2);
    this.#length += GUESSED_LENGTH_BYTES;
    return this.#length;
  }

  /** Ends what was opened and puts its length before it, moving it when the length takes more or fewer bytes than guessed. */
  close(start: number): void {
    const length = this.#length - start;
    const needed = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : 4;
    const shift = needed - GUESSED_LENGTH_BYTES;
    if (shift !== 0) {
      this.#reserve(shift);
      this.#bytes.copyWithin(start + shift, start, this.#length);
    }
    this.#length = start - GUESSED_LENGTH_BYTES;
    this.#varint(length);
    this.#length += length;
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    const copy = Buffer.allocUnsafe(this.#length);
    this.#bytes.copy(copy, 0, 0, this.#length);
    return copy;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
