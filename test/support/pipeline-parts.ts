import type { Sink, SlotTracker, Source } from '../../src/domain/contracts.ts';
import type { Cursor } from '../../src/domain/cursor.ts';
import { type DomainEvent, eventId } from '../../src/domain/domain-event.ts';
import { geyser } from '../../src/domain/geyser-messages.ts';
import type { BlockMetaNotice, Gap, SlotNotice, SlotProgress, SlotStatus } from '../../src/domain/slot.ts';
import type { RawKind, RawUpdate, SourceItem, UpdateKind } from '../../src/domain/update.ts';
import { readTransaction } from '../../src/domain/wire-transaction.ts';
import { StreamEnricher } from '../../src/enrich/stream-enricher.ts';
import { seededRandom } from '../../src/lib/random.ts';
import { createMonitors } from '../../src/monitors/index.ts';
import type { PipelineOptions, PipelinePlugs } from '../../src/pipeline/pipeline.ts';
import type { EngineEvent } from '../../src/telemetry/event.ts';
import { FakeClock } from './fake-clock.ts';
import { trade } from './protocol-events.ts';

/** Everything a pipeline is plugged into, made up: the wire bytes are real, the chain is not. */
export const PIPELINE_OPTIONS: PipelineOptions = {
  levels: new Map(),
  promotions: [],
  heldBytesMax: 1_000_000,
  queueBatchesMax: 2,
  batchSizeMin: 4,
  batchSizeMax: 4,
  concurrencyMax: 1,
  latencyTargetMs: 100,
  dedupEntriesMax: 1_000,
  enrichmentDeadlineMs: 50,
  cursorIntervalMs: 1_000,
  appendRetryInitialMs: 10,
  appendRetryMaxMs: 100,
};

export function signatureOf(seed: number): Uint8Array {
  const bytes = new Uint8Array(64);
  new DataView(bytes.buffer).setUint32(0, Math.imul(seed, 0x9e3779b1));
  new DataView(bytes.buffer).setUint32(60, seed);
  return bytes;
}

export interface MadeTransaction {
  readonly filters?: readonly string[];
  readonly slot: number;
  readonly seed: number;
  readonly connection?: string;
  readonly failed?: boolean;
  readonly isVote?: boolean;
}

export function transactionUpdate(made: MadeTransaction): RawUpdate {
  const signature = signatureOf(made.seed);
  return update('transaction', made.connection ?? 'a', {
    filters: [...(made.filters ?? [])],
    createdAt: new Date(1_780_000_000_000 + made.slot * 400),
    transaction: {
      slot: String(made.slot),
      transaction: {
        signature,
        isVote: made.isVote ?? false,
        index: String(made.seed),
        transaction: { signatures: [signature], message: { accountKeys: [], instructions: [] } },
        // InstructionError 0 Custom 6002, as the runtime writes it.
        meta: made.failed ? { err: { err: Uint8Array.from([8, 0, 0, 0, 0, 25, 0, 0, 0, 0x72, 0x17, 0, 0]) } } : {},
      },
    },
  });
}

const STATUS_NUMBERS: Readonly<Record<SlotStatus, number>> = {
  processed: 0,
  confirmed: 1,
  finalized: 2,
  firstShredReceived: 3,
  completed: 4,
  createdBank: 5,
  dead: 6,
};

export function slotUpdate(slot: number, status: SlotStatus, connection = 'a'): RawUpdate {
  return update('slot', connection, {
    slot: { slot: String(slot), parent: String(slot - 1), status: STATUS_NUMBERS[status] },
  });
}

export function blockMetaUpdate(slot: number, blockTime: number, connection = 'a'): RawUpdate {
  return update('blockMeta', connection, {
    blockMeta: {
      slot: String(slot),
      blockhash: 'x',
      blockTime: { timestamp: String(blockTime) },
      parentSlot: String(slot - 1),
    },
  });
}

export function rawUpdate(kind: RawKind, bytes: Uint8Array, connection = 'a'): RawUpdate {
  return { type: 'update', kind, bytes, connection, receivedAtMs: 0 };
}

function update(kind: UpdateKind, connection: string, content: object): RawUpdate {
  const partial = content as Parameters<typeof geyser.SubscribeUpdate.fromPartial>[0];
  return rawUpdate(
    kind,
    geyser.SubscribeUpdate.encode(geyser.SubscribeUpdate.fromPartial(partial)).finish(),
    connection,
  );
}

/** Yields the batches it was given, then ends (or waits for the signal, when `stays`). Counts what was taken. */
export class ListSource implements Source {
  readonly #batches: readonly (readonly SourceItem[])[];
  readonly #stays: boolean;
  taken = 0;
  from: Cursor | null | undefined;

  constructor(batches: readonly (readonly SourceItem[])[], stays = false) {
    this.#batches = batches;
    this.#stays = stays;
  }

  async *updates(from: Cursor | null, signal: AbortSignal): AsyncGenerator<readonly SourceItem[]> {
    this.from = from;
    for (const batch of this.#batches) {
      if (signal.aborted) return;
      this.taken += batch.length;
      yield batch;
    }
    if (this.#stays && !signal.aborted) {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    }
  }
}

export interface Append {
  readonly ids: readonly string[];
  readonly events: readonly DomainEvent[];
  readonly through: number | null;
}

/** Writes down what it is given. `before` may wait or throw, as a disk would. */
export class RecordingSink implements Sink {
  readonly appends: Append[] = [];
  readonly retracted: number[] = [];
  /** Appends and retractions in order: "append 3 -> 17", "retract 12". */
  readonly log: string[] = [];
  before: () => Promise<void> = () => Promise.resolve();
  resumeAt: Cursor | null = null;

  resumeFrom(): Cursor | null {
    return this.resumeAt;
  }

  async append(events: readonly DomainEvent[], through: Cursor | null): Promise<void> {
    await this.before();
    this.appends.push({ ids: events.map(eventId), events, through: through?.slot ?? null });
    this.log.push(`append ${events.length} -> ${through?.slot ?? '-'}`);
  }

  async retractSlot(slot: number): Promise<number | null> {
    await this.before();
    this.retracted.push(slot);
    this.log.push(`retract ${slot}`);
    return 1;
  }

  get ids(): readonly string[] {
    return this.appends.flatMap((append) => append.ids);
  }

  get events(): readonly DomainEvent[] {
    return this.appends.flatMap((append) => append.events);
  }
}

const NO_PROGRESS: SlotProgress = {
  dead: [],
  confirmed: [],
  finalized: [],
  gapsOpened: [],
  gapsClosed: [],
  checkpoint: null,
};

/** A finalized slot is complete, a dead one is dead: enough of a ledger for what the pipeline does with its answers. */
export class SimpleTracker implements SlotTracker {
  readonly calls: string[] = [];
  readonly filled: Gap[] = [];
  #checkpoint: number | null = null;
  #dead: number[] = [];
  next: Partial<SlotProgress> = {};

  opened(connection: string, groups: readonly string[], fromSlot: number | null): void {
    this.calls.push(`opened ${connection} ${groups.join('+')} ${fromSlot}`);
  }

  closed(connection: string, groups: readonly string[]): void {
    this.calls.push(`closed ${connection} ${groups.join('+')}`);
  }

  slot(connection: string, notice: SlotNotice): void {
    this.calls.push(`slot ${connection} ${notice.slot} ${notice.status}`);
    if (notice.status === 'dead') this.#dead.push(notice.slot);
    if (notice.status === 'finalized') this.#checkpoint = Math.max(this.#checkpoint ?? 0, notice.slot);
  }

  blockMeta(connection: string, notice: BlockMetaNotice): void {
    this.calls.push(`blockMeta ${connection} ${notice.slot}`);
  }

  data(connection: string, slot: number): void {
    this.calls.push(`data ${connection} ${slot}`);
  }

  unreadable(connection: string, slot: number): void {
    this.calls.push(`unreadable ${connection} ${slot}`);
  }

  gapsFilled(gaps: readonly Gap[]): void {
    this.filled.push(...gaps);
  }

  progress(): SlotProgress {
    const told = { ...NO_PROGRESS, dead: this.#dead, checkpoint: this.#checkpoint, ...this.next };
    this.#dead = [];
    this.next = {};
    return told;
  }
}

export interface TestPlugs extends PipelinePlugs {
  readonly clock: FakeClock;
  readonly sink: RecordingSink;
  readonly tracker: SimpleTracker;
  readonly told: EngineEvent[];
}

/** Every transaction decodes to one trade. */
export function plugs(source: Source, changes: Partial<PipelinePlugs> = {}): TestPlugs {
  const told: EngineEvent[] = [];
  return {
    source,
    tracker: new SimpleTracker(),
    readTransaction,
    decode: (transaction) => ({ transaction, events: [trade()], undecoded: [] }),
    enricher: new StreamEnricher({ tokensMax: 100, poolsMax: 100, priceSamples: 5, priceTradeMinUsd: 1 }),
    // One event per trade: prices are told once in a million slots.
    monitors: createMonitors({ groups: ['amm'], trackedTokensMax: 100, priceIntervalSlots: 1_000_000 }).slice(1, 2),
    sink: new RecordingSink(),
    observers: [],
    accountObservers: [],
    programs: new Map(),
    quarantine: () => {},
    clock: new FakeClock(),
    random: seededRandom(1),
    emit: (event) => {
      told.push(event);
    },
    told,
    ...changes,
  } as TestPlugs;
}

/** Lets everything that waits on promises alone come to rest. */
export async function settle(turns = 50): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}
