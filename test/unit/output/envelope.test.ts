import fc from 'fast-check';
import { type DomainEvent, EVENT_TYPES, eventId } from '../../../src/domain/domain-event.ts';
import { createEnvelopeWriter } from '../../../src/output/envelope.ts';
import { trade } from '../../support/output.ts';

const write = createEnvelopeWriter({ source: 'sluice', commitment: 'confirmed' });
const read = (event: DomainEvent) => JSON.parse(write(event, eventId(event))) as Record<string, unknown>;

describe('the envelope of an event', () => {
  test('carries every attribute of CloudEvents 1.0 and ours', () => {
    expect(read({ ...trade(51), causationId: 'cause' })).toEqual({
      specversion: '1.0',
      id: 'signature51:2.1:trade.swap.executed:0',
      source: 'sluice',
      type: 'trade.swap.executed',
      subject: 'mint2',
      time: '2025-11-13T02:13:20.051Z',
      datacontenttype: 'application/json',
      dataschema: 'urn:sluice:schema:trade.swap.executed:1',
      slot: 1_001,
      signature: 'signature51',
      txindex: 1,
      ixpath: '2.1',
      commitment: 'confirmed',
      schemaversion: 1,
      correlationid: 'signature51',
      causationid: 'cause',
      data: { number: 51, amount: '51000000357', venue: 'pump-fun' },
    });
  });

  test('has only attributes that have a value: an event of the engine has no transaction', () => {
    const event = { ...trade(1, 'stream.gap.opened'), signature: null, txIndex: null, path: null };
    const envelope = read(event);
    expect(Object.keys(envelope)).not.toEqual(expect.arrayContaining(['signature']));
    expect(envelope).not.toHaveProperty('txindex');
    expect(envelope).not.toHaveProperty('ixpath');
    expect(envelope).not.toHaveProperty('causationid');
    expect(envelope['correlationid']).toBe('mint1');
  });

  test('is JSON that says what the event said, for every text in it', () => {
    const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(anyText, anyText, anyText, fc.constantFrom(...EVENT_TYPES), (subject, signature, text, type) => {
        const envelope = read({ ...trade(1), type, subject, signature, data: { [text]: text } });
        expect(envelope).toMatchObject({ type, subject, signature, data: { [text]: text } });
      }),
      { numRuns: 500 },
    );
  });

  test('names only attributes CloudEvents allows: lower-case letters and digits', () => {
    for (const name of Object.keys(read({ ...trade(1), causationId: 'x' }))) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  });

  test('an impossible time does not stop the stream', () => {
    expect(read({ ...trade(1), timeMs: Number.NaN })['time']).toBe('1970-01-01T00:00:00.000Z');
    expect(read({ ...trade(1), timeMs: 9e18 })['time']).toBe('1970-01-01T00:00:00.000Z');
  });
});
