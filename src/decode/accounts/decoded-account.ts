/** What an account's bytes say, for the kinds of account a market is made of. Amounts are base units; keys are base58. */
export type DecodedAccount = CurveAccount | PoolAccount | TokenAccount | MintAccount;

interface AccountHead {
  /** Name of the venue or token program that owns it. */
  readonly venue: string;
  /** Every field that was read, by its layout name. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A bonding curve: sells a fixed supply until it is complete. */
export interface CurveAccount extends AccountHead {
  readonly kind: 'curve';
  /** Null where the account does not name its mint (pump.fun: the mint is a seed of its address). */
  readonly mint: string | null;
  /** Null stands for the time before other quotes than SOL existed, and for accounts that do not say. */
  readonly quoteMint: string | null;
  readonly creator: string | null;
  readonly virtualBase: bigint | null;
  readonly virtualQuote: bigint | null;
  /** Left to sell, and raised. */
  readonly realBase: bigint;
  readonly realQuote: bigint;
  readonly supply: bigint | null;
  readonly isComplete: boolean;
}

/** A pool of two tokens, base and quote chosen by the one rule for all venues (orientation.ts). */
export interface PoolAccount extends AccountHead {
  readonly kind: 'pool';
  readonly baseMint: string;
  readonly quoteMint: string;
  readonly baseVault: string;
  readonly quoteVault: string;
  readonly lpMint: string | null;
  readonly lpSupply: bigint | null;
  readonly creator: string | null;
  /** Amounts inside the vaults that belong to no liquidity (fees to be collected); zero where the account tells none. */
  readonly baseOwed: bigint;
  readonly quoteOwed: bigint;
}

export interface TokenAccount extends AccountHead {
  readonly kind: 'token-account';
  readonly mint: string;
  readonly owner: string;
  readonly amount: bigint;
}

export interface MintAccount extends AccountHead {
  readonly kind: 'mint';
  readonly supply: bigint;
  readonly decimals: number;
  readonly mintAuthority: string | null;
  readonly freezeAuthority: string | null;
  /** Token-2022 only; null where the mint charges none. */
  readonly transferFee: { readonly basisPoints: number; readonly maximum: bigint } | null;
  /** Token-2022 only: the metadata the mint itself carries. */
  readonly metadata: { readonly name: string; readonly symbol: string; readonly uri: string } | null;
}
