import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as triton from '@triton-one/yellowstone-grpc';

/**
 * The generated protobuf codecs of `geyser.proto`, from the Triton package. The package's own entry also loads a native
 * module that some platforms lack (linux-arm64, Windows); its codecs are plain JavaScript beside it and are all we need here.
 */
interface GeyserMessages {
  readonly SubscribeRequest: typeof triton.SubscribeRequest;
  readonly SubscribeUpdate: typeof triton.SubscribeUpdate;
  readonly CommitmentLevel: typeof triton.CommitmentLevel;
  readonly SlotStatus: typeof triton.SlotStatus;
  /** Unary messages by name: `PingRequest`, `PongResponse`, `GetVersionRequest`, … */
  readonly [message: string]: unknown;
}

/** One generated codec. */
export interface MessageCodec<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
  fromPartial(partial: object): T;
}

const require = createRequire(import.meta.url);
const packageEntry = require.resolve('@triton-one/yellowstone-grpc');

export const geyser = require(join(dirname(packageEntry), 'grpc', 'geyser.js')) as GeyserMessages;

export type { SubscribeRequest, SubscribeUpdate } from '@triton-one/yellowstone-grpc';
