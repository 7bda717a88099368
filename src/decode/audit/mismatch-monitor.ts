import type { EnrichedTransaction, Monitor } from '../../domain/contracts.ts';
import { type DomainEvent, type EventType, pathText } from '../../domain/domain-event.ts';
import { EVENT_TYPE_BY_KIND } from '../../domain/event-mapping.ts';
import { transactionEvent } from '../../domain/events/build.ts';
import type { Interest } from '../../domain/interest.ts';
import type { FeesCollected, ProtocolEvent } from '../../domain/protocol-event.ts';
import type { Transaction } from '../../domain/transaction.ts';
import { type Audited, isAudited } from './claim.ts';

export interface MismatchLimits {
  /** Letters about one program within `windowMs` of block time: a program that changed makes one per trade, all alike. */
  readonly lettersMax: number;
  readonly windowMs: number;
}

export const MISMATCH_LIMITS: MismatchLimits = { lettersMax: 200, windowMs: 60_000 };

type LetterType = Extract<EventType, 'audit.trade.mismatched' | 'audit.liquidity.mismatched'>;

/**
 * Writes a dead letter for every event that its own transaction does not bear out, with the raw transaction. The event itself goes its way
 * with its verdict on it. Past the limit letters are counted, not written: the quarantine has the raw bytes, and the drift sentinel the alarm.
 */
export class MismatchMonitor implements Monitor {
  readonly name = 'AuditMismatch';
  readonly interest: Interest;
  readonly #limits: MismatchLimits;
  readonly #windows = new Map<string, { startMs: number; letters: number }>();
  #written = 0;
  #withheld = 0;

  constructor(groups: readonly string[], limits: MismatchLimits) {
    this.interest = { groups };
    this.#limits = limits;
  }

  observe({ events, transaction, timeMs }: EnrichedTransaction): readonly DomainEvent[] {
    let letters: DomainEvent[] | null = null;
    for (const event of events) {
      if (event.audit?.verdict !== 'mismatched' || !isLetter(event)) continue;
      if (!this.#mayWrite(event.program, timeMs)) continue;
      letters ??= [];
      letters.push(letterOf(event, transaction, timeMs));
    }
    return letters ?? NONE;
  }

  stats(): { readonly written: number; readonly withheld: number } {
    return { written: this.#written, withheld: this.#withheld };
  }

  /** One window per followed program: there are no more of them than programs. */
  #mayWrite(program: string, timeMs: number): boolean {
    let window = this.#windows.get(program);
    if (window === undefined || timeMs >= window.startMs + this.#limits.windowMs) {
      window = { startMs: timeMs, letters: 0 };
      this.#windows.set(program, window);
    }
    if (window.letters >= this.#limits.lettersMax) {
      this.#withheld++;
      return false;
    }
    window.letters++;
    this.#written++;
    return true;
  }
}

const NONE: readonly DomainEvent[] = [];

type Letter = Audited | FeesCollected;

function isLetter(event: ProtocolEvent): event is Letter {
  return event.kind === 'fees-collected' || isAudited(event);
}

/** Kinds that share a letter's type: an instruction may write each, and an id is a function of the event alone. */
const KINDS: readonly Letter['kind'][] = ['pool-created', 'liquidity-added', 'liquidity-removed', 'fees-collected'];

function letterOf(event: Letter, transaction: Transaction, timeMs: number): DomainEvent {
  const type: LetterType = event.kind === 'trade' ? 'audit.trade.mismatched' : 'audit.liquidity.mismatched';
  const ordinal = event.kind === 'trade' ? event.ordinal : event.ordinal * KINDS.length + KINDS.indexOf(event.kind);
  const { path, program, venue, source, strategy, caller } = event;
  const pool = event.pool || null;
  const told = EVENT_TYPE_BY_KIND[event.kind] ?? '';
  return transactionEvent(
    type,
    pool ?? program,
    transaction,
    timeMs,
    { path, ordinal },
    {
      event: {
        id: `${transaction.signatureText}:${pathText(path)}:${told}:${event.ordinal}`,
        type: told,
        program,
        venue,
        source,
        strategy,
        caller,
        pool,
        ...amountsOf(event),
        fields: JSON.stringify(event.fields, spelled),
      },
      note: event.audit?.note ?? '',
      rawTransaction: Buffer.from(transaction.bytes).toString('base64'),
    },
  );
}

/** Collected fees are in one mint more often than not; what came in others is among the fields. */
function amountsOf(event: Letter) {
  if (event.kind !== 'fees-collected') {
    const { baseMint, quoteMint, baseAmount, quoteAmount } = event;
    return { baseMint, quoteMint, baseAmount, quoteAmount };
  }
  const [first, second] = event.amounts;
  return {
    baseMint: first?.mint ?? null,
    quoteMint: second?.mint ?? null,
    baseAmount: first?.amount ?? null,
    quoteAmount: second?.amount ?? null,
  };
}

function spelled(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
