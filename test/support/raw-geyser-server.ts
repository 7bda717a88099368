import { Server, ServerCredentials, type ServerDuplexStream, type ServiceDefinition } from '@grpc/grpc-js';
import {
  geyser,
  type MessageCodec,
  type SubscribeRequest,
  type SubscribeUpdate,
} from '../../src/domain/geyser-messages.ts';

export type RawCall = ServerDuplexStream<SubscribeRequest, Uint8Array>;

/** The smallest server that speaks `geyser.Geyser/Subscribe`: the test decides every byte it sends. */
export interface RawGeyserServer {
  readonly url: string;
  readonly calls: readonly RawCall[];
  readonly requests: readonly SubscribeRequest[];
  /** Calls that are open now. */
  readonly open: () => number;
  close(): Promise<void>;
}

export interface RawBehaviour {
  onCall?(call: RawCall, number: number): void;
  onRequest?(request: SubscribeRequest, call: RawCall, number: number): void;
  firstAvailable?: string;
}

/** Answers pings with pongs and otherwise does what the behaviour says. */
export async function startRawGeyserServer(behaviour: RawBehaviour): Promise<RawGeyserServer> {
  const server = new Server();
  const calls: RawCall[] = [];
  const requests: SubscribeRequest[] = [];
  let open = 0;
  server.addService(SERVICE, {
    Subscribe: (call: RawCall) => {
      const number = calls.push(call);
      open++;
      call.sendMetadata(new (call.metadata.constructor as new () => typeof call.metadata)());
      call.on('error', () => {});
      call.once('close', () => open--);
      call.on('data', (request: SubscribeRequest) => {
        requests.push(request);
        behaviour.onRequest?.(request, call, number);
        if (request.ping !== undefined) call.write(update({ pong: { id: request.ping.id } }));
      });
      call.on('end', () => call.end());
      behaviour.onCall?.(call, number);
    },
    SubscribeReplayInfo: (_call: unknown, reply: (error: null, value: object) => void) => {
      reply(null, { firstAvailable: behaviour.firstAvailable });
    },
    GetVersion: (_call: unknown, reply: (error: null, value: object) => void) => reply(null, { version: 'raw' }),
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    requests,
    open: () => open,
    close: async () => server.forceShutdown(),
  };
}

const codec = geyser.SubscribeUpdate as MessageCodec<SubscribeUpdate>;

export function update(content: object): Uint8Array {
  return codec.encode(codec.fromPartial(content)).finish();
}

/** status: 0 processed, 1 confirmed, 2 finalized, 3 first shred, 4 completed, 5 bank created, 6 dead. */
export function slotUpdate(slot: number, status = 0): Uint8Array {
  return update({
    filters: ['slots'],
    slot: { slot: String(slot), parent: String(slot - 1), status },
    createdAt: new Date(),
  });
}

export function transactionUpdate(slot: number, number: number, filter: string, payloadBytes = 0): Uint8Array {
  const signature = new Uint8Array(64);
  new DataView(signature.buffer).setUint32(0, number);
  return update({
    filters: [filter],
    transaction: {
      slot: String(slot),
      transaction: {
        signature,
        isVote: false,
        index: String(number),
        ...(payloadBytes > 0 ? { meta: { logMessages: ['x'.repeat(payloadBytes)] } } : {}),
      },
    },
    createdAt: new Date(),
  });
}

const identity = (bytes: Uint8Array): Uint8Array => bytes;

function method(name: string, request: string, response: string | null, streams: boolean) {
  const requestCodec = geyser[request] as MessageCodec<object>;
  const responseCodec = response === null ? null : (geyser[response] as MessageCodec<object>);
  return {
    path: `/geyser.Geyser/${name}`,
    requestStream: streams,
    responseStream: streams,
    requestSerialize: (message: object) => Buffer.from(requestCodec.encode(message).finish()),
    requestDeserialize: (bytes: Buffer) => requestCodec.decode(bytes),
    responseSerialize: (message: object) =>
      Buffer.from(
        responseCodec === null
          ? identity(message as Uint8Array)
          : responseCodec.encode(responseCodec.fromPartial(message)).finish(),
      ),
    responseDeserialize: identity,
  };
}

const SERVICE = {
  Subscribe: method('Subscribe', 'SubscribeRequest', null, true),
  SubscribeReplayInfo: method(
    'SubscribeReplayInfo',
    'SubscribeReplayInfoRequest',
    'SubscribeReplayInfoResponse',
    false,
  ),
  GetVersion: method('GetVersion', 'GetVersionRequest', 'GetVersionResponse', false),
} as unknown as ServiceDefinition;
