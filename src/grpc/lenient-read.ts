import { geyser } from '../domain/geyser-messages.ts';

/** Id of a pong; 0 when it carries none. */
export function pongId(bytes: Uint8Array): number {
  return geyser.SubscribeUpdate.decode(bytes).pong?.id ?? 0;
}

/** Null for what cannot be read: a broken message is counted, it never ends a stream by itself. */
export function attempt<T>(read: (bytes: Uint8Array) => T, bytes: Uint8Array): T | null {
  try {
    return read(bytes);
  } catch {
    return null;
  }
}
