import { gunzipSync, gzipSync, inflateSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/** The status a call ends with. */
export interface GrpcStatus {
  readonly code: number;
  readonly message: string;
}

/** gRPC status codes this server uses, by name. */
export const CODE = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

export const OK: GrpcStatus = { code: CODE.OK, message: '' };

export function status(code: number, message: string): GrpcStatus {
  return { code, message };
}

/** The trailers (or, for a call that is refused at once, headers) that carry a status. */
export function statusHeaders({ code, message }: GrpcStatus): Record<string, string> {
  return message === ''
    ? { 'grpc-status': String(code) }
    : { 'grpc-status': String(code), 'grpc-message': percentEncode(message) };
}

/** As the gRPC protocol asks: printable ASCII stays, everything else (and "%") is percent-encoded UTF-8. */
function percentEncode(text: string): string {
  return Array.from(Buffer.from(text, 'utf8'), (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

const PREFIX_BYTES = 5;

/** The five bytes before every message: not compressed, and its length. `room` more bytes are left for the message's start. */
export function messagePrefix(length: number, room: number): Buffer {
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES + room);
  prefix[0] = 0;
  prefix.writeUInt32BE(length, 1);
  return prefix;
}

export function frameMessage(message: Uint8Array): Buffer {
  const frame = messagePrefix(message.length, message.length);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** How message bytes are packed. */
export type Encoding = 'identity' | 'gzip' | 'zstd';

/** A framed message, packed. */
export function frameCompressed(message: Uint8Array, encoding: Encoding): Buffer {
  if (encoding === 'identity') return frameMessage(message);
  const frame = frameMessage(encoding === 'gzip' ? gzipSync(message) : zstdCompressSync(message));
  frame[0] = 1;
  return frame;
}

/** Cuts a stream of bytes into messages, whatever the chunks are. */
export class MessageAssembler {
  readonly #encoding: string;
  readonly #limit: number;
  #rest: Buffer = Buffer.alloc(0);

  constructor(encoding: string, limit: number) {
    this.#encoding = encoding;
    this.#limit = limit;
  }

  /** The messages that are whole now; null when one is larger than the limit or cannot be decompressed. */
  push(chunk: Buffer): readonly Uint8Array[] | null {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Uint8Array[] = [];
    while (this.#rest.length >= PREFIX_BYTES) {
      const length = this.#rest.readUInt32BE(1);
      if (length > this.#limit) return null;
      if (this.#rest.length < PREFIX_BYTES + length) break;
      const message = this.#rest.subarray(PREFIX_BYTES, PREFIX_BYTES + length);
      const plain = this.#rest[0] === 0 ? message : decompress(message, this.#encoding, this.#limit);
      if (plain === null) return null;
      messages.push(plain);
      this.#rest = this.#rest.subarray(PREFIX_BYTES + length);
    }
    return messages;
  }
}

function decompress(message: Uint8Array, encoding: string, limit: number): Uint8Array | null {
  try {
    if (encoding === 'gzip') return gunzipSync(message, { maxOutputLength: limit });
    if (encoding === 'deflate') return inflateSync(message, { maxOutputLength: limit });
    if (encoding === 'zstd') return zstdDecompressSync(message, { maxOutputLength: limit });
    return null;
  } catch {
    return null;
  }
}
