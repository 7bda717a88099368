import { audited } from '../../src/decode/audit/audit.ts';
import { PROGRAMS } from '../../src/decode/programs.ts';
import { createDecoder } from '../../src/decode/registry.ts';
import { pathText } from '../../src/domain/domain-event.ts';
import { EVENT_TYPE_BY_KIND } from '../../src/domain/event-mapping.ts';
import type { ProgramGroup } from '../../src/domain/interest.ts';
import { readTransaction } from '../../src/domain/wire-transaction.ts';
import { encodeBase58 } from '../../src/lib/base58.ts';
import { transactionUpdate } from '../../src/simulator/simulated-update.ts';
import type {
  SimulatedTransaction,
  SlotContent,
  SlotContext,
  TruthEvent,
  TruthSource,
} from '../../src/simulator/truth-source.ts';

export interface ExpectedEvent {
  readonly type: string;
  readonly signature: string;
  readonly slot: number;
}

/**
 * A truth source that is listened to: it stays silent until `open`, ends after `count` transactions, and works out, apart from the engine,
 * which events every transaction it let pass must become.
 */
export class TappedSource implements TruthSource {
  readonly name: string;
  readonly #inner: TruthSource;
  readonly #count: number;
  readonly #followed: ReadonlySet<string>;
  readonly #decode = audited(createDecoder(PROGRAMS, null).decode);
  readonly #expected = new Map<string, ExpectedEvent>();
  #isOpen = false;
  #sent = 0;
  #matched = 0;
  #ended = false;

  constructor(inner: TruthSource, count: number, groups: readonly ProgramGroup[]) {
    this.name = inner.name;
    this.#inner = inner;
    this.#count = count;
    this.#followed = new Set(groups.flatMap(({ programs }) => programs.map(({ program }) => program)));
  }

  get expected(): ReadonlyMap<string, ExpectedEvent> {
    return this.#expected;
  }

  get sent(): number {
    return this.#sent;
  }

  /** Transactions the engine's subscription asks for: successful, and touching a followed program. */
  get matched(): number {
    return this.#matched;
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  open(): void {
    this.#isOpen = true;
  }

  /** Lets nothing more pass, however little of the count was used. */
  finish(): void {
    this.#ended = true;
  }

  nextSlot(context: SlotContext): SlotContent | null {
    const nothing: SlotContent = { transactions: [], accounts: [], slot: null, blockTime: null };
    if (!this.#isOpen || this.#ended) return nothing;
    const content = this.#inner.nextSlot(context);
    if (content === null) {
      this.#ended = true;
      return nothing;
    }
    const transactions = content.transactions.slice(0, this.#count - this.#sent);
    for (const [index, transaction] of transactions.entries())
      this.#expect(content.slot ?? context.slot, index, transaction);
    this.#sent += transactions.length;
    this.#ended = this.#sent >= this.#count;
    return {
      ...content,
      transactions,
      accounts: content.accounts.filter(({ transactionIndex }) => transactionIndex < transactions.length),
    };
  }

  forkSlot(context: SlotContext, winner: SlotContent): SlotContent {
    // After the end nothing may come that would still have to be taken back.
    if (!this.#isOpen || this.#ended) return winner;
    return this.#inner.forkSlot?.(context, winner) ?? winner;
  }

  truth(): readonly TruthEvent[] {
    return this.#inner.truth();
  }

  #expect(slot: number, index: number, transaction: SimulatedTransaction): void {
    if (transaction.failed || transaction.vote) return;
    if (!transaction.keys.some((key) => this.#followed.has(encodeBase58(key)))) return;
    this.#matched++;
    const { events } = this.#decode(readTransaction(transactionUpdate(slot, index, transaction).body));
    const signature = encodeBase58(transaction.signature);
    for (const event of events) {
      const type = EVENT_TYPE_BY_KIND[event.kind];
      if (type === null) continue;
      this.#expected.set(`${signature}:${pathText(event.path)}:${type}:${event.ordinal}`, { type, signature, slot });
    }
  }
}
