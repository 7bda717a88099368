import { geyser, type MessageCodec } from '../domain/geyser-messages.ts';
import { COMMITMENTS, type Commitment } from '../domain/slot.ts';
import { messageOf } from '../lib/errors.ts';
import type { BlockHistory } from './block-history.ts';
import { CODE, type GrpcStatus, status } from './grpc-framing.ts';
import type { BlockMeta } from './simulated-update.ts';

/** What the unary methods know of the server. */
export interface UnaryFacts {
  readonly history: BlockHistory;
  readonly version: string;
  firstAvailable(): number | null;
}

/** A serialized response, or why there is none. */
export type UnaryAnswer = Uint8Array | GrpcStatus;
export type UnaryMethod = (request: Uint8Array, facts: UnaryFacts) => UnaryAnswer;

interface WithCommitment {
  readonly commitment?: number | undefined;
}

function codec<T>(name: string): MessageCodec<T> {
  return geyser[name] as MessageCodec<T>;
}

function answer(name: string, fields: object): Uint8Array {
  const response = codec<unknown>(name);
  return response.encode(response.fromPartial(fields)).finish();
}

function atBlock(facts: UnaryFacts, request: WithCommitment, build: (block: BlockMeta) => Uint8Array): UnaryAnswer {
  const block = facts.history.newest(commitmentOf(request));
  return block === null ? status(CODE.INTERNAL, 'block is not available yet') : build(block);
}

function commitmentOf(request: WithCommitment): Commitment {
  return COMMITMENTS[request.commitment ?? 0] ?? 'processed';
}

function decode<T>(name: string, bytes: Uint8Array): T {
  return codec<T>(name).decode(bytes);
}

/** The unary methods of `geyser.Geyser`, by path. */
export const UNARY_METHODS: Readonly<Record<string, UnaryMethod>> = {
  '/geyser.Geyser/Ping': (bytes) => {
    const { count } = decode<{ count: number }>('PingRequest', bytes);
    return answer('PongResponse', { count });
  },
  '/geyser.Geyser/GetVersion': (_bytes, facts) => answer('GetVersionResponse', { version: versionText(facts.version) }),
  '/geyser.Geyser/GetSlot': (bytes, facts) =>
    atBlock(facts, decode('GetSlotRequest', bytes), (block) => answer('GetSlotResponse', { slot: String(block.slot) })),
  '/geyser.Geyser/GetBlockHeight': (bytes, facts) =>
    atBlock(facts, decode('GetBlockHeightRequest', bytes), (block) =>
      answer('GetBlockHeightResponse', { blockHeight: String(block.height) }),
    ),
  '/geyser.Geyser/GetLatestBlockhash': (bytes, facts) =>
    atBlock(facts, decode('GetLatestBlockhashRequest', bytes), (block) =>
      answer('GetLatestBlockhashResponse', {
        slot: String(block.slot),
        blockhash: block.blockhash,
        lastValidBlockHeight: String(facts.history.lastValidHeight(block)),
      }),
    ),
  '/geyser.Geyser/IsBlockhashValid': (bytes, facts) => {
    const request = decode<WithCommitment & { blockhash: string }>('IsBlockhashValidRequest', bytes);
    return atBlock(facts, request, (block) =>
      answer('IsBlockhashValidResponse', {
        slot: String(block.slot),
        valid: facts.history.isValid(request.blockhash, commitmentOf(request)),
      }),
    );
  },
  '/geyser.Geyser/SubscribeReplayInfo': (_bytes, facts) => {
    const first = facts.firstAvailable();
    return answer('SubscribeReplayInfoResponse', first === null ? {} : { firstAvailable: String(first) });
  },
};

/** Answers a request whatever its bytes are. */
export function answerUnary(method: UnaryMethod, request: Uint8Array, facts: UnaryFacts): UnaryAnswer {
  try {
    return method(request, facts);
  } catch (error) {
    return status(CODE.INVALID_ARGUMENT, `the request cannot be read: ${messageOf(error)}`);
  }
}

/** What any other method gets. */
export const UNIMPLEMENTED: UnaryMethod = () => status(CODE.UNIMPLEMENTED, 'this method is not served');

function versionText(version: string): string {
  const extra = { hostname: 'simulator' };
  return JSON.stringify({ extra, version: { package: 'sluice-simulator', version, proto: 'geyser' } });
}
