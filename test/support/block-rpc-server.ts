import { geyser } from '../../src/domain/geyser-messages.ts';
import { encodeBase58 } from '../../src/lib/base58.ts';
import type { BlockMeta, SimulatedUpdate } from '../../src/simulator/simulated-update.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { type ScriptedServer, scriptedServer } from './http-script.ts';
import { serialize } from './serialize-transaction.ts';

interface Block {
  readonly transactions: object[];
  meta: BlockMeta | null;
  isConfirmed: boolean;
}

const text = (bytes: Uint8Array) => encodeBase58(bytes);

type Info = NonNullable<NonNullable<ReturnType<typeof geyser.SubscribeUpdate.decode>['transaction']>['transaction']>;

/** The Solana JSON-RPC of a simulated chain, as far as `getBlocks` and `getBlock`: what a node of the same chain would answer. */
export async function startBlockRpc(simulator: Simulator): Promise<ScriptedServer> {
  const blocks = new Map<number, Block>();
  const publish = simulator.server.publish.bind(simulator.server);
  simulator.server.publish = (update) => {
    note(blocks, update);
    publish(update);
  };
  return scriptedServer((body) => {
    const { method, params } = JSON.parse(body) as { method: string; params: [number, number] };
    const result = method === 'getBlocks' ? confirmed(blocks, ...params) : answer(blocks.get(params[0]));
    return { status: 200, body: JSON.stringify({ jsonrpc: '2.0', id: 1, result }) };
  });
}

function note(blocks: Map<number, Block>, update: SimulatedUpdate): void {
  const block = blocks.get(update.slot) ?? { transactions: [], meta: null, isConfirmed: false };
  blocks.set(update.slot, block);
  if (update.kind === 'blockMeta') block.meta = update.meta;
  else if (update.kind === 'slot') block.isConfirmed ||= update.status === 'confirmed';
  else if (update.kind === 'transaction') {
    const info = geyser.SubscribeUpdate.decode(update.body).transaction?.transaction;
    if (info !== undefined) block.transactions.push(transactionOf(info));
  }
}

function confirmed(blocks: ReadonlyMap<number, Block>, from: number, to: number): readonly number[] {
  const slots = [...blocks].filter(([slot, { isConfirmed }]) => isConfirmed && slot >= from && slot <= to);
  return slots.map(([slot]) => slot).sort((a, b) => a - b);
}

function answer(block: Block | undefined): object | null {
  if (block === undefined || !block.isConfirmed || block.meta === null) return null;
  const { parent, blockhash, parentBlockhash, blockTime } = block.meta;
  return {
    parentSlot: parent,
    blockhash,
    previousBlockhash: parentBlockhash,
    blockTime,
    transactions: block.transactions,
  };
}

function transactionOf({ transaction, meta }: Info): object {
  const message = transaction?.message;
  const version = message?.versioned ? (0 as const) : ('legacy' as const);
  const body = {
    signatures: (transaction?.signatures ?? []).map(text),
    message: {
      header: message?.header ?? {
        numRequiredSignatures: 1,
        numReadonlySignedAccounts: 0,
        numReadonlyUnsignedAccounts: 0,
      },
      accountKeys: (message?.accountKeys ?? []).map(text),
      recentBlockhash: encodeBase58(message?.recentBlockhash ?? new Uint8Array(32)),
      instructions: (message?.instructions ?? []).map(instructionOf),
      addressTableLookups: (message?.addressTableLookups ?? []).map((lookup) => ({
        accountKey: encodeBase58(lookup.accountKey),
        writableIndexes: [...lookup.writableIndexes],
        readonlyIndexes: [...lookup.readonlyIndexes],
      })),
    },
  };
  return { transaction: [serialize(body, version).toString('base64'), 'base64'], version, meta: metaOf(meta) };
}

function instructionOf(each: { programIdIndex: number; accounts: Uint8Array; data: Uint8Array }) {
  return { programIdIndex: each.programIdIndex, accounts: [...each.accounts], data: text(each.data) };
}

function metaOf(meta: Info['meta']): object | null {
  if (meta === undefined) return null;
  return {
    err: meta.err === undefined ? null : { InstructionError: [0, { Custom: 1 }] },
    fee: meta.fee,
    preBalances: meta.preBalances,
    postBalances: meta.postBalances,
    innerInstructions: meta.innerInstructions.map(({ index, instructions }) => ({
      index,
      instructions: instructions.map((each) => ({ ...instructionOf(each), stackHeight: each.stackHeight ?? null })),
    })),
    logMessages: meta.logMessages,
    preTokenBalances: meta.preTokenBalances,
    postTokenBalances: meta.postTokenBalances,
    loadedAddresses: {
      writable: meta.loadedWritableAddresses.map(text),
      readonly: meta.loadedReadonlyAddresses.map(text),
    },
    computeUnitsConsumed: meta.computeUnitsConsumed,
  };
}
