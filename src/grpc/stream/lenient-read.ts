import { geyser } from '../../domain/geyser-messages.ts';
import type { SlotNotice } from '../../domain/slot.ts';
import type { RawKind } from '../../domain/update.ts';
import { readSlotNotice, updateKind } from '../../domain/update-reader.ts';

export function kindOf(bytes: Uint8Array): RawKind {
  try {
    return updateKind(bytes) ?? 'unknown';
  } catch {
    return 'unreadable';
  }
}

export function noticeOf(bytes: Uint8Array): SlotNotice | 'unknown' | 'unreadable' {
  try {
    return readSlotNotice(bytes) ?? 'unknown';
  } catch {
    return 'unreadable';
  }
}

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
