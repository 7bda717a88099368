import fc from 'fast-check';
import type { EventValue } from '../../../src/domain/domain-event.ts';
import { recordText, valueText } from '../../../src/output/json-text.ts';

/** Any value an event may carry, with strings of every code unit, lone surrogates included. */
const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) });
const leaf = fc.oneof(
  anyText,
  fc.double(),
  fc.boolean(),
  fc.bigInt(),
  fc.constant(null),
  fc.constant(undefined),
) as fc.Arbitrary<EventValue>;
const { value } = fc.letrec<{ value: EventValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 4 }),
  ) as fc.Arbitrary<EventValue>,
}));

/** What the standard serializer says, with big integers as decimal strings. */
function standard(input: EventValue): string | undefined {
  return JSON.stringify(input, (_, member: unknown) => (typeof member === 'bigint' ? String(member) : member));
}

describe('JSON text of event values', () => {
  test('is what JSON.stringify writes, for every value', () => {
    fc.assert(
      fc.property(value, (input) => expect(valueText(input)).toBe(standard(input) ?? 'null')),
      { numRuns: 2_000 },
    );
  });

  test('leaves out members that are undefined and keeps null ones', () => {
    expect(recordText({ a: undefined, b: null, c: 0n, d: '' })).toBe('{"b":null,"c":"0","d":""}');
  });
});
