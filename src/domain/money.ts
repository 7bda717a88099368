/** The mints that others are priced in: wrapped SOL, and coins that stand for one dollar. */
export const WRAPPED_SOL = 'So11111111111111111111111111111111111111112';
export const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
export const USDT = 'Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB';
export const USD1 = 'USD1ttGY1N17NEEHLmELoaybftRBUSErhqYiQzvEmuB';

export const STABLE_COINS: readonly string[] = [USDC, USDT, USD1];
export const STABLE_DECIMALS = 6;
export const SOL_DECIMALS = 9;

export function isStable(mint: string | null): boolean {
  return mint !== null && STABLE_COINS.includes(mint);
}

export function isMoney(mint: string | null): boolean {
  return mint === WRAPPED_SOL || isStable(mint);
}
