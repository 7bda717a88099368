import { createHash } from 'node:crypto';
import type { DecodedTransaction } from '../../domain/contracts.ts';
import { transactionSlot } from '../../domain/update-reader.ts';
import { readTransaction } from '../../domain/wire-transaction.ts';
import type { Clock } from '../../lib/clock.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Emit } from '../../telemetry/event.ts';
import type { Quarantine, QuarantineEntry, QuarantineReason } from './quarantine.ts';

const FLUSH_MS = 500;
/** Entries that may wait for the disk; a flood beyond it is counted, not buffered. */
const WAITING_MAX = 2_000;

/**
 * Picks what must be kept raw from the stream of decoded transactions, and writes it in small batches off the hot path: what no decoder
 * knew, and what was decoded but did not pass its audit.
 */
export class QuarantineIntake {
  readonly name = 'quarantine';
  readonly #quarantine: Quarantine;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #waiting: QuarantineEntry[] = [];
  #cancel: (() => void) | null = null;
  #lost = 0;

  constructor(quarantine: Quarantine, clock: Clock, emit: Emit) {
    this.#quarantine = quarantine;
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Looks at one decoded transaction; most have nothing to keep. */
  observe = (decoded: DecodedTransaction): void => {
    for (const { program, discriminator, reason, note } of decoded.undecoded) {
      this.#add({ ...this.#place(decoded), program, discriminator, reason, note: note ?? '' });
    }
    for (const event of decoded.events) {
      if (event.audit?.verdict !== 'mismatched') continue;
      const note = event.audit.note ?? '';
      this.#add({
        ...this.#place(decoded),
        program: event.program,
        discriminator: event.source,
        reason: 'audit-mismatched',
        note,
      });
    }
  };

  /** An update as a whole: one that could not be read, or not in full. */
  addUpdate(reason: QuarantineReason, bytes: Uint8Array, note: string): void {
    // Nothing else tells two of them apart: without their contents the second of a slot would pass for the first again.
    const discriminator = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    const place = { slot: slotOf(bytes), signature: signatureOf(bytes), atMs: this.#clock.wallMs() };
    this.#add({ ...place, program: '', discriminator, reason, note, bytes });
  }

  /** A slot died on a fork: what was kept of it never happened. */
  forgetSlot(slot: number): void {
    this.#waiting = this.#waiting.filter((entry) => entry.slot !== slot);
    try {
      this.#quarantine.forgetSlot(slot);
    } catch (error) {
      this.#emit({ type: 'output.quarantine.failed', entries: 0, reason: messageOf(error) });
    }
  }

  /** `lost`: entries that were not kept because too many came at once, or because the disk did not take them. */
  stats(): object {
    try {
      return { ...this.#quarantine.stats(), waiting: this.#waiting.length, lost: this.#lost };
    } catch (error) {
      return { waiting: this.#waiting.length, lost: this.#lost, failure: messageOf(error) };
    }
  }

  async close(): Promise<void> {
    this.#cancel?.();
    this.#flush();
    this.#quarantine.close();
  }

  #place({ transaction }: DecodedTransaction) {
    const { slot, signatureText: signature, bytes } = transaction;
    return { slot, signature, bytes, atMs: this.#clock.wallMs() };
  }

  #add(entry: QuarantineEntry): void {
    if (this.#waiting.length >= WAITING_MAX) {
      this.#lost++;
      this.#emit({ type: 'output.quarantine.overflowed', reason: entry.reason });
      return;
    }
    this.#waiting.push(entry);
    this.#cancel ??= this.#clock.after(FLUSH_MS, () => {
      this.#cancel = null;
      this.#flush();
    });
  }

  #flush(): void {
    const entries = this.#waiting;
    this.#waiting = [];
    try {
      const added = this.#quarantine.keep(entries);
      if (added > 0) this.#emit({ type: 'output.quarantine.kept', entries: added });
    } catch (error) {
      this.#lost += entries.length;
      // A full disk must not stop events that can still be told: what could not be kept is counted.
      this.#emit({ type: 'output.quarantine.failed', entries: entries.length, reason: messageOf(error) });
    }
  }
}

function slotOf(bytes: Uint8Array): number {
  try {
    return transactionSlot(bytes);
  } catch {
    return 0;
  }
}

function signatureOf(bytes: Uint8Array): string {
  try {
    return readTransaction(bytes).signatureText;
  } catch {
    return '';
  }
}
