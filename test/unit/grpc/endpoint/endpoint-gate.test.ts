import {
  type EndpointGate,
  noEndpoint,
  noteRefused,
  redacted,
  takes,
} from '../../../../src/grpc/endpoint/endpoint-gate.ts';
import type { SessionEnd } from '../../../../src/grpc/stream/stream-session.ts';

const STOP: SessionEnd = { reason: 'auth', code: 16, message: 'go away' };
const gate = (stopped: SessionEnd | null, refused: readonly string[] = []): EndpointGate =>
  ({ stopped, refused: new Set(refused) }) as unknown as EndpointGate;

test('refused filters are remembered, and not without end', () => {
  const one = gate(null);
  for (let i = 0; i < 1000; i++) noteRefused(one, `filters ${i}`);
  expect([one.refused.size, takes(one, 'filters 999'), takes(one, 'others')]).toEqual([64, false, true]);
});

test.each([
  ['unreachable', [gate(null), gate(STOP)]],
  ['filter-refused', [gate(null, ['filters']), gate(STOP)]],
  ['auth', [gate(STOP), gate(STOP)]],
])('why no endpoint can be used: %s', (reason, gates) => {
  expect(noEndpoint(gates, 'filters')).toMatchObject({ reason });
});

test('a server that repeats our token does not get it into a text of ours', () => {
  const address = { name: 'a:1', target: 'a:1', secure: true, token: 'canary' };
  expect(redacted('token canary is unknown', address)).toBe('token … is unknown');
});
