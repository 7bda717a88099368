import { z } from 'zod';

/**
 * The vocabulary of event fields. Each schema is written for the JSON form and decodes into the form used inside the engine
 * (`z.output`), so one description gives the types, the JSON Schema and a reader for consumers. Never imported at run time by the
 * hot path: monitors see its types alone.
 *
 * What is not known is null, never left out: an event of one type always has the same members.
 */

/** Base units of a mint: a decimal string in JSON, a bigint inside. */
export const amount = (doc: string) =>
  z
    .codec(z.string().regex(/^-?(0|[1-9]\d*)$/), z.bigint(), {
      decode: (text) => BigInt(text),
      encode: (value) => value.toString(),
    })
    .describe(`${doc} Base units, decimal string.`);

export const amountOrNull = (doc: string) => amount(doc).nullable();

/** A Solana key. The alphabet is checked, the length is that of 32 bytes. */
export const address = (doc: string) =>
  z
    .string()
    .regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/)
    .describe(`${doc} Base58.`);

export const addressOrNull = (doc: string) => address(doc).nullable();
export const text = (doc: string) => z.string().describe(doc);
export const textOrNull = (doc: string) => z.string().nullable().describe(doc);
export const real = (doc: string) => z.number().describe(doc);
export const realOrNull = (doc: string) => z.number().nullable().describe(doc);
export const whole = (doc: string) => z.int().describe(doc);
export const wholeOrNull = (doc: string) => z.int().nullable().describe(doc);
export const flag = (doc: string) => z.boolean().describe(doc);

export const strategy = z
  .enum(['self-cpi', 'log', 'ray-log', 'instruction', 'balances'])
  .describe('How the event was found in the transaction, best first.');

export const audit = z
  .object({
    verdict: z.enum(['matched', 'mismatched', 'unauditable']),
    note: textOrNull('Why it could not be audited, or what differs.'),
  })
  .nullable()
  .describe("Comparison of the amounts with the transaction's own transfers and balances; null when no audit ran.");

/** Where a fact comes from: on every event read from a program. */
export const origin = {
  program: address('Program that did it.'),
  venue: text('Short name of the program.'),
  source: text('On-chain event or instruction it was read from.'),
  strategy,
  caller: addressOrNull('Program that called in; null when the instruction stands at the top.'),
};
