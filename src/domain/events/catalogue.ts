import type { z } from 'zod';
import type { EventType } from '../domain-event.ts';
import { auditMismatched } from './audit-events.ts';
import {
  depositExecuted,
  feesCollected,
  lpBurned,
  poolCreated,
  tokenBurned,
  withdrawalExecuted,
} from './liquidity-events.ts';
import {
  connectionFailed,
  connectionRecovered,
  decoderDrifted,
  eventRetracted,
  gapClosed,
  gapOpened,
  performanceDegraded,
  slotPromoted,
  slotRetracted,
  workerStatusChanged,
} from './stream-events.ts';
import {
  creatorChanged,
  curveCompleted,
  curveGraduated,
  metadataResolved,
  milestoneReached,
  mintCreated,
} from './token-events.ts';
import { priceUpdated, swapExecuted } from './trade-events.ts';

/**
 * Every event type with the schema of its `data`, once: the TypeScript types, docs/schemas and docs/asyncapi.yaml come from here.
 * Loads zod: parts on the hot path import its types alone.
 */
export const EVENT_CATALOGUE = {
  'token.mint.created': { doc: 'A token was created on a bonding curve or launchpad.', data: mintCreated },
  'token.milestone.reached': {
    doc: 'A token on a curve traded for the first time or sold a given share.',
    data: milestoneReached,
  },
  'token.curve.completed': { doc: 'A bonding curve sold its last token.', data: curveCompleted },
  'token.curve.graduated': { doc: 'A completed curve moved into a pool.', data: curveGraduated },
  'token.creator.changed': { doc: 'The receiver of creator fees changed.', data: creatorChanged },
  'token.metadata.resolved': { doc: 'Name, symbol or decimals of a token became known.', data: metadataResolved },
  'trade.swap.executed': { doc: 'One trade on a curve or pool.', data: swapExecuted },
  'price.token.updated': { doc: 'Price of a token, at most once per token and interval.', data: priceUpdated },
  'liquidity.pool.created': { doc: 'A pool was created.', data: poolCreated },
  'liquidity.deposit.executed': { doc: 'Liquidity was added to a pool.', data: depositExecuted },
  'liquidity.withdrawal.executed': { doc: 'Liquidity was taken out of a pool.', data: withdrawalExecuted },
  'liquidity.fees.collected': { doc: 'Fees of a pool or curve were collected.', data: feesCollected },
  'burn.token.detected': { doc: 'Tokens were burned.', data: tokenBurned },
  'burn.lp.detected': { doc: 'Liquidity tokens were burned: that liquidity is locked for ever.', data: lpBurned },
  'audit.trade.mismatched': {
    doc: 'A trade whose amounts its transaction does not bear out. Goes to the dead letters, never to a queue.',
    data: auditMismatched,
  },
  'audit.liquidity.mismatched': {
    doc: 'A deposit, withdrawal, opening of a pool or collection of fees whose amounts its transaction does not bear out. Goes to the dead letters.',
    data: auditMismatched,
  },
  'worker.status.changed': { doc: 'A part of the engine changed its state.', data: workerStatusChanged },
  'stream.gap.opened': { doc: 'A range of slots is not proven complete.', data: gapOpened },
  'stream.gap.closed': { doc: 'A gap was filled or proved empty.', data: gapClosed },
  'stream.slot.confirmed': {
    doc: 'The cluster voted for a slot, and so for all it is built on: what was told of them and not taken back is confirmed.',
    data: slotPromoted,
  },
  'stream.slot.finalized': {
    doc: 'A slot is final, and so is all it is built on: what was told of them and not taken back stays for ever.',
    data: slotPromoted,
  },
  'stream.slot.retracted': { doc: 'A slot died on a fork: its events never happened.', data: slotRetracted },
  'stream.event.retracted': {
    doc: 'One event is taken back. Goes to every queue that event went to, and to those that ask for this type.',
    data: eventRetracted,
  },
  'stream.connection.failed': { doc: 'A connection to the provider failed.', data: connectionFailed },
  'stream.connection.recovered': { doc: 'A connection to the provider is back.', data: connectionRecovered },
  'stream.decoder.drifted': { doc: 'A program changed what it writes.', data: decoderDrifted },
  'stream.performance.degraded': { doc: 'A part of the engine is over its limit.', data: performanceDegraded },
} as const satisfies Record<EventType, { readonly doc: string; readonly data: z.ZodType }>;

/** `data` of an event as the engine holds it: amounts are bigint. */
export type EventData<T extends EventType> = Readonly<z.output<(typeof EVENT_CATALOGUE)[T]['data']>>;
