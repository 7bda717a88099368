import type { BlockMetaNotice, SlotNotice } from '../../src/domain/slot.ts';
import type { Random } from '../../src/lib/random.ts';

/** One message of a scripted stream, as a slot tracker is told of it. */
export type SlotMessage =
  | { readonly type: 'slot'; readonly notice: SlotNotice }
  | { readonly type: 'meta'; readonly notice: BlockMetaNotice }
  | { readonly type: 'data'; readonly slot: number; readonly group: string; readonly id: number };

/** A chain with forks, and the messages an honest provider sends about it. */
export interface SlotScript {
  readonly first: number;
  readonly last: number;
  /** Slots of the canonical chain, ascending. */
  readonly canonical: readonly number[];
  /** Slots that held a block of a fork that lost. */
  readonly dead: readonly number[];
  /** Slots without any block. */
  readonly empty: readonly number[];
  readonly messages: readonly SlotMessage[];
}

export interface SlotScriptOptions {
  readonly first: number;
  readonly slots: number;
  readonly groups: readonly string[];
  readonly skipRate: number;
  readonly forkRate: number;
  readonly maxForkDepth: number;
  readonly dropFinalizedRate: number;
}

interface Block {
  readonly slot: number;
  readonly parent: number;
  readonly isCanonical: boolean;
}

/** Makes a random fork tree and tells it as a real stream does: null parents, meta before the last data, late and lost statuses. */
export function slotScript(options: SlotScriptOptions, random: Random): SlotScript {
  const blocks = forkTree(options, random);
  const last = options.first + options.slots - 1;
  const taken = new Set(blocks.map((block) => block.slot));
  const empty: number[] = [];
  for (let slot = options.first; slot <= last; slot++) if (!taken.has(slot)) empty.push(slot);
  return {
    first: options.first,
    last,
    canonical: blocks.filter((block) => block.isCanonical).map((block) => block.slot),
    dead: blocks.filter((block) => !block.isCanonical).map((block) => block.slot),
    empty,
    messages: tell(blocks, options, random),
  };
}

function forkTree(options: SlotScriptOptions, random: Random): Block[] {
  const blocks: Block[] = [];
  let tip = options.first - 1;
  let fork: { tip: number; left: number } | null = null;
  const last = options.first + options.slots - 1;
  for (let slot = options.first; slot <= last; slot++) {
    const isEdge = slot - options.first < 3 || last - slot < 6;
    if (fork !== null && fork.left > 0 && !isEdge && random() < 0.5) {
      blocks.push({ slot, parent: fork.tip, isCanonical: false });
      fork = { tip: slot, left: fork.left - 1 };
      continue;
    }
    if (!isEdge && random() < options.skipRate) continue;
    if (!isEdge && (fork === null || fork.left === 0) && random() < options.forkRate) {
      blocks.push({ slot, parent: tip, isCanonical: false });
      fork = { tip: slot, left: Math.floor(random() * options.maxForkDepth) };
      continue;
    }
    blocks.push({ slot, parent: tip, isCanonical: true });
    tip = slot;
  }
  return blocks;
}

function tell(blocks: readonly Block[], options: SlotScriptOptions, random: Random): SlotMessage[] {
  const messages: SlotMessage[] = [];
  const slot = (of: number, status: SlotNotice['status'], parent: number | null) =>
    messages.push({ type: 'slot', notice: { slot: of, status, parent } });
  const canonical = blocks.filter((block) => block.isCanonical);
  const late: SlotMessage[] = [];
  let confirmed = 0;
  let id = 0;
  blocks.forEach((block, position) => {
    slot(block.slot, 'firstShredReceived', null);
    slot(block.slot, 'createdBank', block.parent);
    // Data of the block before may come this late: after its meta, its processed status and the next bank.
    messages.push(...late.splice(0));
    const count = 1 + Math.floor(random() * 4);
    for (let i = 0; i < count; i++) {
      const group = options.groups[Math.floor(random() * options.groups.length)] as string;
      const isLate = position < blocks.length - 1 && random() < 0.3;
      (isLate ? late : messages).push({ type: 'data', slot: block.slot, group, id: id++ });
    }
    tellEnd(messages, block);
    if (!block.isCanonical && random() < 0.5) slot(block.slot, 'dead', random() < 0.5 ? null : block.parent);
    // A block is confirmed once a later one was built on it; sometimes several at once.
    while (confirmed < canonical.length && (canonical[confirmed] as Block).slot < block.slot - 1) {
      const next = canonical[confirmed++] as Block;
      slot(next.slot, 'confirmed', null);
      const final = canonical[confirmed - 32];
      if (final !== undefined && random() >= options.dropFinalizedRate) slot(final.slot, 'finalized', final.parent);
    }
    if (position === blocks.length - 1) {
      for (const block of canonical.slice(confirmed)) slot(block.slot, 'confirmed', null);
    }
  });
  return messages;
}

function tellEnd(messages: SlotMessage[], block: Block): void {
  messages.push({ type: 'slot', notice: { slot: block.slot, status: 'completed', parent: null } });
  messages.push({
    type: 'meta',
    notice: {
      slot: block.slot,
      parent: block.parent,
      blockhash: `hash-${block.slot}`,
      parentBlockhash: `hash-${block.parent}`,
      executedTransactions: 0,
      blockTime: null,
    },
  });
  messages.push({ type: 'slot', notice: { slot: block.slot, status: 'processed', parent: block.parent } });
}
