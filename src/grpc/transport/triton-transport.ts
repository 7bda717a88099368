import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { geyser, type MessageCodec, type SubscribeRequest } from '../../domain/geyser-messages.ts';
import type { Clock } from '../../lib/clock.ts';
import { EngineError, messageOf } from '../../lib/errors.ts';
import { CallError } from './geyser-transport.ts';
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

/** The native module of the Triton package, as far as it is used. */
interface Native {
  readonly GrpcClient: {
    new: (
      endpoint: string,
      token: string | undefined,
      options: Readonly<Record<string, number | boolean>>,
      reconnect: { readonly enabled: false },
    ) => Promise<NativeClient>;
  };
}

type NativeClient = Readonly<Record<string, (request: Buffer) => Promise<Buffer>>> & {
  subscribe: (request: Buffer) => Promise<NativeStream>;
};

interface NativeStream {
  read(): Promise<Buffer | null | undefined>;
  writeRaw(request: Buffer): Promise<undefined>;
  close(): void;
}

const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;

const require = createRequire(import.meta.url);

/**
 * The native client of the Triton package behind the port, with its own reconnecting switched off: recovery is ours. Its binary is loaded
 * when the first transport is made, and never otherwise. The binding keeps the server's status to itself, so every end behind it is
 * "unreachable" or "protocol": quotas, lost replays and refused tokens can't be told apart, and it is no default.
 */
export class TritonTransport implements GeyserTransport {
  readonly #client: Promise<NativeClient>;
  readonly #unaryTimeoutMs: number;
  readonly #clock: Clock;
  readonly #calls = new Set<SubscribeCall>();

  constructor(endpoint: EndpointAddress, options: TransportOptions, clock: Clock) {
    this.#unaryTimeoutMs = options.unaryTimeoutMs;
    this.#clock = clock;
    const url = `${endpoint.secure ? 'https' : 'http'}://${endpoint.name}`;
    const token = endpoint.token === '' ? undefined : endpoint.token;
    this.#client = loadNative().GrpcClient.new(url, token, nativeOptions(options), { enabled: false });
    // Whoever asks for the client is told; nobody asking must not be an unhandled rejection.
    this.#client.catch(() => undefined);
  }

  subscribe(request: SubscribeRequest, handlers: CallHandlers): SubscribeCall {
    const call = new TritonCall(
      this.#client.then((client) => client.subscribe(encode(request))),
      handlers,
      () => this.#calls.delete(call),
    );
    this.#calls.add(call);
    void call.run();
    return call;
  }

  /** The binding knows neither a deadline nor a way to call off: what is given up is left to end by itself, unheard. */
  async unary<Name extends UnaryName>(
    name: Name,
    request: UnaryRequest<Name>,
    signal: AbortSignal,
  ): Promise<UnaryReply<Name>> {
    const encoder = geyser[`${name}Request`] as MessageCodec<object>;
    const decoder = geyser[name === 'Ping' ? 'PongResponse' : `${name}Response`] as MessageCodec<UnaryReply<Name>>;
    const givenUp = Promise.withResolvers<never>();
    const giveUp = (code: number, message: string) => givenUp.reject(new CallError({ code, message }));
    const abort = () => giveUp(CANCELLED, 'called off');
    const stopDeadline = this.#clock.after(this.#unaryTimeoutMs, () => giveUp(DEADLINE_EXCEEDED, 'no answer in time'));
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    try {
      const bytes = Buffer.from(encoder.encode(encoder.fromPartial(request)).finish());
      return decoder.decode(await Promise.race([givenUp.promise, this.#ask(name, bytes)]));
    } catch (error) {
      throw error instanceof CallError ? error : new CallError(outcomeOf(error));
    } finally {
      stopDeadline();
      signal.removeEventListener('abort', abort);
    }
  }

  async #ask(name: UnaryName, request: Buffer): Promise<Buffer> {
    const client = await this.#client;
    const ask = client[name[0]?.toLowerCase() + name.slice(1)] as (bytes: Buffer) => Promise<Buffer>;
    return ask.call(client, request);
  }

  close(): void {
    for (const call of [...this.#calls]) call.cancel();
  }
}

class TritonCall implements SubscribeCall {
  readonly #opening: Promise<NativeStream>;
  readonly #handlers: CallHandlers;
  readonly #onDone: () => void;
  #isOver = false;
  #resume: (() => void) | null = null;
  #paused: Promise<void> | null = null;

  constructor(opening: Promise<NativeStream>, handlers: CallHandlers, onDone: () => void) {
    this.#opening = opening;
    this.#handlers = handlers;
    this.#onDone = onDone;
  }

  async run(): Promise<void> {
    let outcome: CallOutcome = { code: 0, message: 'the server ended the stream' };
    try {
      const stream = await this.#opening;
      if (!this.#isOver) this.#handlers.onOpen();
      while (!this.#isOver) {
        if (this.#paused !== null) await this.#paused;
        const bytes = await stream.read();
        if (this.#isOver) return;
        if (bytes == null) break;
        this.#handlers.onMessage(bytes);
      }
    } catch (error) {
      outcome = outcomeOf(error);
    }
    if (this.#release()) this.#handlers.onEnd(outcome);
  }

  write(request: SubscribeRequest): void {
    // A write that fails is followed by a read that fails, and that one tells why.
    this.#opening
      .then((stream) => (this.#isOver ? undefined : stream.writeRaw(encode(request))))
      .catch(() => undefined);
  }

  pause(): void {
    this.#paused ??= new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume(): void {
    this.#paused = null;
    this.#resume?.();
  }

  cancel(): void {
    this.#release();
  }

  #release(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.resume();
    this.#opening.then((stream) => stream.close()).catch(() => undefined);
    this.#onDone();
    return true;
  }
}

function outcomeOf(error: unknown): CallOutcome {
  const message = messageOf(error);
  return { code: /connect|transport|dns/i.test(message) ? 14 : 2, message };
}

function nativeOptions(options: TransportOptions): Readonly<Record<string, number | boolean>> {
  return {
    grpcMaxDecodingMessageSize: options.maxReceiveBytes,
    grpcHttp2KeepAliveInterval: options.keepaliveMs,
    grpcKeepAliveTimeout: options.keepaliveTimeoutMs,
    grpcKeepAliveWhileIdle: true,
    grpcInitialStreamWindowSize: options.flowWindowBytes,
    grpcInitialConnectionWindowSize: options.flowWindowBytes,
    grpcTcpNodelay: true,
  };
}

function encode(request: SubscribeRequest): Buffer {
  return Buffer.from(geyser.SubscribeRequest.encode(request).finish());
}

function loadNative(): Native {
  const entry = require.resolve('@triton-one/yellowstone-grpc');
  try {
    return require(join(dirname(entry), 'napi', 'index.js')) as Native;
  } catch (cause) {
    throw new EngineError(
      'CONFIG_INVALID',
      'GRPC_TRANSPORT is "triton", but the Triton package has no native binary for this platform. Use grpc-js.',
      { cause },
    );
  }
}
