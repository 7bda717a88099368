import fc from 'fast-check';
import { createRedactor, redactUrls, secretsOfUrl } from '../../../src/lib/redact.ts';

describe('redacting', () => {
  test('masks user and password of every URL in a text', () => {
    const text = 'tried amqp://me:pa%20ss@host:5672/v and postgres://only@db/x, then http://plain/';
    expect(redactUrls(text)).toBe('tried amqp://***@host:5672/v and postgres://***@db/x, then http://plain/');
  });

  test('a password never survives, however it is spelled around', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), fc.string(), fc.string(), (password, before, after) => {
        fc.pre(!'***'.includes(password) && !before.includes(password) && !after.includes(password));
        const redact = createRedactor([password]);
        expect(redact(`${before} ${password} ${after} ${encodeURIComponent(password)}`)).not.toContain(` ${password} `);
      }),
    );
  });

  test('the secrets of a URL are its password as written and as meant', () => {
    expect(secretsOfUrl('amqp://me:p%40ss@host')).toEqual(['p%40ss', 'p@ss']);
    expect(secretsOfUrl('amqp://host')).toEqual([]);
    expect(secretsOfUrl('no url')).toEqual([]);
  });
});
