import {
  type Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  makeClientConstructor,
  type ServiceError,
} from '@grpc/grpc-js';
import { geyser, type SubscribeRequest, type SubscribeUpdate } from '../../src/domain/geyser-messages.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { MAINNET, openSimulator, type Simulator, type SimulatorOptions } from '../../src/simulator/simulator.ts';
import type {
  SimulatedAccountWrite,
  SimulatedTransaction,
  SlotContent,
  TruthSource,
} from '../../src/simulator/truth-source.ts';

/**
 * The simulator for tests: a real gRPC server on a free port of this process.
 *
 *   const simulator = await startSimulator({ source: null, options: {} });
 *   const reader = subscribe(simulator.url, { transactions: { all: {} }, slots: { slots: {} } });
 *   await reader.opened;                                  // the server has the subscription
 *   simulator.publishSlot({ transactions: [aTransaction({ keys: [program] })] });
 *   await reader.until((updates) => updates.some((update) => update.transaction !== undefined));
 *   reader.cancel();
 *   await simulator.close();
 *
 * - `source: null`: nothing happens until `publishSlot` is called; it publishes one whole slot, synchronously: first shred, bank,
 *   data, completed, block meta, processed, and the confirmed and finalized statuses that this slot brings for its ancestors.
 *   Slots count up from 1000 (`options.firstSlot`).
 * - any other source (`RecordedSource`, the market model): `simulator.producer.run(signal)` plays it at `options.slotMs`
 *   (default here 0: as fast as the readers take it), `runUntilDrained(signal)` ends after the last of it is confirmed.
 * - `options` are the SimulatorOptions that shall differ from the defaults: token, replaySlots, limits, script, clock, …
 * - `simulator.faults.inject(kind, parameters)` starts a fault now and returns the function that ends it; `script` plays a whole
 *   script by slots (src/simulator/faults/catalog.ts has the kinds, `parseFaultScript` reads their JSON).
 * - `simulator.server` is the GeyserServer itself: `publish(update)`, `subscribers`, `setPolicy`, `disconnectAll()`.
 * - `aTransaction` and `anAccountWrite` make minimal valid ones.
 */
export interface TestSimulator extends Simulator {
  /** Publishes the next slot with this content and returns its number. */
  publishSlot(content?: Partial<Omit<SlotContent, 'slot' | 'blockTime'>>): number;
}

export async function startSimulator(setup: {
  readonly source: TruthSource | null;
  readonly options: Partial<Omit<SimulatorOptions, 'source'>>;
}): Promise<TestSimulator> {
  let content: SlotContent = EMPTY;
  const byHand: TruthSource = {
    name: 'by hand',
    nextSlot: () => content,
    truth: () => [],
  };
  const simulator = await openSimulator({
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    token: null,
    firstSlot: 1000,
    ...MAINNET,
    slotMs: 0,
    ...setup.options,
    source: setup.source ?? byHand,
  });
  const publishSlot: TestSimulator['publishSlot'] = (given = {}) => {
    content = { ...EMPTY, ...given };
    simulator.producer.step();
    return simulator.chain.tip;
  };
  return { ...simulator, publishSlot };
}

const EMPTY: SlotContent = { transactions: [], accounts: [], slot: null, blockTime: null };

let made = 0;

/** 32 or 64 bytes that no other call returns. */
export function uniqueBytes(length: number): Uint8Array {
  const bytes = Buffer.alloc(length, 7);
  bytes.writeUInt32BE(++made, length - 4);
  return bytes;
}

/** A minimal transaction that mentions `keys`. */
export function aTransaction(given: {
  readonly keys?: readonly Uint8Array[];
  readonly failed?: boolean;
  readonly vote?: boolean;
  readonly signature?: Uint8Array;
}): SimulatedTransaction {
  const signature = given.signature ?? uniqueBytes(64);
  const keys = given.keys ?? [uniqueBytes(32)];
  const failed = given.failed ?? false;
  const vote = given.vote ?? false;
  const update = geyser.SubscribeUpdate.encode(
    geyser.SubscribeUpdate.fromPartial({
      transaction: {
        transaction: {
          signature,
          isVote: vote,
          transaction: {
            signatures: [signature],
            message: {
              header: { numRequiredSignatures: 1, numReadonlySignedAccounts: 0, numReadonlyUnsignedAccounts: 0 },
              accountKeys: [...keys],
              recentBlockhash: uniqueBytes(32),
              instructions: [{ programIdIndex: 0, accounts: new Uint8Array(0), data: Uint8Array.of(1, 2, 3) }],
            },
          },
          meta: { fee: '5000', ...(failed ? { err: { err: Uint8Array.of(8, 0, 0, 0, 0, 25, 0, 0, 0) } } : {}) },
        },
      },
    }),
  ).finish();
  return { bytes: infoOf(update), signature, failed, vote, keys };
}

/** A minimal account write. */
export function anAccountWrite(
  given: Partial<SimulatedAccountWrite> & { readonly writeVersion?: bigint },
): SimulatedAccountWrite {
  const write = {
    transactionIndex: -1,
    address: uniqueBytes(32),
    owner: uniqueBytes(32),
    lamports: 1_000_000n,
    data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    signature: null,
    ...given,
  };
  const update = geyser.SubscribeUpdate.encode(
    geyser.SubscribeUpdate.fromPartial({
      account: {
        account: {
          pubkey: write.address,
          lamports: String(write.lamports),
          owner: write.owner,
          data: write.data,
          writeVersion: String(given.writeVersion ?? 1n),
          ...(write.signature === null ? {} : { txnSignature: write.signature }),
        },
      },
    }),
  ).finish();
  return { ...write, bytes: infoOf(update) };
}

/** The info message inside `update.<oneof>.<info>`: skips two tags with their lengths. */
function infoOf(update: Uint8Array): Uint8Array {
  return inner(inner(update));
}

function inner(message: Uint8Array): Uint8Array {
  let at = 1;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = message[at++] as number;
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return message.subarray(at, at + length);
}

export interface Reader {
  /** Everything received so far, pings included, in order. */
  readonly updates: readonly SubscribeUpdate[];
  /** Resolves when the server has answered the first request (the subscription counts from here). */
  readonly opened: Promise<void>;
  /** Resolves with the error the stream ended with; null when it ended cleanly. */
  readonly ended: Promise<ServiceError | null>;
  /** Resolves when the predicate holds for what was received; rejects when the stream ends before. */
  until(predicate: (updates: readonly SubscribeUpdate[]) => boolean): Promise<void>;
  /** Writes another request. */
  write(request: object): void;
  pause(): void;
  resume(): void;
  cancel(): void;
}

const GeyserClient = makeClientConstructor(
  {
    Subscribe: {
      path: '/geyser.Geyser/Subscribe',
      requestStream: true,
      responseStream: true,
      requestSerialize: (request: SubscribeRequest) => Buffer.from(geyser.SubscribeRequest.encode(request).finish()),
      requestDeserialize: (bytes: Buffer) => geyser.SubscribeRequest.decode(bytes),
      responseSerialize: (update: SubscribeUpdate) => Buffer.from(geyser.SubscribeUpdate.encode(update).finish()),
      responseDeserialize: (bytes: Buffer) => geyser.SubscribeUpdate.decode(bytes),
    },
  },
  'geyser.Geyser',
);

type SubscribeClient = Client & {
  Subscribe(metadata: Metadata): ClientDuplexStream<SubscribeRequest, SubscribeUpdate>;
};

/**
 * A plain reader on @grpc/grpc-js with generated messages, nothing of the product in between. The request may be partial. It also
 * asks for a pong (id 424242), by which `opened` knows that the server has read the request.
 */
export function subscribe(url: string, request: object, token = ''): Reader {
  const client = new GeyserClient(url.replace(/^http:\/\//, ''), credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
  }) as unknown as SubscribeClient;
  const metadata = new Metadata();
  if (token !== '') metadata.set('x-token', token);
  const stream = client.Subscribe(metadata);
  const updates: SubscribeUpdate[] = [];
  const watchers = new Set<() => void>();
  const settle = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  let over: { readonly error: ServiceError | null } | null = null;
  const ended = new Promise<ServiceError | null>((resolve) => {
    const finish = (error: ServiceError | null): void => {
      over ??= { error };
      client.close();
      resolve(over.error);
      settle();
    };
    stream.on('error', (error: ServiceError) => finish(error));
    stream.on('end', () => setImmediate(() => finish(null)));
  });
  stream.on('data', (update: SubscribeUpdate) => {
    updates.push(update);
    settle();
  });
  const until: Reader['until'] = (predicate) =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (predicate(updates)) resolve();
        else if (over !== null) reject(over.error ?? new Error('the stream ended'));
        else return;
        watchers.delete(check);
      };
      watchers.add(check);
      check();
    });
  const write = (next: object): void => {
    stream.write(geyser.SubscribeRequest.fromPartial(next));
  };
  write(request);
  write({ ping: { id: OPENED } });
  const opened = until((received) => received.some((update) => update.pong?.id === OPENED));
  opened.catch(() => undefined);
  return {
    updates,
    opened,
    ended,
    until,
    write,
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    cancel: () => stream.cancel(),
  };
}

const OPENED = 424_242;

/** What was received without pings and pongs. */
export function dataOf(updates: readonly SubscribeUpdate[]): readonly SubscribeUpdate[] {
  return updates.filter((update) => update.ping === undefined && update.pong === undefined);
}
