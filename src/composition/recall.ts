import type { DecodedTransaction } from '../domain/contracts.ts';
import type { ProgramGroup } from '../domain/interest.ts';
import { transactionSignature } from '../domain/update-reader.ts';
import { readTransaction } from '../domain/wire-transaction.ts';
import type { Lifecycle } from '../lib/lifecycle.ts';
import { SignatureWindow } from '../pipeline/signature-window.ts';
import type { BlockFetcher } from '../recovery/gaps/gap-filler.ts';
import { RecallSampler } from '../recovery/gaps/recall-sampler.ts';
import type { EngineParts } from './parts.ts';
import type { Run } from './run.ts';

/** Transactions remembered for the comparison: some minutes of the followed programs. */
const REMEMBERED = 131_072;
const DEPTH_SLOTS = 64;
const SETTLE_MS = 5_000;

export interface Recall {
  /** To be shown every decoded transaction. */
  readonly observe: (decoded: DecodedTransaction) => void;
  start(run: () => Run): void;
  stats(): object | null;
}

/** Nothing is compared: no RPC endpoint is configured, or it is turned off. */
export const NO_RECALL: Recall = { observe: () => {}, start: () => {}, stats: () => null };

/** Measures the promise from outside: now and then a slot that was called complete is compared with the whole block. */
export function openRecall(
  parts: Pick<EngineParts, 'config' | 'clock' | 'random' | 'emit'>,
  groups: readonly ProgramGroup[],
  blocks: BlockFetcher,
  durableSlot: () => number | null,
  lifecycle: Lifecycle,
): Recall {
  const { config, clock, random, emit } = parts;
  if (config.recovery.recallIntervalMs === 0) return NO_RECALL;
  const seen = new SignatureWindow(REMEMBERED);
  const followed = new Set(groups.flatMap(({ programs }) => programs.map(({ program }) => program)));
  let sampler: RecallSampler | null = null;
  const start = (run: () => Run) => {
    const ledger = () => run().ledger.ledger;
    sampler = new RecallSampler(
      { intervalMs: config.recovery.recallIntervalMs, depthSlots: DEPTH_SLOTS, settleMs: SETTLE_MS },
      {
        blocks,
        // Not the ledger's checkpoint: a slot can be complete while the commitment gate still holds its transactions.
        through: durableSlot,
        // What the process before this one saw is not remembered here.
        isComplete: (slot) => slot > (ledger().anchor ?? slot) && ledger().stateOf(slot) === 'complete',
        isFollowed: (update) => isFollowed(update, followed),
        wasSeen: (update) => seen.has(transactionSignature(update)),
        clock,
        random,
        emit,
      },
    );
    const stop = new AbortController();
    const running = sampler.run(stop.signal);
    lifecycle.own({
      name: 'recall sampler',
      close: async () => {
        stop.abort();
        await running;
      },
    });
  };
  return {
    observe: ({ transaction }) => void seen.see(transaction.signature, transaction.slot),
    start,
    stats: () => sampler?.stats() ?? null,
  };
}

/** What the subscription asks for: successful, and touching a followed program. */
function isFollowed(update: Uint8Array, programs: ReadonlySet<string>): boolean {
  const transaction = readTransaction(update);
  if (transaction.failed || transaction.isVote) return false;
  for (let index = 0; index < transaction.keyCount; index++) if (programs.has(transaction.key(index))) return true;
  return false;
}
