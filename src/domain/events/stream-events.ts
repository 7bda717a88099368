import { z } from 'zod';
import { text, textOrNull, whole, wholeOrNull } from './fields.ts';

const gap = {
  from: whole('First slot that is not proven complete.'),
  to: whole('Last such slot.'),
  groups: z.array(z.string()).readonly().describe('Program groups it concerns.'),
  reason: text('What opened it.'),
  sinceMs: whole('When it was noticed, Unix milliseconds.'),
};

export const gapOpened = z.object(gap);
export const gapClosed = z.object({ ...gap, filledBy: textOrNull('"replay", "rpc"; null when it proved empty.') });

export const slotPromoted = z.object({
  slot: whole('The slot that is surer now.'),
});

export const slotRetracted = z.object({
  slot: whole('A slot that died on a fork.'),
  reason: text('How we know.'),
  events: wholeOrNull(
    'How many events are taken back, each by its id too; null: not all of them are known any more, so whatever was told of the slot is void.',
  ),
});

export const eventRetracted = z.object({
  id: text('Id of the event that never happened.'),
  type: text('Its type.'),
  slot: whole('The slot that died.'),
  signature: textOrNull('Its transaction, base58; null for events of the engine itself.'),
  subject: text('What it was about.'),
  reason: text('How we know.'),
});

const connection = {
  connection: text('Name of the connection.'),
  endpoint: text('Host and port, never a token.'),
  groups: z.array(z.string()).readonly().describe('Program groups it carries.'),
};

export const connectionFailed = z.object({
  ...connection,
  code: text('Why, in one word; docs/errors.md lists the reasons.'),
  reason: text('One sentence.'),
});

export const connectionRecovered = z.object({
  ...connection,
  downMs: whole('How long it was away, milliseconds.'),
  resumedFrom: wholeOrNull('Slot the replay was asked from.'),
});

export const decoderDrifted = z.object({
  program: text('Program id.'),
  venue: text('Short name of the program.'),
  discriminator: text('Hex of the first bytes.'),
  kind: z.enum(['unknown-discriminator', 'longer-body', 'shorter-body', 'no-event-share', 'audit-mismatch-share']),
  note: text('What is new, in numbers.'),
  exampleSignature: textOrNull('A transaction that shows it.'),
  cleared: z.boolean().describe('True when it is over.'),
});

export const performanceDegraded = z.object({
  part: text('Which part.'),
  reason: text('What is slow or full.'),
  value: z.number().describe('The measured value.'),
  limit: z.number().describe('The limit it passed.'),
  cleared: z.boolean().describe('True when it is over.'),
});

export const workerStatusChanged = z.object({
  worker: text('Name of the part.'),
  state: text('Its new state.'),
  previous: textOrNull('Its state before.'),
  reason: textOrNull('Why.'),
  heartbeatMs: whole('When it last showed life, Unix milliseconds.'),
});
