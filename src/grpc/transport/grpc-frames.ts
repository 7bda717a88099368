import { gunzipSync, zstdDecompressSync } from 'node:zlib';

/** What cannot be a gRPC message, in words the error table knows. */
export class FrameError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const RESOURCE_EXHAUSTED = 8;
const INTERNAL = 13;
const PREFIX_BYTES = 5;

/**
 * Cuts the body of a gRPC response into messages. A message that lies within one chunk is handed over as a view of it; only one that spans
 * chunks is copied. It keeps at most one unfinished message.
 */
export class FrameReader {
  readonly #maxBytes: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  /** `grpc-encoding` of the response: identity, gzip or zstd. */
  encoding = 'identity';

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array, onMessage: (message: Uint8Array) => void): void {
    let bytes = chunk;
    if (this.#pendingBytes > 0) {
      this.#pending.push(chunk);
      this.#pendingBytes += chunk.length;
      if (this.#pendingBytes < this.#needed()) return;
      bytes = Buffer.concat(this.#pending, this.#pendingBytes);
      this.#pending = [];
      this.#pendingBytes = 0;
    }
    let at = 0;
    while (bytes.length - at >= PREFIX_BYTES) {
      const end = at + PREFIX_BYTES + this.#length(bytes, at);
      if (end > bytes.length) break;
      const body = bytes.subarray(at + PREFIX_BYTES, end);
      onMessage(bytes[at] === 0 ? body : this.#unpacked(body));
      at = end;
    }
    if (at < bytes.length) {
      this.#pending = [bytes.subarray(at)];
      this.#pendingBytes = bytes.length - at;
    }
  }

  /** Bytes until the unfinished message is whole, as far as it is known. */
  #needed(): number {
    if (this.#pendingBytes < PREFIX_BYTES) return PREFIX_BYTES;
    const first = this.#pending[0] as Uint8Array;
    // The prefix itself can be cut: then one short copy makes it readable.
    if (first.length < PREFIX_BYTES) this.#pending = [Buffer.concat(this.#pending, this.#pendingBytes)];
    return PREFIX_BYTES + this.#length(this.#pending[0] as Uint8Array, 0);
  }

  #length(bytes: Uint8Array, at: number): number {
    const length = new DataView(bytes.buffer, bytes.byteOffset + at + 1, 4).getUint32(0);
    if (length > this.#maxBytes) {
      throw new FrameError(RESOURCE_EXHAUSTED, `Received message larger than max (${length} vs ${this.#maxBytes})`);
    }
    return length;
  }

  #unpacked(body: Uint8Array): Uint8Array {
    const limit = { maxOutputLength: this.#maxBytes };
    try {
      if (this.encoding === 'gzip') return gunzipSync(body, limit);
      if (this.encoding === 'zstd') return zstdDecompressSync(body, limit);
    } catch (error) {
      throw new FrameError(INTERNAL, `Failed to decompress a ${this.encoding} message: ${String(error)}`);
    }
    throw new FrameError(INTERNAL, `Received message compressed with unsupported compression method ${this.encoding}`);
  }
}

export function frameOf(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  frame.writeUInt8(0, 0);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}
