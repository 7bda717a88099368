/**
 * Which of a pool's two mints is the base. One rule for every venue with a token A and a token B: base is A, quote is B, unless A
 * is a money mint (wrapped SOL, USDC, USDT) and B is not. It never looks at prices or names.
 */
export const WRAPPED_SOL = 'So11111111111111111111111111111111111111112';
export const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v';
export const USDT = 'Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB';

const MONEY: ReadonlySet<string> = new Set([WRAPPED_SOL, USDC, USDT]);

export function isMoney(mint: string | null): boolean {
  return mint !== null && MONEY.has(mint);
}

/** True when B is the base. With a mint unknown the pool's own order stands. */
export function isFlipped(mintA: string | null, mintB: string | null): boolean {
  return mintB !== null && isMoney(mintA) && !isMoney(mintB);
}

/** The order of two keys as programs sort them: by their bytes. (The digits of base58 stand in the order of ASCII.) */
export function isKeyBefore(left: string, right: string): boolean {
  const leftDigits = left.replace(/^1+/, '');
  const rightDigits = right.replace(/^1+/, '');
  if (leftDigits.length !== rightDigits.length) return leftDigits.length < rightDigits.length;
  return leftDigits < rightDigits;
}
