import { isMoney } from '../domain/money.ts';

/**
 * Which of a pool's two mints is the base: true when it is B. One rule for every venue with a token A and a token B: base is A, quote is
 * B, unless A is money (wrapped SOL, a dollar coin) and B is not. It never looks at prices or names; with a mint unknown the pool's own
 * order stands.
 */
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
