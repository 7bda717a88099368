import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import { eventDocs } from '../../../../scripts/docs/event-docs.ts';
import { EVENT_TYPES } from '../../../../src/domain/domain-event.ts';
import { EVENT_CATALOGUE } from '../../../../src/domain/events/catalogue.ts';
import { amount } from '../../../../src/domain/events/fields.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

describe('the event catalogue', () => {
  test('describes every event type and nothing else', () => {
    expect(Object.keys(EVENT_CATALOGUE).sort()).toEqual([...EVENT_TYPES].sort());
  });

  test('its generated documents are current (node scripts/event-docs.ts)', () => {
    for (const [file, text] of Object.entries(eventDocs()))
      expect([file, readFileSync(join(root, file), 'utf8')]).toEqual([file, text]);
    const listed = readdirSync(join(root, 'docs', 'schemas')).sort();
    expect(listed).toEqual([...EVENT_TYPES].map((type) => `${type}.json`).sort());
  });

  test.each(EVENT_TYPES)('%s explains each of its members', (type) => {
    const schema = z.toJSONSchema(EVENT_CATALOGUE[type].data, { io: 'input' });
    expect(Object.keys(schema.properties ?? {}).length).toBeGreaterThan(0);
    expect(schema.required).toEqual(Object.keys(schema.properties ?? {}));
  });

  test('an amount is a bigint inside and the same digits in JSON', () => {
    const schema = amount('x');
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        const json = z.encode(schema, value);
        expect(json).toBe(value.toString());
        expect(z.decode(schema, json)).toBe(value);
      }),
    );
    for (const wrong of ['1.5', '', '1e9', '0x10', '007', ' 1']) expect(schema.safeDecode(wrong).success).toBe(false);
  });
});
