import { z } from 'zod';
import { addressOrNull, amountOrNull, origin, text } from './fields.ts';

/** An event whose amounts are not what its transaction moved, with everything it takes to look into it. */
export const auditMismatched = z.object({
  event: z.object({
    id: text('Id the event was told under.'),
    type: text('Its type.'),
    ...origin,
    pool: addressOrNull('Curve or pool; null for what was collected across many.'),
    baseMint: addressOrNull('Mint of the base.'),
    quoteMint: addressOrNull('Mint of the quote.'),
    baseAmount: amountOrNull('Base, as decoded.'),
    quoteAmount: amountOrNull('Quote, as decoded.'),
    fields: text('Every field that was read, as JSON.'),
  }),
  note: text('What differs.'),
  rawTransaction: text('The whole update as it came from the provider (a serialized SubscribeUpdate), base64.'),
});
