import { encodeBase58 } from '../../lib/base58.ts';
import type { TruthEvent } from '../truth-source.ts';
import { Account } from './account.ts';
import type { EventValue, EventValues } from './event-layouts.ts';
import type { RecordedEvent } from './execution-records.ts';

/** Something traders did together, for whoever looks for it: the transactions that belong to it, in order. */
export interface MarketPattern {
  readonly kind: 'sniper' | 'sandwich' | 'wash' | 'bundle' | 'dump' | 'whale';
  readonly slot: number;
  readonly mint: string;
  /** Wallets that acted it out (base58). */
  readonly actors: readonly string[];
  /** Base58. */
  readonly signatures: readonly string[];
}

export interface LedgerCounts {
  readonly transactions: number;
  readonly failed: number;
  /** Successful events by kind. */
  readonly events: Readonly<Record<string, number>>;
}

interface Entry {
  readonly slot: number;
  readonly transactionIndex: number;
  readonly signature: Uint8Array;
  readonly event: RecordedEvent;
  truth: TruthEvent | null;
}

/** What the market really did. Counts are kept for ever, events and patterns up to a limit, the newest. */
export class MarketLedger {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();
  #entries: Entry[] = [];
  #patterns: MarketPattern[] = [];
  #transactions = 0;
  #failed = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  transaction(failed: boolean): void {
    this.#transactions++;
    if (failed) this.#failed++;
  }

  event(slot: number, transactionIndex: number, signature: Uint8Array, event: RecordedEvent): void {
    this.#counts.set(event.kind, (this.#counts.get(event.kind) ?? 0) + 1);
    this.#entries.push({ slot, transactionIndex, signature, event, truth: null });
    if (this.#entries.length > this.#limit * 2) this.#entries = this.#entries.slice(-this.#limit);
  }

  pattern(pattern: MarketPattern): void {
    this.#patterns.push(pattern);
    if (this.#patterns.length > this.#limit * 2) this.#patterns = this.#patterns.slice(-this.#limit);
  }

  truth(): readonly TruthEvent[] {
    return this.#entries.slice(-this.#limit).map((entry) => {
      entry.truth ??= truthOf(entry);
      return entry.truth;
    });
  }

  patterns(): readonly MarketPattern[] {
    return this.#patterns.slice(-this.#limit);
  }

  counts(): LedgerCounts {
    return { transactions: this.#transactions, failed: this.#failed, events: Object.fromEntries(this.#counts) };
  }
}

function truthOf(entry: Entry): TruthEvent {
  const { event } = entry;
  return {
    kind: event.kind,
    slot: entry.slot,
    transactionIndex: entry.transactionIndex,
    signature: encodeBase58(entry.signature),
    path: { outer: event.outer, inner: event.inner },
    fields: fieldsOf(event.values),
  };
}

function fieldsOf(values: EventValues): TruthEvent['fields'] {
  const fields: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(values)) fields[name] = fieldOf(value);
  return fields;
}

function fieldOf(value: EventValue): string | number | boolean {
  if (typeof value === 'bigint') return String(value);
  return value instanceof Account ? value.text : value;
}
