import { z } from 'zod';
import { address, addressOrNull, amountOrNull, origin, realOrNull, text, textOrNull, wholeOrNull } from './fields.ts';

const secondsFromCreation = realOrNull('Seconds since the token was created; null when its creation was not seen.');

export const mintCreated = z.object({
  mint: address('The new token.'),
  name: text('As its creator spelled it.'),
  symbol: text('As its creator spelled it.'),
  uri: text('Of the metadata document.'),
  creator: address('Who receives creator fees.'),
  quoteMint: address('What the curve is quoted in.'),
  curve: address('Bonding curve or pool state.'),
  supply: amountOrNull('All tokens minted.'),
  decimals: wholeOrNull('Decimals of the mint.'),
  tokenProgram: addressOrNull('SPL Token or Token-2022.'),
  virtualBase: amountOrNull('Virtual token reserve the curve starts with.'),
  virtualQuote: amountOrNull('Virtual quote reserve the curve starts with.'),
  modes: z.array(z.string()).readonly().describe('"mayhem", "cashback", …'),
  ...origin,
});

export const MILESTONES = ['first-trade', 'progress-25', 'progress-50', 'progress-75', 'progress-90'] as const;
export type Milestone = (typeof MILESTONES)[number];

export const milestoneReached = z.object({
  mint: address('The token.'),
  curve: address('Its bonding curve.'),
  milestone: z.enum(MILESTONES),
  progress: realOrNull('Share of the tokens for sale that the curve has sold, 0 to 1.'),
  trader: address('Whose trade reached it.'),
  quoteMint: addressOrNull('What the curve is quoted in.'),
  quoteReserve: amountOrNull('Real quote reserve of the curve.'),
  secondsFromCreation,
  venue: text('Short name of the program.'),
});

export const curveCompleted = z.object({
  mint: address('The token.'),
  curve: address('The curve that sold its last token.'),
  by: addressOrNull('Whose trade completed it.'),
  secondsFromCreation,
  ...origin,
});

export const curveGraduated = z.object({
  mint: address('The token.'),
  curve: address('The curve it left.'),
  pool: addressOrNull('The pool it now trades in.'),
  destination: text('Venue of that pool.'),
  quoteMint: addressOrNull('What the pool is quoted in.'),
  baseAmount: amountOrNull('Tokens moved into the pool.'),
  quoteAmount: amountOrNull('Quote moved into the pool.'),
  fee: amountOrNull('Migration fee, of the quote.'),
  secondsFromCreation,
  ...origin,
});

export const creatorChanged = z.object({
  mint: addressOrNull('The token.'),
  pool: addressOrNull('Curve or pool.'),
  from: addressOrNull('The old creator.'),
  to: address('The new creator.'),
  ...origin,
});

export const metadataResolved = z.object({
  mint: address('The token.'),
  name: textOrNull('Token name.'),
  symbol: textOrNull('Token symbol.'),
  decimals: wholeOrNull('Decimals of the mint.'),
  supply: amountOrNull('All tokens minted.'),
  resolvedFrom: text('"stream" or "rpc".'),
});
