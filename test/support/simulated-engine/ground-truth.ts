import { audited } from '../../../src/decode/audit/audit.ts';
import { PROGRAMS } from '../../../src/decode/programs.ts';
import { createDecoder } from '../../../src/decode/registry.ts';
import { eventId } from '../../../src/domain/domain-event.ts';
import { readTransaction } from '../../../src/domain/wire-transaction.ts';
import { StreamEnricher } from '../../../src/enrich/stream-enricher.ts';
import { decodeBase58 } from '../../../src/lib/base58.ts';
import { createMonitors } from '../../../src/monitors/index.ts';
import type { SimulatedUpdate, TransactionUpdate } from '../../../src/simulator/simulated-update.ts';
import type { SimulatedTransaction } from '../../../src/simulator/truth-source.ts';
import { ALL_GROUPS, GROUPS } from '../grpc-settings.ts';

/** Events whose identity is their transaction alone; the others also depend on what a monitor remembers, which a crash forgets. */
const STATELESS = new Set([
  'trade.swap.executed',
  'token.mint.created',
  'token.curve.completed',
  'token.curve.graduated',
  'liquidity.pool.created',
  'liquidity.deposit.executed',
  'liquidity.withdrawal.executed',
]);

export function isJudged(type: string): boolean {
  return STATELESS.has(type);
}

export interface TrueEvent {
  readonly id: string;
  /** Groups whose filters its transaction passes. */
  readonly groups: readonly string[];
}

const PROGRAM_KEYS = GROUPS.map((group) => ({
  name: group.name,
  programs: group.programs.map(({ program }) => Buffer.from(decodeBase58(program)).toString('latin1')),
}));

/** Room for what one transaction names. */
const ENRICH = { tokensMax: 8, poolsMax: 8, priceSamples: 1, priceTradeMinUsd: 20 };
const MONITORS = { groups: ALL_GROUPS, trackedTokensMax: 8, priceIntervalSlots: 5 };

const decode = audited(createDecoder(PROGRAMS, null).decode);
const never = new AbortController().signal;
const known = new WeakMap<SimulatedTransaction, readonly TrueEvent[]>();

/** What the chain really did: the events of its canonical blocks, each read by a process that remembers nothing and that nothing happens to. */
export class GroundTruth {
  /** Event id → the slots of the canonical chain that hold it: one. */
  readonly slots = new Map<string, number>();
  /** Of every event that was ever in a block, dead ones too. */
  readonly groups = new Map<string, readonly string[]>();
  readonly canonical = new Set<number>();
  finalizedThrough = -1;
  readonly #blocks = new Map<number, TransactionUpdate[]>();

  /** Hears every update of the chain, and judges a block once it is confirmed. */
  async hear(update: SimulatedUpdate): Promise<void> {
    if (update.kind === 'transaction') {
      const block = this.#blocks.get(update.slot) ?? [];
      this.#blocks.set(update.slot, block);
      block.push(update);
      for (const { id, groups } of await trueEvents(update)) this.groups.set(id, groups);
    } else if (update.kind === 'slot' && update.status === 'confirmed') {
      this.canonical.add(update.slot);
      for (const transaction of this.#blocks.get(update.slot) ?? [])
        for (const { id } of await trueEvents(transaction)) this.slots.set(id, update.slot);
      this.#blocks.delete(update.slot);
    } else if (update.kind === 'slot' && update.status === 'finalized') {
      this.finalizedThrough = Math.max(this.finalizedThrough, update.slot);
    }
  }
}

/** The worlds of a process share their transactions, so each is read once. */
async function trueEvents(update: TransactionUpdate): Promise<readonly TrueEvent[]> {
  const found = known.get(update.transaction);
  if (found !== undefined) return found;
  const events = await read(update);
  known.set(update.transaction, events);
  return events;
}

async function read(update: TransactionUpdate): Promise<readonly TrueEvent[]> {
  const groups = groupsOf(update);
  if (groups.length === 0 || update.transaction.vote) return [];
  const [transaction] = await new StreamEnricher(ENRICH).enrich(
    [{ ...decode(readTransaction(update.body)), timeMs: 0 }],
    never,
  );
  if (transaction === undefined) return [];
  return createMonitors(MONITORS)
    .flatMap((monitor) => monitor.observe(transaction))
    .filter(({ type }) => isJudged(type))
    .map((event) => ({ id: eventId(event), groups }));
}

function groupsOf(update: TransactionUpdate): readonly string[] {
  const keys = new Set(update.transaction.keys.map((key) => Buffer.from(key).toString('latin1')));
  return PROGRAM_KEYS.filter((group) => group.programs.some((program) => keys.has(program))).map(({ name }) => name);
}
