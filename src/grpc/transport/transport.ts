import type { SubscribeRequest } from '../../domain/geyser-messages.ts';

/**
 * The port behind which a wire library hides. It hands over raw bytes and says exactly once how a call ended; it never decodes an
 * update, never reconnects and never retries: those decisions are taken where the reason is understood.
 */
export interface GeyserTransport {
  /** Opens the bidirectional call and writes the first request. Handlers are never called after `cancel`. */
  subscribe(request: SubscribeRequest, handlers: CallHandlers): SubscribeCall;
  unary<Name extends UnaryName>(
    name: Name,
    request: UnaryRequest<Name>,
    signal: AbortSignal,
  ): Promise<UnaryReply<Name>>;
  /** Cancels what is open and releases sockets, timers and listeners. */
  close(): void;
}

export interface CallHandlers {
  /** The server accepted the call (initial metadata arrived). Some servers say so only with the first message. */
  onOpen(): void;
  onMessage(bytes: Uint8Array): void;
  /** Called once, after the last message. */
  onEnd(outcome: CallOutcome): void;
}

export interface SubscribeCall {
  /** Replaces the filters of the open call, or answers a ping. */
  write(request: SubscribeRequest): void;
  /** Stops reading: the HTTP/2 window closes and the server's writes block. */
  pause(): void;
  resume(): void;
  cancel(): void;
}

/** How a call ended, in gRPC's own words. Code 0 is a clean end. */
export interface CallOutcome {
  readonly code: number;
  readonly message: string;
}

export interface TransportOptions {
  readonly maxReceiveBytes: number;
  readonly keepaliveMs: number;
  readonly keepaliveTimeoutMs: number;
  readonly flowWindowBytes: number;
  readonly unaryTimeoutMs: number;
  /** What the server may compress with, where the transport leaves a choice. */
  readonly compression: 'none' | 'gzip' | 'zstd';
}

export interface EndpointAddress {
  /** host:port, safe to show: paths and tokens are not part of it. */
  readonly name: string;
  readonly target: string;
  readonly secure: boolean;
  readonly token: string;
}

/** The unary methods with the shapes the engine uses; u64 values are decimal strings, as in the generated codecs. */
export interface UnaryMethods {
  Ping: { request: { count: number }; reply: { count: number } };
  GetVersion: { request: object; reply: { version: string } };
  GetSlot: { request: { commitment?: number }; reply: { slot: string } };
  GetBlockHeight: { request: { commitment?: number }; reply: { blockHeight: string } };
  GetLatestBlockhash: {
    request: { commitment?: number };
    reply: { slot: string; blockhash: string; lastValidBlockHeight: string };
  };
  IsBlockhashValid: { request: { blockhash: string; commitment?: number }; reply: { slot: string; valid: boolean } };
  SubscribeReplayInfo: { request: object; reply: { firstAvailable?: string | undefined } };
}

export type UnaryName = keyof UnaryMethods;
export type UnaryRequest<Name extends UnaryName> = UnaryMethods[Name]['request'];
export type UnaryReply<Name extends UnaryName> = UnaryMethods[Name]['reply'];
