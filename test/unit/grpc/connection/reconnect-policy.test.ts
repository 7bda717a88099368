import type { AttemptEnd } from '../../../../src/grpc/connection/connection-attempt.ts';
import { ReconnectPolicy } from '../../../../src/grpc/connection/reconnect-policy.ts';
import type { EndpointGate } from '../../../../src/grpc/endpoint/endpoint-gate.ts';
import type { CallProgress } from '../../../../src/grpc/stream/call-progress.ts';
import { REASONS, type Reason } from '../../../../src/grpc/transport/error-table.ts';
import { seededRandom } from '../../../../src/lib/random.ts';

const CURSOR = 100;
/** Ends in a row after which a replay is suspected whatever they say. */
const PATIENCE = 6;
/** After so many the endpoint is asked what it can replay. */
const SUSPECT = 3;
const ended = (reason: Reason, progress: CallProgress = 'none'): AttemptEnd => ({
  reason,
  code: 13,
  message: 'no such luck',
  progress,
});
const unknown = ended('protocol');

/** A policy over one endpoint without limits; each call says from where it asks. */
function onePolicy() {
  const gate = {
    profile: { replaySlots: null, lapseMs: 0 },
    lacksReplay: false,
    oldestSlot: null,
    stopped: null,
    refused: new Set(),
    limiter: { budget: null, block: () => {} },
    keepalive: { complained: () => {} },
  } as unknown as EndpointGate;
  const options = { backoff: { initialMs: 1, maxMs: 1 }, attemptsPerMinute: 600, lapseMs: 0 };
  const policy = new ReconnectPolicy(options, [gate], seededRandom(1), null);
  const world = {
    gate,
    policy,
    cursor: CURSOR as number | null,
    missing: null as number | null,
    /** From where the next call asks after this end. */
    next: (end: AttemptEnd | null): number | null => {
      if (end !== null) policy.ended(end, gate, 'filters', 0);
      return policy.fromSlot(world.cursor, gate, world.missing);
    },
    /** The same for so many ends. */
    repeated: (end: AttemptEnd, times: number) => Array.from({ length: times }, () => world.next(end)),
  };
  world.next(null);
  return world;
}

const NO_REPLAY: ReadonlySet<Reason> = new Set([
  'quota',
  'concurrency',
  'auth',
  'http-refused',
  'filter-refused',
  'released',
  'local',
  'unusable',
]);
const MAYBE_AWAY: ReadonlySet<Reason> = new Set(['unreachable', 'stalled', 'framing', 'shutting-down', 'keepalive']);
const WORDED: ReadonlySet<Reason> = new Set(['replay-gone', 'replay-failed', 'replay-unsupported']);
const telling = REASONS.filter((reason) => !NO_REPLAY.has(reason) && !WORDED.has(reason));

describe('an open gap behind the cursor', () => {
  test('is asked for by the first call, and by none after a replay that failed', () => {
    const world = onePolicy();
    world.missing = CURSOR - 20;
    expect(world.next(ended('unreachable'))).toBe(CURSOR - 20);
    expect(world.next(ended('replay-failed', 'accepted'))).toBe(CURSOR);
    world.policy.proven();
    expect(world.next(ended('unreachable', 'proven'))).toBe(CURSOR - 20);
    expect(world.next(ended('lagged', 'proven'))).toBe(CURSOR);
    expect(world.next(ended('protocol', 'accepted'))).toBe(CURSOR);
  });

  test('is not asked for where there is no cursor, and moves no start forward', () => {
    const world = onePolicy();
    world.missing = CURSOR + 5;
    expect(world.next(ended('unreachable'))).toBe(CURSOR);
    world.cursor = null;
    expect(world.next(ended('unreachable'))).toBeNull();
  });
});

describe('calls from a slot that prove nothing', () => {
  test.each(telling)(
    'accepted and %s: after some in a row the next starts at the tip, whatever the words',
    (reason) => {
      const asked = onePolicy().repeated(ended(reason, 'accepted'), PATIENCE + 1);
      expect(asked.slice(0, PATIENCE - 1)).toEqual(Array.from({ length: PATIENCE - 1 }, () => CURSOR));
      expect(asked.slice(PATIENCE - 1)).toEqual([null, CURSOR]);
    },
  );

  test.each([...MAYBE_AWAY])('%s without being accepted says nothing of the replay', (reason) => {
    expect(new Set(onePolicy().repeated(ended(reason), 40))).toEqual(new Set([CURSOR]));
  });

  test.each([...NO_REPLAY])('nor does %s, ever', (reason) => {
    expect(new Set(onePolicy().repeated(ended(reason, 'accepted'), 40))).toEqual(new Set([CURSOR]));
  });

  test('a server that refuses in unknown words is tried without the replay now and then', () => {
    const asked = onePolicy().repeated(unknown, 18);
    expect(asked.filter((from) => from === null)).toHaveLength(2);
  });

  test('the endpoint is asked what it can replay, and its oldest slot is tried before the tip', () => {
    const { policy, gate, next, repeated } = onePolicy();
    const end = ended('stalled', 'accepted');
    for (let i = 1; i < SUSPECT; i++) {
      expect(policy.suspectsReplay(end)).toBe(false);
      next(end);
    }
    expect(policy.suspectsReplay(end)).toBe(true);
    expect(policy.suspectsReplay(ended('stalled'))).toBe(false);
    gate.oldestSlot = CURSOR + 50;
    expect(repeated(end, 4)).toEqual([CURSOR + 50, CURSOR + 66, null, CURSOR]);
  });

  test('an oldest slot before the cursor changes nothing: then it is not the age of the slot', () => {
    const { gate, repeated } = onePolicy();
    gate.oldestSlot = CURSOR - 50;
    expect(repeated(ended('ended'), PATIENCE + 1).slice(-2)).toEqual([null, CURSOR]);
  });

  test('between calls that prove themselves they never cost the replay', () => {
    const { next, policy } = onePolicy();
    for (let i = 0; i < 30; i++) {
      expect(next(unknown)).toBe(CURSOR);
      policy.proven();
    }
  });

  test('nor where each brings some slots before it ends', () => {
    const world = onePolicy();
    for (let i = 1; i < 30; i++) {
      world.cursor = CURSOR + i;
      expect(world.next(ended('lagged', 'reached'))).toBe(CURSOR + i);
    }
  });

  test('a call that brings data and no slot further is stuck like any other', () => {
    expect(onePolicy().repeated(ended('oversized', 'reached'), PATIENCE).at(-1)).toBeNull();
  });

  test('an output that others move on does not make a stuck stream look well', () => {
    const world = onePolicy();
    const asked = Array.from({ length: PATIENCE }, (_, i) => {
      world.cursor = CURSOR + 1 + i;
      return world.next(ended('stalled', 'accepted'));
    });
    expect(asked.at(-1)).toBeNull();
  });

  test('nor do other errors in between', () => {
    const { next } = onePolicy();
    const asked = Array.from({ length: 16 }, (_, i) => next(i % 2 === 0 ? unknown : ended('unreachable')));
    expect(asked.filter((from) => from === null)).toHaveLength(1);
  });
});

describe('an end that the replay may have caused', () => {
  test.each(telling.filter((reason) => !MAYBE_AWAY.has(reason)))('%s is one while a replay is asked for', (reason) => {
    const world = onePolicy();
    expect(world.policy.mayBeReplay(reason, 'none')).toBe(true);
    world.cursor = null;
    world.next(ended('ended'));
    expect(world.policy.mayBeReplay(reason, 'none')).toBe(false);
  });

  test('is none where nobody answered, or where the data had flowed', () => {
    const { policy } = onePolicy();
    for (const reason of MAYBE_AWAY) expect(policy.mayBeReplay(reason, 'none')).toBe(false);
    expect(policy.mayBeReplay('protocol', 'proven')).toBe(false);
  });
});

describe('an HTTP page that refuses', () => {
  const page = ended('http-refused');

  test('gives the endpoint up only when it comes three times in a row', () => {
    const { policy, gate } = onePolicy();
    const end = (each: AttemptEnd) => policy.ended(each, gate, 'filters', 0);
    expect([end(page), end(page), end(ended('ended', 'accepted')), end(page), end(page)]).not.toContain(true);
    expect([gate.stopped, policy.isOver]).toEqual([null, false]);
    expect(end(page)).toBe(true);
    expect([gate.stopped, policy.isOver]).toEqual([page, true]);
  });

  test('calls that reach nobody in between are no sign that it let us in', () => {
    const { policy, gate } = onePolicy();
    const ends = [page, ended('unreachable'), page, ended('unreachable'), page];
    expect(ends.map((end) => policy.ended(end, gate, 'filters', 0)).at(-1)).toBe(true);
  });

  test('a token the server itself refuses still ends it at once', () => {
    const { policy, gate } = onePolicy();
    expect(policy.ended(ended('auth'), gate, 'filters', 0)).toBe(true);
  });
});
