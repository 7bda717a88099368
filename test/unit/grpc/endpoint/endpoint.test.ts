import { parseEndpoint } from '../../../../src/grpc/endpoint/endpoint.ts';

test.each([
  ['https://host', 'host:443', true],
  ['http://127.0.0.1:10000', '127.0.0.1:10000', false],
  ['host.example:8080', 'host.example:8080', true],
  ['https://x.quiknode.pro/secret-token/', 'x.quiknode.pro:443', true],
])('%s', (text, name, secure) => {
  expect(parseEndpoint(text, 't')).toMatchObject({ name, secure, token: 't' });
});

test.each(['', 'ftp://host', 'https://', 'not an address'])('"%s" is no endpoint', (text) => {
  expect(() => parseEndpoint(text, '')).toThrow(/not an address/);
});
