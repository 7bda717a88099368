import {
  type ChannelOptions,
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import { geyser, type MessageCodec, type SubscribeRequest } from '../../domain/geyser-messages.ts';
import type { Clock } from '../../lib/clock.ts';
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

const SERVICE = '/geyser.Geyser/';

/** Reply codec of each unary method; the request's is `<name>Request`. */
const REPLY_OF: Readonly<Record<UnaryName, string>> = {
  Ping: 'PongResponse',
  GetVersion: 'GetVersionResponse',
  GetSlot: 'GetSlotResponse',
  GetBlockHeight: 'GetBlockHeightResponse',
  GetLatestBlockhash: 'GetLatestBlockhashResponse',
  IsBlockhashValid: 'IsBlockhashValidResponse',
  SubscribeReplayInfo: 'SubscribeReplayInfoResponse',
};

/**
 * `geyser.Geyser` over @grpc/grpc-js with an identity deserializer: an update crosses it as the bytes that came off the wire. One
 * TCP connection each, shared with nobody. It never decodes an update and never reconnects.
 */
export class GrpcJsTransport implements GeyserTransport {
  readonly #client: Client;
  readonly #metadata: Metadata;
  readonly #unaryTimeoutMs: number;
  readonly #clock: Clock;
  readonly #calls = new Set<GrpcJsCall>();

  constructor(endpoint: EndpointAddress, options: TransportOptions, clock: Clock) {
    this.#client = new Client(
      endpoint.target,
      endpoint.secure ? credentials.createSsl() : credentials.createInsecure(),
      channelOptions(options),
    );
    this.#metadata = new Metadata();
    if (endpoint.token !== '') this.#metadata.set('x-token', endpoint.token);
    this.#unaryTimeoutMs = options.unaryTimeoutMs;
    this.#clock = clock;
  }

  subscribe(request: SubscribeRequest, handlers: CallHandlers): SubscribeCall {
    const stream = this.#client.makeBidiStreamRequest<SubscribeRequest, Uint8Array>(
      `${SERVICE}Subscribe`,
      encodeRequest,
      identity,
      this.#metadata,
    );
    const call = new GrpcJsCall(stream, handlers, () => this.#calls.delete(call));
    this.#calls.add(call);
    call.write(request);
    return call;
  }

  unary<Name extends UnaryName>(
    name: Name,
    request: UnaryRequest<Name>,
    signal: AbortSignal,
  ): Promise<UnaryReply<Name>> {
    const encoder = geyser[`${name}Request`] as MessageCodec<object>;
    const decoder = geyser[REPLY_OF[name]] as MessageCodec<UnaryReply<Name>>;
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest<object, UnaryReply<Name>>(
        SERVICE + name,
        (message) => Buffer.from(encoder.encode(encoder.fromPartial(message)).finish()),
        (bytes) => decoder.decode(bytes),
        request,
        this.#metadata,
        { deadline: this.#clock.wallMs() + this.#unaryTimeoutMs },
        (error: ServiceError | null, reply?: UnaryReply<Name>) => {
          signal.removeEventListener('abort', abort);
          if (error !== null) reject(new CallError({ code: error.code, message: error.details }));
          else resolve(reply as UnaryReply<Name>);
        },
      );
      const abort = () => call.cancel();
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
    });
  }

  close(): void {
    for (const call of [...this.#calls]) call.cancel();
    this.#client.close();
  }
}

/** A unary call that failed, with gRPC's code and words for the error table. */
export class CallError extends Error {
  readonly outcome: CallOutcome;

  constructor(outcome: CallOutcome) {
    super(outcome.message);
    this.outcome = outcome;
  }
}

class GrpcJsCall implements SubscribeCall {
  readonly #stream: ClientDuplexStream<SubscribeRequest, Uint8Array>;
  readonly #onDone: () => void;
  #outcome: CallOutcome = { code: 0, message: 'the server ended the stream' };
  #isOver = false;

  constructor(stream: ClientDuplexStream<SubscribeRequest, Uint8Array>, handlers: CallHandlers, onDone: () => void) {
    this.#stream = stream;
    this.#onDone = onDone;
    stream.on('metadata', () => handlers.onOpen());
    stream.on('data', (bytes: Uint8Array) => handlers.onMessage(bytes));
    stream.on('error', ignore);
    stream.on('status', (status: StatusObject) => {
      if (status.code !== 0 || status.details !== '') this.#outcome = { code: status.code, message: status.details };
    });
    // The status overtakes messages that are still buffered; `end` comes after the last of them.
    stream.on('end', () => {
      if (this.#release()) handlers.onEnd(this.#outcome);
    });
  }

  write(request: SubscribeRequest): void {
    if (!this.#isOver && this.#stream.writable) this.#stream.write(request);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    if (!this.#isOver) this.#stream.resume();
  }

  cancel(): void {
    this.#release();
  }

  #release(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#stream.removeAllListeners();
    // A cancelled call still reports CANCELLED: without a listener Node would raise it as an uncaught error.
    this.#stream.on('error', ignore);
    this.#stream.cancel();
    this.#stream.destroy();
    this.#onDone();
    return true;
  }
}

function channelOptions(options: TransportOptions): ChannelOptions {
  return {
    'grpc.max_receive_message_length': options.maxReceiveBytes,
    'grpc.keepalive_time_ms': options.keepaliveMs,
    'grpc.keepalive_timeout_ms': options.keepaliveTimeoutMs,
    'grpc.keepalive_permit_without_calls': 1,
    // The default window of 64 KiB caps a stream at 64 KiB per round trip: 1.3 MB/s at 50 ms.
    'grpc-node.flow_control_window': options.flowWindowBytes,
    // Without it two connections to one address would share one socket.
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_retries': 0,
    'grpc.service_config_disable_resolution': 1,
    'grpc.client_idle_timeout_ms': 24 * 3_600_000,
  };
}

function encodeRequest(request: SubscribeRequest): Buffer {
  return Buffer.from(geyser.SubscribeRequest.encode(request).finish());
}

function identity(bytes: Uint8Array): Uint8Array {
  return bytes;
}

function ignore(): void {}
