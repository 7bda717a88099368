import { z } from 'zod';
import {
  address,
  addressOrNull,
  amount,
  amountOrNull,
  audit,
  flag,
  origin,
  real,
  realOrNull,
  text,
  textOrNull,
  whole,
  wholeOrNull,
} from './fields.ts';

const fee = z
  .object({
    kind: text('"protocol", "creator", "lp", "cashback", …'),
    mint: addressOrNull('What the fee was taken in; null when the transaction does not tell it.'),
    amount: amount('The fee.'),
  })
  .readonly();

const limit = z
  .object({
    what: z.enum(['max-in', 'min-out']),
    amount: amount('The most to pay or the least to get.'),
  })
  .nullable()
  .describe("The trader's own limit; null when the transaction does not tell it.");

export const swapExecuted = z.object({
  pool: addressOrNull('Bonding curve or pool; null when the source recorded no accounts.'),
  side: z.enum(['buy', 'sell']).describe('Of the base mint: buy = the trader receives base.'),
  trader: addressOrNull('Who traded; null when the source recorded no accounts.'),
  baseMint: addressOrNull('Null when neither the transaction nor an earlier sight of the pool tells it.'),
  quoteMint: addressOrNull('Null when neither the transaction nor an earlier sight of the pool tells it.'),
  symbol: textOrNull('Symbol of the base mint, when known.'),
  baseAmount: amount('Base moved.'),
  quoteAmount: amount('Quote moved between trader and pool.'),
  fees: z.array(fee).readonly(),
  feesIncluded: flag('True when the fees are already contained in the amounts.'),
  baseReserve: amountOrNull('Real base reserve after the trade.'),
  quoteReserve: amountOrNull('Real quote reserve after the trade.'),
  virtualBase: amountOrNull('Virtual base reserve after the trade, on venues that have one.'),
  virtualQuote: amountOrNull('Virtual quote reserve after the trade, on venues that have one.'),
  price: realOrNull('Quote per whole base token, as executed, without fees; null while decimals are unknown.'),
  priceUsd: realOrNull('The price in USD; null while no USD price of the quote is known.'),
  valueUsd: realOrNull('What moved, in USD.'),
  limit,
  slippageLimitBps: wholeOrNull('How much worse than the price before the trade the limit allowed, fees included.'),
  slippageTakenBps: wholeOrNull('How much worse than the price before the trade it was executed, fees included.'),
  priceImpactBps: wholeOrNull('How far the trade moved the price of the pool.'),
  audit,
  ...origin,
});

export const priceUpdated = z.object({
  mint: address('The token.'),
  quoteMint: address('What the price is spelled in.'),
  pool: address('Where it was seen.'),
  venue: text('Short name of the program.'),
  price: real('Quote per whole token after the trade.'),
  priceUsd: realOrNull('The same in USD.'),
  change1m: realOrNull('Relative change over 1 minute; null without an older price.'),
  change5m: realOrNull('Relative change over 5 minutes.'),
  change1h: realOrNull('Relative change over 1 hour.'),
  volume1h: real('Quote traded within the last hour, whole units.'),
  trades1h: whole('Trades within the last hour.'),
});
