import { createHash } from 'node:crypto';
import { encodeBase58 } from '../lib/base58.ts';
import type { ChainPlan } from './chain-plan.ts';
import {
  accountUpdate,
  blockMetaUpdate,
  entryUpdate,
  type SimulatedUpdate,
  slotUpdate,
  transactionUpdate,
} from './simulated-update.ts';
import type { SlotContent, SlotContext, TruthSource } from './truth-source.ts';

export interface ChainOptions {
  readonly firstSlot: number;
  /** Unix seconds of the first slot, and how much chain time a slot takes. */
  readonly startTime: number;
  readonly slotMs: number;
  /** Blocks until a block is confirmed and finalized: 1 and 31 on mainnet. */
  readonly confirmAfter: number;
  readonly finalizeAfter: number;
  /** Parts in which a slot's data comes; 1: all at once. */
  readonly parts: number;
  readonly plan: ChainPlan;
}

interface Block {
  readonly slot: number;
  readonly parent: number;
  readonly height: number;
  readonly hash: Uint8Array;
}

const TRANSACTIONS_PER_ENTRY = 64;
const LOOK_AHEAD = 64;
const EMPTY: SlotContent = { transactions: [], accounts: [], slot: null, blockTime: null };

/**
 * Turns what a truth source offers into the life of slots as mainnet's stream tells it: first shred, bank, data, completed,
 * block meta, processed; confirmed while the next slot runs, finalized 31 blocks later. Pure: it reads no clock and writes nowhere.
 */
export class Chain {
  readonly #source: TruthSource;
  readonly #options: ChainOptions;
  #nextSlot: number;
  #tip: Block;
  #upcoming: SlotContent | null = null;
  /** Orphans since the tip, and which of them will be announced as dead. */
  #orphans: { readonly block: Block; readonly dead: boolean }[] = [];
  #unconfirmed: Block[] = [];
  #unfinalized: Block[] = [];
  #exhausted = false;
  #lastContent = -1;
  transactions = 0;

  constructor(source: TruthSource, options: ChainOptions) {
    this.#source = source;
    this.#options = options;
    this.#nextSlot = options.firstSlot;
    const parent = options.firstSlot - 1;
    this.#tip = { slot: parent, parent: parent - 1, height: parent, hash: hashOf(`genesis ${parent}`) };
  }

  /** The newest block of the chain. */
  get tip(): number {
    return this.#tip.slot;
  }

  /** True when the source has ended and everything it gave is confirmed. */
  get isDrained(): boolean {
    return this.#exhausted && this.#unconfirmed.every((block) => block.slot > this.#lastContent);
  }

  /** The next slot, part by part; a skipped slot has no parts. */
  *next(): Generator<readonly SimulatedUpdate[]> {
    const fate = this.#options.plan.fate(this.#nextSlot);
    const offered = this.#nextSlot++;
    if (fate === 'skipped') return;
    if (fate === 'block') yield* this.#block(offered);
    else yield* this.#orphan(offered, fate === 'orphanDead');
  }

  *#block(offered: number): Generator<readonly SimulatedUpdate[]> {
    const content = this.#content(offered);
    this.#upcoming = null;
    const block = this.#child(Math.max(content.slot ?? offered, offered), this.#tip);
    this.#nextSlot = block.slot + 1;
    if (content.transactions.length > 0) this.#lastContent = block.slot;
    this.transactions += content.transactions.length;
    const confirmed = this.#take(this.#unconfirmed, this.#options.confirmAfter);
    const late = confirmed.map(({ slot }) => slotUpdate(slot, null, 'confirmed'));
    yield* this.#life(block, content, this.#tip, late);
    const finalized = this.#take(this.#unfinalized, this.#options.finalizeAfter);
    const dead = this.#orphans.filter((orphan) => orphan.dead).map((orphan) => orphan.block);
    yield [
      ...finalized.map(({ slot, parent }) => slotUpdate(slot, parent, 'finalized')),
      ...dead.map(({ slot, parent }) => slotUpdate(slot, parent, 'dead')),
    ];
    this.#orphans = [];
    this.#tip = block;
    this.#unconfirmed.push(block);
    this.#unfinalized.push(block);
  }

  /** An orphan carries the source's other version of the winning block, or the same transactions on two forks where it has none. */
  *#orphan(slot: number, dead: boolean): Generator<readonly SimulatedUpdate[]> {
    const winner = this.#content(this.#winner(slot));
    const parent = this.#orphans.at(-1)?.block ?? this.#tip;
    const block = this.#child(slot, parent);
    const content = this.#source.forkSlot?.(this.#context(slot, parent), winner) ?? winner;
    yield* this.#life(block, content, parent, []);
    this.#orphans.push({ block, dead });
  }

  *#life(
    block: Block,
    content: SlotContent,
    parent: Block,
    late: readonly SimulatedUpdate[],
  ): Generator<readonly SimulatedUpdate[]> {
    const { slot } = block;
    yield [slotUpdate(slot, null, 'firstShredReceived'), slotUpdate(slot, block.parent, 'createdBank')];
    const data = dataOf(slot, content);
    const size = Math.max(1, Math.ceil(data.length / this.#options.parts));
    for (let at = 0; at < Math.max(1, data.length); at += size) {
      yield [...data.slice(at, at + size), ...(at === 0 ? late : [])];
    }
    const meta = blockMetaUpdate({
      slot,
      parent: block.parent,
      blockhash: encodeBase58(block.hash),
      parentBlockhash: encodeBase58(parent.hash),
      height: block.height,
      blockTime: content.blockTime ?? this.#timeOf(slot),
      executedTransactions: content.transactions.length,
      entries: data.filter((update) => update.kind === 'entry').length,
    });
    yield [slotUpdate(slot, null, 'completed'), meta, slotUpdate(slot, block.parent, 'processed')];
  }

  #content(slot: number): SlotContent {
    if (this.#upcoming !== null) return this.#upcoming;
    if (this.#exhausted) return EMPTY;
    const content = this.#source.nextSlot(this.#context(slot, this.#tip));
    if (content === null) this.#exhausted = true;
    this.#upcoming = content ?? EMPTY;
    return this.#upcoming;
  }

  #context(slot: number, parent: Block): SlotContext {
    return { slot, parent: parent.slot, blockTime: this.#timeOf(slot), recentBlockhash: parent.hash };
  }

  /** The slot of the next block of the chain after an orphan. */
  #winner(orphan: number): number {
    for (let slot = orphan + 1; slot < orphan + LOOK_AHEAD; slot++) {
      if (this.#options.plan.fate(slot) === 'block') return slot;
    }
    return orphan + LOOK_AHEAD;
  }

  #child(slot: number, parent: Block): Block {
    const hash = hashOf(`${slot} ${Buffer.from(parent.hash).toString('hex')}`);
    return { slot, parent: parent.slot, height: parent.height + 1, hash };
  }

  /** The blocks that now have `distance` blocks on top of them, counting the one being made. */
  #take(blocks: Block[], distance: number): readonly Block[] {
    return blocks.splice(0, Math.max(0, blocks.length + 1 - distance));
  }

  #timeOf(slot: number): number {
    return this.#options.startTime + Math.floor(((slot - this.#options.firstSlot) * this.#options.slotMs) / 1000);
  }
}

/** A slot's updates in the order in which a validator tells them: the writes of a transaction, the transaction, now and then an entry. */
function dataOf(slot: number, content: SlotContent): readonly SimulatedUpdate[] {
  const data: SimulatedUpdate[] = [];
  const writes = new Map<number, SimulatedUpdate[]>();
  for (const write of content.accounts) {
    const list = writes.get(write.transactionIndex) ?? [];
    list.push(accountUpdate(slot, write));
    writes.set(write.transactionIndex, list);
  }
  data.push(...(writes.get(-1) ?? []));
  let entries = 0;
  let inEntry = 0;
  const entry = (executed: number, next: number): SimulatedUpdate => {
    const index = entries++;
    const hash = hashOf(`${slot} entry ${index}`);
    return entryUpdate({
      slot,
      index,
      hash,
      executedTransactions: executed,
      startingTransactionIndex: next - executed,
    });
  };
  content.transactions.forEach((transaction, index) => {
    data.push(...(writes.get(index) ?? []), transactionUpdate(slot, index, transaction));
    if (++inEntry === TRANSACTIONS_PER_ENTRY) {
      data.push(entry(inEntry, index + 1));
      inEntry = 0;
    }
  });
  if (inEntry > 0) data.push(entry(inEntry, content.transactions.length));
  data.push(entry(0, content.transactions.length));
  return data;
}

function hashOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
