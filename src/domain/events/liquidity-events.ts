import { z } from 'zod';
import {
  address,
  addressOrNull,
  amount,
  amountOrNull,
  audit,
  origin,
  realOrNull,
  text,
  wholeOrNull,
} from './fields.ts';

export const poolCreated = z.object({
  pool: address('The new pool.'),
  creator: addressOrNull('Who made it.'),
  baseMint: address('Base mint.'),
  quoteMint: address('Quote mint.'),
  lpMint: addressOrNull('Mint of its liquidity tokens, where it has any.'),
  baseAmount: amountOrNull('Base it starts with.'),
  quoteAmount: amountOrNull('Quote it starts with.'),
  lpAmount: amountOrNull('Liquidity tokens minted to the creator.'),
  baseDecimals: wholeOrNull('Decimals of the base mint.'),
  quoteDecimals: wholeOrNull('Decimals of the quote mint.'),
  price: realOrNull('Quote per whole base token at the start.'),
  tvlUsd: realOrNull('Both sides of the pool in USD, when the quote has a price.'),
  audit,
  ...origin,
});

const liquidityMoved = {
  pool: address('The pool.'),
  provider: addressOrNull('Whose liquidity it is; null when the source recorded no accounts.'),
  baseMint: addressOrNull('Base mint.'),
  quoteMint: addressOrNull('Quote mint.'),
  baseAmount: amount('Base moved.'),
  quoteAmount: amount('Quote moved.'),
  lpAmount: amountOrNull('Liquidity tokens minted or burned.'),
  lpMint: addressOrNull('Mint of the liquidity tokens.'),
  lpSupply: amountOrNull('Their supply after it.'),
  baseReserve: amountOrNull('Real base reserve after it.'),
  quoteReserve: amountOrNull('Real quote reserve after it.'),
  position: addressOrNull('Position account, on venues with concentrated liquidity.'),
  valueUsd: realOrNull('Twice the quote moved, in USD.'),
  audit,
  ...origin,
};

export const depositExecuted = z.object(liquidityMoved);
export const withdrawalExecuted = z.object(liquidityMoved);

export const feesCollected = z.object({
  pool: addressOrNull('Pool or curve; null when collected across many.'),
  feeKind: text('"creator", "protocol", "lp", "platform", …'),
  collector: addressOrNull('Who received them.'),
  amounts: z
    .array(z.object({ mint: addressOrNull('What was collected.'), amount: amount('How much.') }).readonly())
    .readonly(),
  audit,
  ...origin,
});

export const tokenBurned = z.object({
  mint: address('The token.'),
  account: address('Token account it was burned from.'),
  authority: addressOrNull('Who signed the burn.'),
  amount: amount('Burned.'),
  shareOfSupply: realOrNull('Share of the supply as last told, 0 to 1.'),
  lpOf: addressOrNull('The pool whose liquidity tokens these are, where an earlier transaction told it.'),
  ...origin,
});

export const lpBurned = z.object({
  mint: address('Mint of the liquidity tokens.'),
  pool: addressOrNull('The pool they belong to.'),
  account: address('Token account they were burned from.'),
  authority: addressOrNull('Who signed the burn.'),
  amount: amount('Burned.'),
  shareOfSupply: realOrNull('Share of the liquidity token supply, 0 to 1.'),
  ...origin,
});
