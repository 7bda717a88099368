import { z } from 'zod';
import { DEAD_LETTER_TYPES, type EventType } from '../../src/domain/domain-event.ts';
import { EVENT_CATALOGUE } from '../../src/domain/events/catalogue.ts';
import { envelope } from '../../src/domain/events/envelope.ts';
import { SCHEMA_VERSION, schemaUrn } from '../../src/domain/events/version.ts';
import { yamlText } from './yaml-text.ts';

/** The generated documents of the event catalogue. Pure: file name → text; never writes. */
export function eventDocs(): Readonly<Record<string, string>> {
  const files: Record<string, string> = { 'docs/asyncapi.yaml': asyncapiDoc() };
  for (const type of eventTypes())
    files[`docs/schemas/${type}.json`] = `${JSON.stringify(dataSchema(type), null, 2)}\n`;
  return files;
}

function eventTypes(): readonly EventType[] {
  return Object.keys(EVENT_CATALOGUE) as EventType[];
}

function dataSchema(type: EventType): object {
  const { $schema, ...body } = jsonSchema(EVENT_CATALOGUE[type].data);
  return { $schema, $id: schemaUrn(type), title: type, description: EVENT_CATALOGUE[type].doc, ...body };
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  return withoutReadOnly(z.toJSONSchema(schema, { io: 'input' })) as Record<string, unknown>;
}

/** `readOnly` says that a member may not be sent to a server: not what an immutable list means. */
function withoutReadOnly(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutReadOnly);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name !== 'readOnly')
      .map(([name, member]) => [name, withoutReadOnly(member)]),
  );
}

function asyncapiDoc(): string {
  const types = eventTypes();
  const { $schema: _, ...envelopeSchema } = jsonSchema(envelope);
  return `# Generated from src/domain/events by scripts/event-docs.ts. Do not edit.\n${yamlText({
    asyncapi: '3.0.0',
    info: {
      title: 'Sluice domain events',
      version: `${SCHEMA_VERSION}.0.0`,
      description:
        'CloudEvents 1.0 in JSON on a topic exchange. The routing key is the event type; a retraction (stream.event.retracted) also has the key of the type it takes back (CC), so it reaches every queue that event reached: tell it by its type. Delivery is at least once: deduplicate by id and slot, and forget both when they are taken back.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries(types.map((type) => [channelName(type), channel(type)])),
    operations: Object.fromEntries(types.map((type) => [`send_${channelName(type)}`, operation(type)])),
    components: {
      messages: Object.fromEntries(types.map((type) => [channelName(type), message(type)])),
      schemas: {
        envelope: envelopeSchema,
        ...Object.fromEntries(types.map((type) => [channelName(type), withoutHead(dataSchema(type))])),
      },
    },
  })}`;
}

/** AsyncAPI allows no dots in names of components. */
function channelName(type: EventType): string {
  return type.replaceAll('.', '_');
}

function channel(type: EventType): object {
  // Warnings about events wait with the dead letters of the queues those events go to.
  const isDeadLetter = Object.hasOwn(DEAD_LETTER_TYPES, type);
  const exchange = isDeadLetter
    ? { name: 'solana.events.dlx', type: 'direct', durable: true }
    : { name: 'solana.events', type: 'topic', durable: true };
  return {
    address: type,
    messages: { [channelName(type)]: { $ref: `#/components/messages/${channelName(type)}` } },
    bindings: { amqp: { is: 'routingKey', exchange } },
  };
}

function operation(type: EventType): object {
  return { action: 'send', channel: { $ref: `#/channels/${channelName(type)}` } };
}

function message(type: EventType): object {
  return {
    name: type,
    summary: EVENT_CATALOGUE[type].doc,
    payload: {
      allOf: [
        { $ref: '#/components/schemas/envelope' },
        {
          type: 'object',
          required: ['data'],
          properties: { type: { const: type }, data: { $ref: `#/components/schemas/${channelName(type)}` } },
        },
      ],
    },
  };
}

function withoutHead(schema: object): object {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => name !== '$schema' && name !== '$id'));
}
