import type { DecodedTransaction, DecodeTransaction, TimedTransaction } from '../domain/contracts.ts';
import { isKnownVersion, type Transaction } from '../domain/transaction.ts';
import type { AccountWrite, RawUpdate } from '../domain/update.ts';
import { messageOf } from '../lib/errors.ts';
import type { IngestedBatch, ParsedBatch, Quarantine, QuarantineReason } from './batch.ts';
import { FailureCounts } from './failure-counts.ts';
import type { SkipCounts } from './skip-counts.ts';

/** Sees every decoded transaction (audits, drift, quarantine of the undecoded). It must not keep what it sees for long. */
export type DecodedObserver = (decoded: DecodedTransaction) => void;
export type AccountObserver = (writes: readonly AccountWrite[]) => void;

export interface ParsingPlugs {
  readonly readTransaction: (bytes: Uint8Array) => Transaction;
  readonly decode: DecodeTransaction;
  readonly observers: readonly DecodedObserver[];
  readonly accountObservers: readonly AccountObserver[];
  /** Program id (base58) → short name, of the programs that are followed. */
  readonly programs: ReadonlyMap<string, string>;
}

/**
 * The second layer: bytes to typed protocol events. What cannot be read or decoded is handed to quarantine and never hides its
 * neighbours; what failed on chain or holds nothing of interest is counted and goes no further.
 */
export class ParsingLayer {
  readonly failures: FailureCounts;
  readonly #plugs: ParsingPlugs;
  readonly #skips: SkipCounts;
  readonly #quarantine: Quarantine;
  readonly #unreadable: (bytes: Uint8Array, connection: string) => void;
  #errors = 0;
  #events = 0;
  #undecoded = 0;
  #unknownVersions = 0;

  /** `unreadable` hears of every transaction that could not be read, at once. */
  constructor(
    plugs: ParsingPlugs,
    skips: SkipCounts,
    quarantine: Quarantine,
    unreadable: (bytes: Uint8Array, connection: string) => void,
  ) {
    this.#plugs = plugs;
    this.#unreadable = unreadable;
    this.#skips = skips;
    this.#quarantine = quarantine;
    this.failures = new FailureCounts(plugs.programs);
  }

  get errors(): number {
    return this.#errors;
  }

  stats(): object {
    return {
      protocolEvents: this.#events,
      undecoded: this.#undecoded,
      unknownVersions: this.#unknownVersions,
      failed: this.failures.total,
      failedBy: this.failures.stats(),
    };
  }

  parse(batch: IngestedBatch): ParsedBatch {
    const transactions: TimedTransaction[] = [];
    for (let index = 0; index < batch.transactions.length; index++) {
      const parsed = this.#parseOne(batch.transactions[index] as RawUpdate, batch.timesMs[index] as number);
      if (parsed !== null) transactions.push(parsed);
    }
    if (batch.accounts.length > 0) this.#observeAccounts(batch.accounts);
    return { transactions, receivedAtMs: batch.receivedAtMs, progress: batch.progress, updates: batch.updates };
  }

  #parseOne(update: RawUpdate, timeMs: number): TimedTransaction | null {
    let reason: QuarantineReason = 'malformed-transaction';
    try {
      const transaction = this.#plugs.readTransaction(update.bytes);
      if (transaction.isVote) return this.#skip('vote');
      if (transaction.failed) {
        this.failures.add(transaction);
        return this.#skip('failed');
      }
      if (!isKnownVersion(transaction.version)) this.#keepUnknownVersion(update, transaction);
      reason = 'decoder-failed';
      const decoded = this.#plugs.decode(transaction);
      this.#observe(decoded);
      this.#undecoded += decoded.undecoded.length;
      // What was not decoded is of interest too: a drift sentinel is a monitor.
      if (decoded.events.length === 0 && decoded.undecoded.length === 0) return this.#skip('without-events');
      this.#events += decoded.events.length;
      return { transaction, events: decoded.events, undecoded: decoded.undecoded, timeMs };
    } catch (error) {
      this.#errors++;
      this.#skips.add(reason === 'decoder-failed' ? 'decoder-failed' : 'malformed', 1);
      // What a decoder fails of, it fails of again: another copy would not help.
      if (reason === 'malformed-transaction') this.#unreadable(update.bytes, update.connection);
      this.#quarantine({ reason, bytes: update.bytes, connection: update.connection, note: messageOf(error) });
      return null;
    }
  }

  /**
   * A version from the future is kept whole for a build that knows it. What of it can be read is decoded all the same: the audit
   * tells whether it was read rightly, and what is told again later has the same ids.
   */
  #keepUnknownVersion({ bytes, connection }: RawUpdate, { version }: Transaction): void {
    this.#unknownVersions++;
    this.#quarantine({ reason: 'unknown-version', bytes, connection, note: `transaction version ${version}` });
  }

  #skip(reason: 'vote' | 'failed' | 'without-events'): null {
    this.#skips.add(reason, 1);
    return null;
  }

  /** An observer that fails is its own problem: the transaction goes on. */
  #observe(decoded: DecodedTransaction): void {
    for (const observe of this.#plugs.observers) {
      try {
        observe(decoded);
      } catch {
        this.#errors++;
      }
    }
  }

  /** An account nobody can read is told by whoever tried: it costs no transaction. */
  #observeAccounts(writes: readonly AccountWrite[]): void {
    for (const observe of this.#plugs.accountObservers) {
      try {
        observe(writes);
      } catch {
        this.#errors++;
      }
    }
  }
}
