import type { RawUpdate } from '../domain/update.ts';

/** Where something that compares streams looks on: it sees what arrives before it is queued, and changes nothing. */
export interface TapPoint {
  update(update: RawUpdate): void;
  /** A connection began to deliver. */
  opened(connection: string): void;
  ended(connection: string): void;
}
