import { type Decoding, openDecoding } from '../composition/decoding.ts';
import type { Config } from '../config/schema.ts';
import type { ProgramDecoder } from '../decode/program.ts';
import type { DecodedTransaction } from '../domain/contracts.ts';
import type { DomainEvent, EventType } from '../domain/domain-event.ts';
import { EVENT_TYPE_BY_KIND } from '../domain/event-mapping.ts';
import { isKnownVersion } from '../domain/transaction.ts';
import { readTransaction } from '../domain/wire-transaction.ts';
import type { Outbox } from '../output/index.ts';
import type { Quarantine, StoredQuarantineEntry } from '../output/quarantine/quarantine.ts';

const BATCH = 200;

/** What a chain of decoders says of a transaction, whenever it is asked: milestones and prices depend on what came before, and are left out. */
const TOLD: ReadonlySet<EventType | null> = new Set(Object.values(EVENT_TYPE_BY_KIND));

export interface RedecodeParts {
  readonly outbox: Pick<Outbox, 'append' | 'lastSequence'>;
  readonly quarantine: Quarantine;
  /** The decoders of today. */
  readonly programs: readonly ProgramDecoder[];
  readonly enrich: Config['enrich'];
  readonly monitors: Config['monitors'];
}

export interface RedecodeResult {
  readonly examined: number;
  /** Entries that can be told now, and left the quarantine. */
  readonly released: number;
  readonly remaining: number;
  /** Events appended; those the outbox had already are not among them. */
  readonly events: number;
}

/** Runs what the quarantine holds through the decoders and appends what was missing. What is told twice has the same ids, so it is told once. */
export async function redecode(parts: RedecodeParts, stop: AbortSignal): Promise<RedecodeResult> {
  const { outbox, quarantine } = parts;
  const before = outbox.lastSequence();
  const redecoder = new Redecoder(parts);
  let examined = 0;
  let released = 0;
  let after = 0;
  while (!stop.aborted) {
    const entries = quarantine.readAfter(after, BATCH);
    if (entries.length === 0) break;
    const outcomes = entries.map((entry) => ({ entry, events: redecoder.events(entry) }));
    await outbox.append(
      outcomes.flatMap(({ events }) => events ?? []),
      null,
    );
    // Let go only after the events are durable: a crash in between tells them again, under the same ids.
    const told = outcomes.filter(({ events }) => events !== null).map(({ entry }) => entry.id);
    quarantine.release(told);
    examined += entries.length;
    released += told.length;
    after = entries[entries.length - 1]?.id ?? after;
  }
  return { examined, released, remaining: examined - released, events: outbox.lastSequence() - before };
}

/** Decides, entry by entry, whether today's decoders can tell what was kept. */
class Redecoder {
  readonly #decoding: Decoding;

  constructor(parts: RedecodeParts) {
    this.#decoding = openDecoding(parts, [], parts.programs);
  }

  /** The transaction's events, or null when the reason it was kept for still stands. */
  events(entry: StoredQuarantineEntry): readonly DomainEvent[] | null {
    const { decode, enricher, monitors } = this.#decoding;
    try {
      const decoded = decode(readTransaction(entry.bytes));
      if (stillStands(entry, decoded)) return null;
      const timeMs = decoded.transaction.createdAtMs ?? entry.atMs;
      const enriched = enricher.enrichOne({ ...decoded, timeMs });
      return monitors.flatMap((monitor) => monitor.observe(enriched)).filter(({ type }) => TOLD.has(type));
    } catch {
      // What still cannot be read, or makes a monitor fail, stays for a build that can.
      return null;
    }
  }
}

function stillStands(entry: StoredQuarantineEntry, { transaction, events, undecoded }: DecodedTransaction): boolean {
  switch (entry.reason) {
    case 'unknown-version':
      return !isKnownVersion(transaction.version);
    case 'audit-mismatched':
      return events.some(
        ({ program, source, audit }) =>
          program === entry.program && source === entry.discriminator && audit?.verdict === 'mismatched',
      );
    default:
      return undecoded.some(
        ({ program, discriminator }) => program === entry.program && discriminator === entry.discriminator,
      );
  }
}
