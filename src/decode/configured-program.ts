import { z } from 'zod';
import type { ProtocolEvent } from '../domain/protocol-event.ts';
import { EngineError } from '../lib/errors.ts';
import { type EventMapping, eventFrom, eventMapping, movementEvent, movementMapping } from './configured-mapping.ts';
import type { InstructionContext } from './instruction-context.ts';
import { type Field, type FieldType, Layout } from './layout.ts';
import {
  anchorDiscriminator,
  anchorEvent,
  type EventSpec,
  type InstructionSpec,
  type ProgramDecoder,
  taggedInstruction,
} from './program.ts';

/**
 * A program that is described by data only: its layouts, and for each event which field means what. Built into the same decoder a
 * folder of code exports. It never runs anything the file says: names are looked up, nothing is evaluated.
 */
export function configuredProgram(json: unknown, source: string): ProgramDecoder {
  const parsed = programFile.safeParse(json);
  if (!parsed.success) throw invalid(source, z.prettifyError(parsed.error).replaceAll('\n', '; '));
  const file = parsed.data;
  try {
    return {
      program: file.program,
      name: file.name,
      eventSources: file.eventSources,
      instructions: file.instructions.map(instructionOf),
      events: file.events.map(eventOf),
    };
  } catch (error) {
    throw invalid(source, error instanceof Error ? error.message : String(error));
  }
}

const scalar = z.enum([
  'u8',
  'u16',
  'u32',
  'u64',
  'u128',
  'i8',
  'i16',
  'i32',
  'i64',
  'i128',
  'f64',
  'bool',
  'pubkey',
  'string',
  'bytes',
]);

const fieldType: z.ZodType<FieldType> = z.lazy(() =>
  z.union([
    scalar,
    z.strictObject({ option: fieldType }),
    z.strictObject({ vec: fieldType }),
    z.strictObject({ array: z.tuple([fieldType, z.int().min(0).max(10_000)]) }),
    z.strictObject({ blob: z.int().min(0).max(100_000) }),
    z.strictObject({ struct: z.array(field) }),
    z.strictObject({ enum: z.array(z.string()) }),
  ]),
);

const field: z.ZodType<Field> = z.lazy(() =>
  z.union([
    z.tuple([z.string(), fieldType]),
    z.tuple([z.string(), fieldType, z.strictObject({ since: z.string().regex(/^\d{4}-\d{2}$/) })]),
  ]),
);

const discriminator = z
  .string()
  .regex(/^([0-9a-f]{2}){1,8}$/, 'hex of one to eight bytes')
  .optional();

const instruction = z.strictObject({
  name: z.string().min(1),
  /** Absent: Anchor's, made of the name. */
  discriminator,
  args: z.array(field).default([]),
  accounts: z.array(z.string()).default([]),
  yields: z.boolean().default(false),
  /** What to make of the transfers when there is no event. */
  fromMovement: movementMapping.optional(),
});

const event = z.strictObject({
  name: z.string().min(1),
  discriminator: z
    .string()
    .regex(/^([0-9a-f]{2}){8}$/, 'hex of eight bytes')
    .optional(),
  fields: z.array(field),
  as: eventMapping,
});

const programFile = z.strictObject({
  $schema: z.string().optional(),
  program: z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/, 'a base58 program id'),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower case letters, digits and dashes'),
  eventSources: z.array(z.enum(['self-cpi', 'log'])),
  instructions: z.array(instruction),
  events: z.array(event),
});

function instructionOf(spec: z.infer<typeof instruction>): InstructionSpec {
  const { fromMovement } = spec;
  return taggedInstruction(spec.name, spec.discriminator ?? anchorDiscriminator('global', spec.name), {
    args: spec.args.length === 0 ? null : new Layout<object>(spec.args, []),
    accounts: spec.accounts,
    yields: spec.yields,
    ...(fromMovement === undefined
      ? {}
      : { fromInstruction: (context: InstructionContext) => movementEvent(fromMovement, context) }),
  });
}

function eventOf(spec: z.infer<typeof event>): EventSpec {
  const mapping: EventMapping = spec.as;
  const built = anchorEvent(
    spec.name,
    new Layout<object>(spec.fields, []),
    (fields: object, context: InstructionContext): ProtocolEvent =>
      eventFrom(mapping, fields as Readonly<Record<string, unknown>>, context),
  );
  return spec.discriminator === undefined ? built : { ...built, discriminator: spec.discriminator };
}

function invalid(source: string, problem: string): EngineError {
  return new EngineError('CONFIG_INVALID', `The program file ${source} is not usable: ${problem}.`);
}
