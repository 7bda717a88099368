import type { RawUpdate } from '../../domain/update.ts';

/** Where something that compares streams looks on: it sees what arrives before it is queued, and changes nothing. */
export interface TapPoint {
  update(update: RawUpdate): void;
  /** Groups began to arrive on a connection. */
  opened(connection: string, groups: readonly string[]): void;
  /** They arrive there no longer. Handed over: on another connection they went on meanwhile. */
  closed(connection: string, groups: readonly string[], handedOver: boolean): void;
}
