import { z } from 'zod';
import { COMMITMENTS } from '../slot.ts';
import { text, whole } from './fields.ts';

/** The CloudEvents attributes around every event's `data`. An attribute that has no value is left out. */
export const envelope = z.object({
  specversion: z.literal('1.0'),
  id: text(
    'Pure function of signature, instruction path, type and ordinal: the same on every replay. Deduplicate by it together with `slot`: after a fork it may come again in another slot, and is news.',
  ),
  source: text('Which engine says it.'),
  type: text('Event type; also the routing key.'),
  subject: text('What it is about: the mint for token and trade events, the pool for liquidity.'),
  time: z.iso.datetime().describe('Time of the block when known, else of the first sight of its slot.'),
  datacontenttype: z.literal('application/json'),
  dataschema: text('urn:sluice:schema:<type>:<version>'),
  slot: whole('Slot of the transaction.'),
  signature: text('Signature of the transaction, base58.').optional(),
  txindex: whole('Index of the transaction in its block.').optional(),
  ixpath: text('Instruction path, "outer" or "outer.inner".').optional(),
  commitment: z.enum(COMMITMENTS),
  correlationid: text('The signature, or the subject for events of the engine itself.'),
  causationid: text('Id of the event this one follows from.').optional(),
  schemaversion: z.int(),
});
