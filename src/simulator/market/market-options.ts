import type { LayoutAge } from './event-layouts.ts';
import type { LayoutDrift } from './events.ts';

/** How a market is made. The same options and the same slots make the same bytes. */
export interface MarketOptions {
  readonly seed: number;
  /** On average. */
  readonly transactionsPerSlot: number;
  readonly wallets: number;
  /** Coins that trade on their curves at one time. */
  readonly activeCoins: number;
  /** Pools that trade at one time; the oldest retires for a new one. */
  readonly activePools: number;
  /** Of trades. */
  readonly failedShare: number;
  /** Of trades: sent through a router program. */
  readonly routedShare: number;
  /** Of coins: quoted in USDC. */
  readonly tokenQuotedShare: number;
  /** Of transactions: legacy ones, without a lookup table. */
  readonly legacyShare: number;
  readonly vaultWrites: boolean;
  readonly layoutAge: LayoutAge;
  readonly layoutDrift: LayoutDrift | null;
  /** Events and patterns the ledger keeps. */
  readonly truthLimit: number;
  /** Slots after which nothing comes any more; null: it never ends. */
  readonly slots: number | null;
}

export const MARKET_DEFAULTS: MarketOptions = {
  seed: 1,
  transactionsPerSlot: 40,
  wallets: 300,
  activeCoins: 40,
  activePools: 30,
  failedShare: 0.06,
  routedShare: 0.35,
  tokenQuotedShare: 0.08,
  legacyShare: 0.2,
  vaultWrites: false,
  layoutAge: 'current',
  layoutDrift: null,
  truthLimit: 20_000,
  slots: null,
};
