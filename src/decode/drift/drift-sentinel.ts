import type { DecodedTransaction, EnrichedTransaction, Monitor } from '../../domain/contracts.ts';
import type { DomainEvent } from '../../domain/domain-event.ts';
import { engineEvent } from '../../domain/events/build.ts';
import type { Interest } from '../../domain/interest.ts';
import type { ProtocolEvent, Undecoded } from '../../domain/protocol-event.ts';
import type { Transaction } from '../../domain/transaction.ts';
import type { DriftLimits } from './drift-rules.ts';
import { LengthHistogram } from './length-histogram.ts';
import { type Suspicion, Suspicions } from './suspicions.ts';

const SWEEP_MS = 10_000;

/**
 * Notices that a program changed: a discriminator nobody knows, a body longer than its layout, instructions that stopped yielding events,
 * audits that stopped matching. It raises once with an example and clears when nothing new showed for a while. Time is block time,
 * so a replay raises the same alarms at the same slots. While nothing is wrong it keeps next to nothing.
 */
export class DriftSentinel implements Monitor {
  readonly name = 'DecoderDrift';
  readonly interest: Interest;
  readonly #limits: DriftLimits;
  readonly #venues: ReadonlyMap<string, string>;
  readonly #suspicions: Suspicions;
  readonly #lengths = new LengthHistogram();
  #sweptAtMs = 0;

  /** `venues`: program id → short name. */
  constructor(groups: readonly string[], venues: ReadonlyMap<string, string>, limits: DriftLimits) {
    this.interest = { groups };
    this.#venues = venues;
    this.#limits = limits;
    this.#suspicions = new Suspicions(limits);
  }

  observe(decoded: EnrichedTransaction): readonly DomainEvent[] {
    if (decoded.transaction.failed) return NOTHING;
    const look = new Look(decoded);
    for (const event of decoded.events) this.#observeEvent(event, look);
    for (const undecoded of decoded.undecoded) this.#observeUndecoded(undecoded, look);
    this.#sweep(look);
    return look.found;
  }

  /** What is wrong now, how much is watched, and the histogram of body lengths, for the API. */
  stats(): {
    readonly raised: readonly object[];
    readonly watched: number;
    readonly bodyLengths: Readonly<Record<string, Readonly<Record<number, number>>>>;
  } {
    const raised = [...this.#suspicions.all()]
      .filter(({ raisedAt }) => raisedAt !== null)
      .map(({ program, discriminator, kind, count, raisedAt }) => {
        return { program, venue: this.#venueOf(program), discriminator, kind, count, sinceSlot: raisedAt };
      });
    return { raised, watched: this.#suspicions.size, bodyLengths: this.#lengths.toObject() };
  }

  #observeEvent(event: ProtocolEvent, look: Look): void {
    const { program, source, bodyLength, unknownTail, audit } = event;
    if (bodyLength !== undefined) this.#lengths.count(event.venue, source, bodyLength);
    if (unknownTail !== undefined && unknownTail.length > 0) {
      const note = `${unknownTail.length} bytes past the longest known ${source}`;
      this.#bad(this.#suspicions.open('longer-body', program, source, false), look, note);
    }
    // A good case counts where there was a bad one before: only then is there a share to know.
    for (const doubted of this.#suspicions.of('no-event-share', program)) {
      if (isOf(look.transaction, event, doubted.discriminator)) doubted.share?.add(look.timeMs, false);
    }
    if (audit === undefined || audit.verdict === 'unauditable') return;
    if (audit.verdict === 'mismatched') {
      const doubted = this.#suspicions.open('audit-mismatch-share', program, source, true);
      this.#badShare(doubted, look, this.#limits.mismatchShareMax, audit.note ?? '');
    } else this.#suspicions.find('audit-mismatch-share', program, source)?.share?.add(look.timeMs, false);
  }

  #observeUndecoded({ program, discriminator, reason, note }: Undecoded, look: Look): void {
    switch (reason) {
      case 'unknown-event':
      case 'unknown-instruction':
        this.#bad(
          this.#suspicions.open('unknown-discriminator', program, discriminator, false),
          look,
          reason.replace('-', ' '),
        );
        return;
      case 'no-event':
      case 'malformed':
        this.#badShare(
          // A malformed event bears the event's discriminator: its good cases are those of the whole program.
          this.#suspicions.open('no-event-share', program, reason === 'no-event' ? discriminator : '', true),
          look,
          this.#limits.noEventShareMax,
          note ?? reason,
        );
        return;
      case 'log-truncated':
        // The node cut the log off: it says nothing of the program.
        return;
    }
  }

  #badShare(doubted: Suspicion, look: Look, shareMax: number, example: string): void {
    const { share } = doubted;
    if (share === null) return;
    share.add(look.timeMs, true);
    if (share.cases < this.#limits.casesMin || share.bad / share.cases <= shareMax) {
      // A few bad cases are remembered, but do not keep an alarm open.
      if (doubted.raisedAt === null) doubted.lastBadMs = look.timeMs;
      return;
    }
    this.#bad(doubted, look, `${share.bad} of the latest ${share.cases}: ${example}`);
  }

  #bad(doubted: Suspicion, look: Look, note: string): void {
    doubted.count++;
    doubted.lastBadMs = look.timeMs;
    if (doubted.raisedAt !== null) return;
    doubted.raisedAt = look.transaction.slot;
    look.found.push(this.#event(doubted, look, note, false));
  }

  /** Clears and forgets what has been quiet, at most every ten seconds of block time. */
  #sweep(look: Look): void {
    const { timeMs } = look;
    if (timeMs < this.#sweptAtMs + SWEEP_MS) return;
    this.#sweptAtMs = timeMs;
    for (const doubted of [...this.#suspicions.all()]) {
      if (timeMs - doubted.lastBadMs < this.#limits.quietMs) continue;
      if (doubted.raisedAt !== null) {
        const note = `nothing new for ${this.#limits.quietMs / 1000} s, ${doubted.count} cases in all`;
        look.found.push(this.#event(doubted, look, note, true));
      }
      this.#suspicions.forget(doubted);
    }
  }

  #event({ program, discriminator, kind }: Suspicion, look: Look, note: string, cleared: boolean): DomainEvent {
    const venue = this.#venueOf(program);
    const subject = [venue, kind, discriminator, cleared ? 'cleared' : ''].filter((part) => part !== '').join('/');
    const { transaction, timeMs } = look;
    return engineEvent('stream.decoder.drifted', subject, transaction.slot, timeMs, {
      program,
      venue,
      discriminator,
      kind,
      note,
      exampleSignature: cleared ? null : transaction.signatureText,
      cleared,
    });
  }

  #venueOf(program: string): string {
    return this.#venues.get(program) ?? program;
  }
}

const NOTHING: readonly DomainEvent[] = [];

/** One transaction as the sentinel looks at it, and what it found there. */
class Look {
  readonly transaction: Transaction;
  readonly timeMs: number;
  readonly found: DomainEvent[] = [];

  constructor({ transaction, timeMs }: DecodedTransaction & { readonly timeMs: number }) {
    this.transaction = transaction;
    this.timeMs = timeMs;
  }
}

/** True when the event's own instruction starts with these bytes; "" is every instruction. */
function isOf({ instructions }: Transaction, { path }: ProtocolEvent, discriminator: string): boolean {
  if (discriminator === '') return true;
  const instruction = instructions.find(({ outer, inner }) => outer === path.outer && inner === path.inner);
  if (instruction === undefined) return false;
  const { data } = instruction;
  return Buffer.from(data.buffer, data.byteOffset, Math.min(data.length, 8)).toString('hex').startsWith(discriminator);
}
