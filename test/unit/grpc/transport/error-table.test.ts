import {
  ACTIONS,
  availableSlot,
  claimedText,
  classify,
  explain,
  REASONS,
  type Reason,
} from '../../../../src/grpc/transport/error-table.ts';

const WORDINGS: readonly [Reason, number, string][] = [
  ['quota', 8, 'max subscription limit exceeded'],
  ['quota', 8, 'rate limit exceeded'],
  ['quota', 8, 'Max subscriptions reached for this token'],
  ['quota', 14, 'Received HTTP status code 429'],
  ['quota', 8, ''],
  ['concurrency', 7, 'Maximum connection count reached'],
  ['concurrency', 8, 'too many concurrent streams'],
  ['auth', 16, 'No valid auth token'],
  ['auth', 16, ''],
  ['auth', 7, 'denied'],
  ['http-refused', 7, 'Received HTTP status code 403'],
  ['http-refused', 16, 'Received HTTP status code 401 with content-type text/html'],
  ['http-refused', 2, 'grpc-status header missing, mapped from HTTP status code 403'],
  ['oversized', 8, 'Received message larger than max (8433026 vs 4194304)'],
  ['oversized', 11, 'Error, decoded message length too large: found 8433026 bytes, the limit is: 4194304 bytes'],
  ['framing', 8, 'Received message larger than max (2065853043 vs 67108864)'],
  ['replay-gone', 11, 'broadcast from 312000000 is not available, last available: 312000120'],
  ['replay-gone', 13, 'replay from 312000000 is not available'],
  ['replay-gone', 9, 'slot 312000000 is no longer available'],
  ['replay-gone', 11, ''],
  ['replay-unsupported', 13, 'from_slot is not supported'],
  ['replay-gone', 9, 'slot 312000000 is outside the replay window'],
  ['replay-failed', 13, 'failed to get replay response'],
  ['replay-failed', 13, 'failed to send from_slot request'],
  ['lagged', 13, 'lagged to send an update'],
  ['lagged', 13, 'lagged to receive geyser messages'],
  ['lagged', 15, 'lagged'],
  ['shutting-down', 14, 'server is shutting down try again later'],
  ['shutting-down', 13, 'server is shutting down try again later'],
  ['filter-refused', 3, 'failed to create filter: Max amount of filters reached, only 5 allowed'],
  [
    'filter-refused',
    3,
    'failed to create filter: pubkey TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA in filters not allowed',
  ],
  ['keepalive', 14, 'Connection dropped: GOAWAY ENHANCE_YOUR_CALM too_many_pings'],
  ['framing', 2, 'Received HTTP status code 200 with content-type text/html'],
  ['framing', 12, 'unknown method Subscribe'],
  ['ended', 0, 'the server ended the stream'],
  ['unreachable', 14, 'No connection established. Last error: connect ECONNREFUSED 127.0.0.1:1'],
  ['unreachable', 13, 'Received RST_STREAM with code 2 (Internal server error)'],
  ['unreachable', 14, 'Connection dropped'],
  ['ended', 1, 'Received RST_STREAM with code 8'],
  ['protocol', 6, 'already exists'],
  ['protocol', 13, 'slot 312000000 cannot be served'],
];

test.each(WORDINGS)('%s: code %d "%s"', (reason, code, message) => {
  expect(classify({ code, message })).toBe(reason);
});

test('every reason has an action with words for an operator', () => {
  for (const reason of REASONS) expect(ACTIONS[reason].advice.length).toBeGreaterThan(10);
  expect(ACTIONS.auth.wait).toBe('stop');
  expect(ACTIONS.quota.wait).toBe('window');
  expect(ACTIONS.lagged.blamesEndpoint).toBe(false);
});

test('the oldest slot is read out of the refusal', () => {
  expect(availableSlot('broadcast from 5 is not available, last available: 312000120')).toBe(312000120);
  expect(availableSlot('first_available 7')).toBe(7);
  expect(availableSlot('failed to get replay response')).toBeNull();
});

test('a length that is really text is told as text', () => {
  // 0x7b226572 is {"er, the begin of a JSON error body.
  expect(claimedText('Received message larger than max (2065851762 vs 67108864)')).toBe('{"er');
  expect(claimedText('Received message larger than max (8433026 vs 4194304)')).toBeNull();
  expect(explain('framing', 'Received message larger than max (2065851762 vs 67108864)').detail).toContain('{"er');
});
