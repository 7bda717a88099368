import type { Emit } from '../telemetry/event.ts';

interface Count {
  transactions: number;
  duplicates: number;
  told: number;
}

/** Names of connections are few but new ones come with every reconnect: past this the oldest is forgotten. */
const CONNECTIONS_MAX = 256;

/** How many transactions each connection brought, and how many of them were no news. */
export class ConnectionCounts {
  readonly #counts = new Map<string, Count>();
  #lastName = '';
  #last: Count | null = null;

  transaction(connection: string, duplicate: boolean): void {
    const count = this.#last !== null && connection === this.#lastName ? this.#last : this.#of(connection);
    count.transactions++;
    if (duplicate) count.duplicates++;
  }

  stats(): Readonly<Record<string, { readonly transactions: number; readonly duplicates: number }>> {
    return Object.fromEntries(
      [...this.#counts].map(([name, { transactions, duplicates }]) => [name, { transactions, duplicates }]),
    );
  }

  /** Tells the duplicates since the last call. */
  tell(emit: Emit): void {
    for (const [connection, count] of this.#counts) {
      if (count.duplicates === count.told) continue;
      emit({ type: 'pipeline.duplicates.seen', connection, count: count.duplicates - count.told });
      count.told = count.duplicates;
    }
  }

  #of(connection: string): Count {
    let count = this.#counts.get(connection);
    if (count === undefined) {
      count = { transactions: 0, duplicates: 0, told: 0 };
      this.#counts.set(connection, count);
      if (this.#counts.size > CONNECTIONS_MAX) this.#counts.delete(this.#counts.keys().next().value as string);
    }
    this.#lastName = connection;
    this.#last = count;
    return count;
  }
}
