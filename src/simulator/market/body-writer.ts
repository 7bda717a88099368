/** Writes little-endian bodies (events, instruction data, account data) into one buffer that is used again and again. */
export class BodyWriter {
  readonly #bytes: Buffer;
  #length = 0;

  constructor(capacity: number) {
    this.#bytes = Buffer.alloc(capacity);
  }

  /** Starts anew. */
  begin(): this {
    this.#length = 0;
    return this;
  }

  u8(value: number): this {
    this.#bytes[this.#length++] = value;
    return this;
  }

  u16(value: number): this {
    this.#length = this.#bytes.writeUInt16LE(value, this.#length);
    return this;
  }

  u32(value: number): this {
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
    return this;
  }

  u64(value: bigint): this {
    this.#length = this.#bytes.writeBigInt64LE(BigInt.asIntN(64, value), this.#length);
    return this;
  }

  i128(value: bigint): this {
    return this.u64(value).u64(value >> 64n);
  }

  raw(value: Uint8Array): this {
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  /** A Borsh string: its length in bytes, then its UTF-8. */
  text(value: string): this {
    const written = this.#bytes.write(value, this.#length + 4, 'utf8');
    this.#bytes.writeUInt32LE(written, this.#length);
    this.#length += 4 + written;
    return this;
  }

  zeros(count: number): this {
    this.#bytes.fill(0, this.#length, this.#length + count);
    this.#length += count;
    return this;
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    const copy = Buffer.allocUnsafe(this.#length);
    this.#bytes.copy(copy, 0, 0, this.#length);
    return copy;
  }
}
