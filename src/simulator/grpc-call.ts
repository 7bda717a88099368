import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { MEBIBYTE } from '../lib/bytes.ts';
import { type Encoding, type GrpcStatus, MessageAssembler, OK, status, statusHeaders } from './grpc-framing.ts';

/** Largest message a client may send: subscribe requests with compressed account filters reach megabytes. */
const REQUEST_BYTES_MAX = 64 * MEBIBYTE;
const RESOURCE_EXHAUSTED = 8;

export interface CallHandler {
  message(bytes: Uint8Array): void;
  /** The client will send nothing more. */
  halfClosed(): void;
  /** The call is over, whoever ended it. Called once. */
  closed(): void;
}

/**
 * One gRPC call on a bare HTTP/2 stream: messages in, framed bytes out, a status at the end. It knows no method. Standing right
 * on HTTP/2 it can also break the rules when a fault asks for it: `reset`, `goAway`, unframed bytes.
 */
export class GrpcCall {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly #stream: ServerHttp2Stream;
  #status: GrpcStatus = OK;
  #opened = false;
  #ended = false;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.#stream = stream;
    this.headers = headers;
    this.method = String(headers[':path']);
    // Whatever breaks a stream also closes it; without a listener Node would end the process.
    stream.on('error', () => undefined);
  }

  /** One entry of the call's metadata; "" when the client sent none. */
  metadata(name: string): string {
    const value = this.headers[name];
    return Array.isArray(value) ? (value[0] ?? '') : (value ?? '');
  }

  get session(): ServerHttp2Session | undefined {
    return this.#stream.session as ServerHttp2Session | undefined;
  }

  get isClosed(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  /** True when bytes handed over have not left yet: stop writing until `onDrain`. */
  get isCongested(): boolean {
    return this.#stream.writableNeedDrain;
  }

  /** The encoding a server prefers, where the client takes it; else none. */
  agreed(preferred: Encoding): Encoding {
    const accepted = this.metadata('grpc-accept-encoding')
      .split(',')
      .map((name) => name.trim());
    return accepted.includes(preferred) ? preferred : 'identity';
  }

  handle(handler: CallHandler): void {
    const assembler = new MessageAssembler(this.metadata('grpc-encoding'), REQUEST_BYTES_MAX);
    this.#stream.on('data', (chunk: Buffer) => {
      const messages = assembler.push(chunk);
      if (messages === null) this.end(status(RESOURCE_EXHAUSTED, 'Error, decoded message length too large'));
      else for (const message of messages) handler.message(message);
    });
    this.#stream.on('end', () => handler.halfClosed());
    this.#stream.on('close', () => handler.closed());
  }

  onDrain(listener: () => void): void {
    this.#stream.on('drain', listener);
  }

  /** Sends the response headers; a client's "subscribe" resolves with them. */
  open(encoding: Encoding): void {
    if (this.#opened || this.isClosed) return;
    this.#opened = true;
    this.#stream.on('wantTrailers', () => this.#stream.sendTrailers(statusHeaders(this.#status)));
    const headers = { ':status': 200, 'content-type': 'application/grpc', 'grpc-encoding': encoding };
    this.#stream.respond(headers, { waitForTrailers: true });
  }

  /** Hands over framed bytes, whole messages or not. */
  write(bytes: Uint8Array): void {
    if (!this.#ended && !this.isClosed) this.#stream.write(bytes);
  }

  /** Ends the call after what was written; before `open` it is a refusal without a body. */
  end(final: GrpcStatus): void {
    if (this.#ended || this.isClosed) return;
    this.#ended = true;
    this.#status = final;
    if (this.#opened) this.#stream.end();
    else {
      const headers = { ':status': 200, 'content-type': 'application/grpc', ...statusHeaders(final) };
      this.#stream.respond(headers, { endStream: true });
    }
    // The client may still be sending; nobody reads it any more, so it must not fill the window.
    this.#stream.resume();
  }

  /** Answers as a proxy would that knows no gRPC. */
  refuseWithPage(httpStatus: number, body: string): void {
    if (this.#opened || this.isClosed) return;
    this.#opened = true;
    this.#ended = true;
    this.#stream.respond({ ':status': httpStatus, 'content-type': 'text/html' });
    this.#stream.end(body);
  }

  /** RST_STREAM with an HTTP/2 error code. */
  reset(code: number): void {
    if (!this.isClosed) this.#stream.close(code);
  }

  /** GOAWAY for the whole connection, with the debug text a proxy or a gRPC server would add. */
  goAway(code: number, debugText: string): void {
    if (this.session !== undefined) goAway(this.session, code, debugText);
  }
}

/** Any code but 0 (a polite farewell) also ends the connection. */
export function goAway(session: ServerHttp2Session, code: number, debugText: string): void {
  if (session.destroyed) return;
  session.goaway(code, 0, Buffer.from(debugText));
  if (code !== 0) setImmediate(() => session.destroy());
}
