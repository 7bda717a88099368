import { LRUCache } from 'lru-cache';
import type { TokenFacts } from '../domain/contracts.ts';
import { SOL_DECIMALS, STABLE_DECIMALS, USD1, USDC, USDT, WRAPPED_SOL } from '../domain/money.ts';
import type { TokenCreated } from '../domain/protocol-event.ts';
import type { Transaction } from '../domain/transaction.ts';

/** Facts of the mints nearly everything is quoted in: they never change. */
const FIXED = new Map<string, TokenFacts>([
  [WRAPPED_SOL, { name: 'Wrapped SOL', symbol: 'SOL', decimals: SOL_DECIMALS }],
  [USDC, { name: 'USD Coin', symbol: 'USDC', decimals: STABLE_DECIMALS }],
  [USDT, { name: 'USDT', symbol: 'USDT', decimals: STABLE_DECIMALS }],
  [USD1, { name: 'World Liberty Financial USD', symbol: 'USD1', decimals: STABLE_DECIMALS }],
]);

/** What the stream itself told about tokens: creations and the decimals beside balances. Bounded; never asks anybody. */
export class TokenMetadata {
  readonly #tokens: LRUCache<string, TokenFacts>;

  constructor(tokensMax: number) {
    this.#tokens = new LRUCache({ max: tokensMax });
  }

  facts(mint: string): TokenFacts | undefined {
    return FIXED.get(mint) ?? this.#tokens.get(mint);
  }

  learnCreated(event: TokenCreated, timeMs: number): void {
    const known = this.#tokens.get(event.mint);
    const decimals = event.decimals ?? known?.decimals;
    const supply = event.supply ?? known?.supply;
    this.#tokens.set(event.mint, {
      name: event.name,
      symbol: event.symbol,
      createdAtMs: known?.createdAtMs ?? timeMs,
      ...(decimals === undefined ? {} : { decimals }),
      ...(supply === undefined ? {} : { supply }),
    });
  }

  /** `supply` is null where the event does not tell it: what was known before is then out of date. */
  learnLp(mint: string, pool: string, supply: bigint | null): void {
    const { supply: _outdated, ...known } = this.#tokens.get(mint) ?? {};
    this.#tokens.set(mint, { ...known, lpOf: pool, ...(supply === null ? {} : { supply }) });
  }

  learnDecimals(mint: string, decimals: number): void {
    if (FIXED.has(mint)) return;
    const known = this.#tokens.get(mint);
    if (known?.decimals !== undefined) return;
    this.#tokens.set(mint, { ...known, decimals });
  }

  /** Finds the decimals of a mint among the transaction's balances, once per mint: reading balances is not free. */
  learnFrom(mint: string, transaction: Transaction): void {
    if (this.facts(mint)?.decimals !== undefined) return;
    const balance =
      transaction.postTokenBalances?.find((entry) => entry.mint === mint) ??
      transaction.preTokenBalances?.find((entry) => entry.mint === mint);
    if (balance !== undefined) this.learnDecimals(mint, balance.decimals);
  }
}
