import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import { geyser, type MessageCodec, type SubscribeRequest } from '../../domain/geyser-messages.ts';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import { CallError } from './geyser-transport.ts';
import { FrameError, FrameReader, frameOf } from './grpc-frames.ts';
import { statusOfHeaders, statusOfHttp } from './grpc-status.ts';
import type {
  CallHandlers,
  CallOutcome,
  EndpointAddress,
  GeyserTransport,
  SubscribeCall,
  TransportOptions,
  UnaryName,
  UnaryReply,
  UnaryRequest,
} from './transport.ts';

const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;

/**
 * gRPC spoken directly on node:http2: messages are cut out of the socket's chunks without a copy or a promise each, and zstd is
 * understood, which @grpc/grpc-js is not. One TCP connection each. It never decodes an update and never reconnects.
 */
export class Http2Transport implements GeyserTransport {
  readonly #session: ClientHttp2Session;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #options: TransportOptions;
  readonly #clock: Clock;
  readonly #stopKeepalive: () => void;
  #broken = '';

  constructor(endpoint: EndpointAddress, options: TransportOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#headers = {
      ':method': 'POST',
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-accept-encoding': options.compression === 'none' ? 'identity' : `${options.compression},identity`,
      ...(endpoint.token === '' ? {} : { 'x-token': endpoint.token }),
    };
    this.#session = connect(`${endpoint.secure ? 'https' : 'http'}://${endpoint.name}`, {
      settings: { enablePush: false, initialWindowSize: options.flowWindowBytes },
    });
    this.#session.on('connect', () => this.#session.setLocalWindowSize(options.flowWindowBytes));
    this.#session.on('error', (error) => {
      this.#broken ||= messageOf(error);
    });
    this.#session.on('goaway', (code: number, _last: number, data?: Uint8Array) => {
      this.#broken ||= `GOAWAY ${code} ${data === undefined ? '' : Buffer.from(data).toString('latin1')}`;
    });
    this.#stopKeepalive = clock.every(options.keepaliveMs, () => this.#keepAlive());
  }

  subscribe(request: SubscribeRequest, handlers: CallHandlers): SubscribeCall {
    const call = new Http2Call(this.#open('Subscribe'), this.#options.maxReceiveBytes, handlers, () => this.#broken);
    call.write(request);
    return call;
  }

  unary<Name extends UnaryName>(
    name: Name,
    request: UnaryRequest<Name>,
    signal: AbortSignal,
  ): Promise<UnaryReply<Name>> {
    const encoder = geyser[`${name}Request`] as MessageCodec<object>;
    const decoder = geyser[name === 'Ping' ? 'PongResponse' : `${name}Response`] as MessageCodec<UnaryReply<Name>>;
    return new Promise((resolve, reject) => {
      let reply: Uint8Array | null = null;
      const fail = (outcome: CallOutcome) => {
        settle();
        reject(new CallError(outcome));
      };
      const stream = this.#open(name);
      const call = new Http2Call(
        stream,
        this.#options.maxReceiveBytes,
        {
          onOpen: () => {},
          onMessage: (bytes) => {
            reply = bytes;
          },
          onEnd: (outcome) => {
            if (outcome.code !== 0 || reply === null) return fail(outcome);
            settle();
            resolve(decoder.decode(reply));
          },
        },
        () => this.#broken,
      );
      const stopDeadline = this.#clock.after(this.#options.unaryTimeoutMs, () => {
        call.cancel();
        fail({ code: DEADLINE_EXCEEDED, message: 'no answer in time' });
      });
      const abort = () => {
        call.cancel();
        fail({ code: 1, message: 'called off' });
      };
      const settle = () => {
        stopDeadline();
        signal.removeEventListener('abort', abort);
      };
      signal.addEventListener('abort', abort, { once: true });
      stream.end(frameOf(encoder.encode(encoder.fromPartial(request)).finish()));
      if (signal.aborted) abort();
    });
  }

  close(): void {
    this.#stopKeepalive();
    this.#session.destroy();
  }

  #open(method: string): ClientHttp2Stream {
    return this.#session.request({ ...this.#headers, ':path': `/geyser.Geyser/${method}` });
  }

  #keepAlive(): void {
    if (this.#session.destroyed || this.#session.connecting) return;
    const late = this.#clock.after(this.#options.keepaliveTimeoutMs, () => {
      this.#broken ||= 'Connection dropped: keepalive timeout';
      this.#session.destroy();
    });
    this.#session.ping(() => late());
  }
}

class Http2Call implements SubscribeCall {
  readonly #stream: ClientHttp2Stream;
  readonly #frames: FrameReader;
  readonly #handlers: CallHandlers;
  readonly #sessionError: () => string;
  #outcome: CallOutcome | null = null;
  #isOver = false;

  constructor(stream: ClientHttp2Stream, maxBytes: number, handlers: CallHandlers, sessionError: () => string) {
    this.#stream = stream;
    this.#frames = new FrameReader(maxBytes);
    this.#handlers = handlers;
    this.#sessionError = sessionError;
    stream.on('response', (headers) => this.#onResponse(headers));
    stream.on('data', (chunk: Uint8Array) => this.#onData(chunk));
    stream.on('trailers', (trailers) => {
      this.#outcome ??= statusOfHeaders(trailers);
    });
    stream.on('error', (error) => {
      this.#outcome ??= { code: UNAVAILABLE, message: this.#sessionError() || messageOf(error) };
    });
    // The server's end ends the call: our half would stay open, and the stream with it.
    stream.on('end', () => this.#onClose());
    stream.on('close', () => this.#onClose());
  }

  write(request: SubscribeRequest): void {
    if (this.#isOver || this.#stream.destroyed || this.#stream.writableEnded) return;
    this.#stream.write(frameOf(geyser.SubscribeRequest.encode(request).finish()));
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    if (!this.#isOver) this.#stream.resume();
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stream.removeAllListeners();
    this.#stream.on('error', () => {});
    this.#stream.close(constants.NGHTTP2_CANCEL);
    this.#stream.destroy();
  }

  #onResponse(headers: IncomingHttpHeaders): void {
    const refused = statusOfHttp(headers);
    if (refused !== null) {
      this.#finish(refused);
      return;
    }
    this.#frames.encoding = String(headers['grpc-encoding'] ?? 'identity');
    // A refusal without a body carries its status here instead of in trailers.
    this.#outcome ??= statusOfHeaders(headers);
    if (this.#outcome === null) this.#handlers.onOpen();
  }

  #onData(chunk: Uint8Array): void {
    try {
      this.#frames.push(chunk, (message) => {
        if (!this.#isOver) this.#handlers.onMessage(message);
      });
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#finish({ code: error.code, message: error.message });
    }
  }

  #onClose(): void {
    const { rstCode } = this.#stream;
    const reset = `Received RST_STREAM with code ${rstCode}`;
    if (this.#outcome !== null) this.#finish(this.#outcome);
    else if (this.#sessionError() !== '') this.#finish({ code: UNAVAILABLE, message: this.#sessionError() });
    else if (rstCode === constants.NGHTTP2_CANCEL) this.#finish({ code: 1, message: reset });
    else if (rstCode !== constants.NGHTTP2_NO_ERROR) this.#finish({ code: 13, message: reset });
    else this.#finish({ code: UNAVAILABLE, message: 'Connection dropped' });
  }

  #finish(outcome: CallOutcome): void {
    if (this.#isOver) return;
    this.cancel();
    this.#handlers.onEnd(outcome);
  }
}
