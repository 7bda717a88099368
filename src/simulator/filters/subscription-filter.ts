import type { SubscribeRequest } from '../../domain/geyser-messages.ts';
import { COMMITMENTS, type Commitment, type SlotStatus } from '../../domain/slot.ts';
import { accountBody, filterNamesField, type SimulatedUpdate } from '../simulated-update.ts';
import { AccountFilter } from './account-filter.ts';
import { BlockFilter, type WholeBlock } from './block-filter.ts';
import { DataSlices } from './data-slices.ts';
import { checkCount, checkName, type FilterLimits } from './filter-limits.ts';
import { FilterProblem } from './key-set.ts';
import { TransactionFilter } from './transaction-filter.ts';
import { transactionStatusBody } from './transaction-status.ts';

/** Receives what a subscriber gets for one update: the bytes of field 1 (its filters' names) and the shared oneof field. */
export type Deliver = (names: Uint8Array, body: Uint8Array) => void;

interface SlotFilter {
  readonly name: string;
  readonly byCommitment: boolean;
  readonly interslot: boolean;
}

const MAIN_STATUSES: ReadonlySet<SlotStatus> = new Set(COMMITMENTS);

/** A subscribe request, compiled: decides what of the chain a subscriber sees and under which names. Throws FilterProblem. */
export class SubscriptionFilter {
  readonly commitment: Commitment;
  readonly #transactions: readonly TransactionFilter[];
  readonly #statuses: readonly TransactionFilter[];
  readonly #accounts: readonly AccountFilter[];
  readonly #slots: readonly SlotFilter[];
  readonly #blocks: readonly BlockFilter[];
  readonly #metas: readonly string[];
  readonly #entries: readonly string[];
  readonly #slices: DataSlices;
  readonly #names = new Map<string, Uint8Array>();

  constructor(request: SubscribeRequest, limits: FilterLimits) {
    this.commitment = commitmentOf(request.commitment);
    this.#transactions = named(
      request.transactions,
      limits,
      (name, message) => new TransactionFilter(name, message, limits),
    );
    this.#statuses = named(
      request.transactionsStatus,
      limits,
      (name, message) => new TransactionFilter(name, message, limits),
    );
    this.#accounts = named(request.accounts, limits, (name, message) => new AccountFilter(name, message, limits));
    this.#blocks = named(request.blocks, limits, (name, message) => new BlockFilter(name, message, limits));
    this.#slots = named(request.slots, limits, (name, message) => ({
      name,
      byCommitment: message.filterByCommitment === true,
      interslot: message.interslotUpdates === true,
    }));
    this.#metas = named(request.blocksMeta, limits, (name) => name);
    this.#entries = named(request.entry, limits, (name) => name);
    checkCount(request.accountsDataSlice.length, limits);
    this.#slices = new DataSlices(request.accountsDataSlice);
  }

  update(update: SimulatedUpdate, deliver: Deliver): void {
    switch (update.kind) {
      case 'transaction': {
        const { transaction } = update;
        const wanted = this.#transactions.filter((filter) => filter.matches(transaction)).map(nameOf);
        if (wanted.length > 0) deliver(this.#prefix(wanted), update.body);
        const statuses = this.#statuses.filter((filter) => filter.matches(transaction)).map(nameOf);
        if (statuses.length > 0) deliver(this.#prefix(statuses), transactionStatusBody(update));
        return;
      }
      case 'account': {
        const wanted = this.#accounts.filter((filter) => filter.matches(update.write)).map(nameOf);
        if (wanted.length === 0) return;
        const body = this.#slices.isEmpty
          ? update.body
          : accountBody(update.slot, this.#slices.cutInfo(update.write.bytes));
        deliver(this.#prefix(wanted), body);
        return;
      }
      case 'slot': {
        const wanted = this.#slots.filter((filter) => this.#wantsStatus(filter, update.status)).map(nameOf);
        if (wanted.length > 0) deliver(this.#prefix(wanted), update.body);
        return;
      }
      case 'blockMeta':
        if (this.#metas.length > 0) deliver(this.#prefix(this.#metas), update.body);
        return;
      case 'entry':
        if (this.#entries.length > 0) deliver(this.#prefix(this.#entries), update.body);
    }
  }

  block(block: WholeBlock, deliver: Deliver): void {
    for (const filter of this.#blocks) deliver(this.#prefix([filter.name]), filter.body(block, this.#slices));
  }

  #wantsStatus(filter: SlotFilter, status: SlotStatus): boolean {
    if (filter.byCommitment && status !== this.commitment) return false;
    return filter.interslot || MAIN_STATUSES.has(status);
  }

  #prefix(names: readonly string[]): Uint8Array {
    const key = names.join('\0');
    let field = this.#names.get(key);
    if (field === undefined) {
      field = filterNamesField(names);
      this.#names.set(key, field);
    }
    return field;
  }
}

function nameOf(filter: { readonly name: string }): string {
  return filter.name;
}

function named<M, T>(
  messages: Readonly<Record<string, M>>,
  limits: FilterLimits,
  compile: (name: string, message: M) => T,
): readonly T[] {
  const entries = Object.entries(messages);
  checkCount(entries.length, limits);
  return entries.map(([name, message]) => {
    checkName(name, limits);
    return compile(name, message);
  });
}

function commitmentOf(level: number | undefined): Commitment {
  const commitment = COMMITMENTS[level ?? 0];
  if (commitment === undefined) throw new FilterProblem(`failed to create CommitmentLevel from ${level}`);
  return commitment;
}
