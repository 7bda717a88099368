import type { Account, Mint } from './account.ts';
import type { CurveReserves } from './curve-arithmetic.ts';
import type { PoolReserves } from './pool-arithmetic.ts';

/** The nouns of the market: who trades, what is traded, and where. State only; programs change it. */

/** What a curve is priced in: SOL itself, or a token. */
export interface Quote {
  readonly mint: Mint;
  /** Curves in SOL hold lamports and name no mint. */
  readonly native: boolean;
  readonly initialVirtual: bigint;
}

export interface Wallet {
  readonly account: Account;
  readonly wrappedSol: Account;
  readonly usdc: Account;
  /** What pump.fun and PumpSwap keep about a trader. */
  readonly pumpVolume: Account;
  readonly swapVolume: Account;
  readonly volumeSol: Account;
  readonly volumeUsdc: Account;
  readonly holdings: Map<Coin, Account>;
  readonly shares: Map<Pool, Account>;
  /** The habit this wallet trades by. */
  readonly label: string;
}

export interface Coin {
  readonly mint: Mint;
  readonly name: string;
  readonly symbol: string;
  readonly uri: string;
  readonly creator: Wallet;
  readonly quote: Quote;
  readonly curve: Account;
  readonly curveNext: Account;
  readonly curveBase: Account;
  readonly curveQuote: Account;
  readonly creatorVault: Account;
  readonly creatorVaultQuote: Account;
  readonly sharing: Account;
  /** Where mayhem mode would keep its own; every coin names them. */
  readonly mayhemState: Account;
  readonly mayhemTokens: Account;
  reserves: CurveReserves;
  complete: boolean;
  migrated: boolean;
  pool: Pool | null;
  /** How eagerly it is bought, 0 to 1; tells runners from duds. */
  readonly appeal: number;
  /** Everybody who has a token account for it. */
  readonly holders: Set<Wallet>;
}

export interface Pool {
  readonly coin: Coin;
  readonly account: Account;
  readonly bump: number;
  readonly authority: Account;
  readonly next: Account;
  readonly base: Account;
  readonly quote: Account;
  readonly lpMint: Mint;
  readonly authorityBase: Account;
  readonly authorityQuote: Account;
  readonly authorityShares: Account;
  readonly boostAuthority: Account;
  readonly boostVault: Account;
  readonly creatorAuthority: Account;
  readonly creatorVault: Account;
  reserves: PoolReserves;
  canBoost: boolean;
}
