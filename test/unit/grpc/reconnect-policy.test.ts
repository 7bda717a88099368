import type { AttemptEnd } from '../../../src/grpc/connection-attempt.ts';
import type { EndpointGate } from '../../../src/grpc/endpoint-gate.ts';
import { ReconnectPolicy } from '../../../src/grpc/reconnect-policy.ts';
import { seededRandom } from '../../../src/lib/random.ts';

const CURSOR = 100;
const unknown: AttemptEnd = { reason: 'protocol', code: 13, message: 'no such luck', isProven: false };

/** A policy over one endpoint without limits; each call says from where it asks. */
function onePolicy(): { next(end: AttemptEnd | null): number | null; proven(): void } {
  const gate = {
    profile: { replaySlots: null, lapseMs: 0 },
    lacksReplay: false,
    oldestSlot: null,
    stopped: null,
    refused: new Set(),
  } as unknown as EndpointGate;
  const options = { backoff: { initialMs: 1, maxMs: 1 }, attemptsPerMinute: 600, lapseMs: 0 };
  const policy = new ReconnectPolicy(options, [gate], seededRandom(1), null);
  return {
    next: (end) => {
      if (end !== null) policy.ended(end, gate, 'filters', 0);
      return policy.fromSlot(CURSOR, gate);
    },
    proven: () => policy.proven(),
  };
}

test('a refusal in unknown words does not hold the stream for ever: now and then it is tried without the replay', () => {
  const policy = onePolicy();
  expect(policy.next(null)).toBe(CURSOR);
  const asked = Array.from({ length: 18 }, () => policy.next(unknown));
  expect(asked.filter((from) => from === null)).toHaveLength(2);
  expect(asked.slice(0, 7)).toEqual(Array.from({ length: 7 }, () => CURSOR));
});

test('unknown errors between calls that prove themselves never cost the replay', () => {
  const policy = onePolicy();
  for (let i = 0; i < 30; i++) {
    expect(policy.next(unknown)).toBe(CURSOR);
    policy.proven();
  }
});

test('other errors in between do not make a stuck stream look well', () => {
  const policy = onePolicy();
  const away: AttemptEnd = { ...unknown, reason: 'unreachable', code: 14 };
  const asked = Array.from({ length: 16 }, (_, i) => policy.next(i % 2 === 0 ? unknown : away));
  expect(asked.filter((from) => from === null)).toHaveLength(1);
});
