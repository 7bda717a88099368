/**
 * Builds serialized protobuf, field by field, in one growing buffer. It knows no schema; as proto3 does, it leaves out nothing by
 * itself: a caller that wants a default omitted does not write it.
 */
export class ProtobufWriter {
  #bytes: Buffer;
  #length: number;

  constructor(capacity: number) {
    this.#bytes = Buffer.allocUnsafe(Math.max(capacity, 64));
    this.#length = 0;
  }

  uint(field: number, value: number | bigint): this {
    this.#varint(field << 3);
    if (typeof value === 'bigint') this.#bigVarint(BigInt.asUintN(64, value));
    else if (value < 0) this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
    else this.#varint(value);
    return this;
  }

  bool(field: number, value: boolean): this {
    return this.uint(field, value ? 1 : 0);
  }

  bytes(field: number, value: Uint8Array): this {
    this.#varint((field << 3) | 2);
    this.#varint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }

  double(field: number, value: number): this {
    this.#varint((field << 3) | 1);
    this.#reserve(8);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
    return this;
  }

  /** A nested message, written by `write` into a writer of its own. */
  message(field: number, write: (writer: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter(256);
    write(inner);
    return this.bytes(field, inner.finish());
  }

  /** Numbers packed into one field, as proto3 packs repeated scalars. */
  packed(field: number, values: readonly (number | bigint)[]): this {
    const inner = new ProtobufWriter(values.length * 6);
    for (const value of values) inner.#value(value);
    return this.bytes(field, inner.finish());
  }

  /** What was written; the writer must not be used afterwards. */
  finish(): Uint8Array {
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset, this.#length);
  }

  #value(value: number | bigint): void {
    if (typeof value === 'bigint') this.#bigVarint(BigInt.asUintN(64, value));
    else this.#varint(value);
  }

  #varint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 128) | 0x80;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  #bigVarint(value: bigint): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 0x80n) {
      this.#bytes[this.#length++] = Number(rest & 0x7fn) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
