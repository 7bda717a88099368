import { audited } from '../../../src/decode/audit/audit.ts';
import { PROGRAMS } from '../../../src/decode/programs.ts';
import { createDecoder } from '../../../src/decode/registry.ts';
import { eventId } from '../../../src/domain/domain-event.ts';
import { readTransaction } from '../../../src/domain/wire-transaction.ts';
import { StreamEnricher } from '../../../src/enrich/stream-enricher.ts';
import { decodeBase58 } from '../../../src/lib/base58.ts';
import { createMonitors } from '../../../src/monitors/index.ts';
import type { SimulatedUpdate, TransactionUpdate } from '../../../src/simulator/simulated-update.ts';
import { GROUPS } from '../grpc-settings.ts';
import { MONITOR_OPTIONS } from './engine-life.ts';

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
  readonly slot: number;
  /** Groups whose filters its transaction passes. */
  readonly groups: readonly string[];
}

const PROGRAM_KEYS = GROUPS.map((group) => ({
  name: group.name,
  programs: group.programs.map(({ program }) => Buffer.from(decodeBase58(program)).toString('latin1')),
}));

/** What the chain really did: the events of its canonical blocks, read one after the other by a process that nothing happens to. */
export class GroundTruth {
  readonly events = new Map<string, TrueEvent>();
  readonly canonical = new Set<number>();
  readonly #decode = audited(createDecoder(PROGRAMS, null).decode);
  readonly #enricher = new StreamEnricher({
    tokensMax: 1_000,
    poolsMax: 1_000,
    priceSamples: 15,
    priceTradeMinUsd: 20,
  });
  readonly #monitors = createMonitors(MONITOR_OPTIONS);
  readonly #blocks = new Map<number, TransactionUpdate[]>();
  readonly #never = new AbortController().signal;

  /** Hears every update of the chain, and judges a block once it is confirmed. */
  async hear(update: SimulatedUpdate): Promise<void> {
    if (update.kind === 'transaction') {
      const block = this.#blocks.get(update.slot) ?? [];
      this.#blocks.set(update.slot, block);
      block.push(update);
    } else if (update.kind === 'slot' && update.status === 'confirmed') {
      this.canonical.add(update.slot);
      for (const transaction of this.#blocks.get(update.slot) ?? []) await this.#judge(transaction);
      this.#blocks.delete(update.slot);
    }
  }

  async #judge(update: TransactionUpdate): Promise<void> {
    const groups = groupsOf(update);
    if (groups.length === 0 || update.transaction.vote) return;
    const decoded = this.#decode(readTransaction(update.body));
    const enriched = await this.#enricher.enrich([{ ...decoded, timeMs: 0 }], this.#never);
    for (const transaction of enriched) {
      for (const monitor of this.#monitors) {
        for (const event of monitor.observe(transaction)) {
          if (isJudged(event.type)) this.events.set(eventId(event), { id: eventId(event), slot: update.slot, groups });
        }
      }
    }
  }
}

function groupsOf(update: TransactionUpdate): readonly string[] {
  const keys = new Set(update.transaction.keys.map((key) => Buffer.from(key).toString('latin1')));
  return PROGRAM_KEYS.filter((group) => group.programs.some((program) => keys.has(program))).map(({ name }) => name);
}
