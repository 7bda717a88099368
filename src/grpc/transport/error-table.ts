import type { CallOutcome } from './transport.ts';

/**
 * Why a call ended, by gRPC code and message. Codes alone mislead: RESOURCE_EXHAUSTED is a quota or an oversized message,
 * OUT_OF_RANGE a lost replay window or an oversized message. Data, first match wins; it never acts.
 */
export const REASONS = [
  'quota',
  'concurrency',
  'auth',
  'http-refused',
  'filter-refused',
  'lagged',
  'replay-gone',
  'replay-unsupported',
  'replay-failed',
  'oversized',
  'framing',
  'keepalive',
  'shutting-down',
  'ended',
  'stalled',
  'unreachable',
  'released',
  'local',
  'unusable',
  'protocol',
] as const;
export type Reason = (typeof REASONS)[number];

/** What to do about it. */
export interface Action {
  /**
   * retry: reopen after backoff. window: wait for the quota window. lapse: wait until the server forgot our old streams. refused: never ask
   * this endpoint for these filters again. stop: an operator must act before the endpoint is of any use.
   */
  readonly wait: 'retry' | 'window' | 'lapse' | 'refused' | 'stop';
  /** Counts against the endpoint's circuit breaker, unless the replay that was asked for may be to blame. */
  readonly blamesEndpoint: boolean;
  readonly advice: string;
}

export const ACTIONS: Readonly<Record<Reason, Action>> = {
  quota: row('window', true, 'the provider refuses more openings: waiting for its window'),
  concurrency: row('lapse', true, 'too many connections stand open for this token: waiting for old ones to lapse'),
  auth: row('stop', true, 'the token was refused: check X_TOKEN and the address allow list of the provider'),
  'http-refused': row(
    'retry',
    true,
    'an HTTP page refuses the call (three in a row end the endpoint): check the token and the address allow list of the provider',
  ),
  'filter-refused': row('refused', false, 'the provider refuses the filters: run `sluice plan` and narrow the groups'),
  lagged: row('retry', false, 'this reader was too slow: reopening where the output stands'),
  'replay-gone': row('retry', false, 'the replay window has passed the cursor: going on at the oldest slot kept'),
  'replay-unsupported': row('retry', false, 'the endpoint keeps no replay: going on at the tip'),
  'replay-failed': row('retry', false, 'the endpoint could not replay now'),
  oversized: row('retry', false, 'a message is larger than GRPC_MAX_RECEIVE_BYTES: raise it'),
  framing: row('retry', true, 'the answer is not gRPC: check the address and the token'),
  keepalive: row('retry', false, 'the server found our pings too many: pinging half as often'),
  'shutting-down': row('retry', true, 'the server is shutting down'),
  ended: row('retry', false, 'the server ended the stream without an error'),
  stalled: row('retry', true, 'the stream went silent'),
  unreachable: row('retry', true, 'the endpoint cannot be reached'),
  released: row('retry', false, 'the connection was released'),
  local: row('retry', true, 'the call could not be made from here'),
  unusable: row('stop', false, 'the transport cannot be used here'),
  protocol: row('retry', true, 'the server answered with an unknown error'),
};

interface Row {
  readonly codes: readonly number[];
  readonly text: RegExp;
  readonly reason: Reason;
}

const CANCELLED = 1;
const UNKNOWN = 2;
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const FAILED_PRECONDITION = 9;
const ABORTED = 10;
const OUT_OF_RANGE = 11;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;
const UNAVAILABLE = 14;
const DATA_LOSS = 15;
const UNAUTHENTICATED = 16;
const ANY: readonly number[] = [];

/** Sizes above this are no message: the "length" is the text of an HTTP error body or garbage. */
const CREDIBLE_BYTES = 1_000_000_000;

const ROWS: readonly Row[] = [
  { codes: ANY, text: /too_many_pings|enhance.?your.?calm/i, reason: 'keepalive' },
  // No word of the server itself: a firewall or a proxy before it, which may let the next call through.
  { codes: ANY, text: /http status code:? (401|403)/i, reason: 'http-refused' },
  { codes: [UNAUTHENTICATED], text: /./s, reason: 'auth' },
  { codes: [UNAUTHENTICATED], text: /^$/, reason: 'auth' },
  {
    codes: ANY,
    text: /maximum connection count|too many (concurrent )?(connections|streams)|max(imum)? (concurrent )?(connections|streams)|(connection|stream) limit|concurren(t|cy)[^.]*(limit|reached|exceeded)/i,
    reason: 'concurrency',
  },
  {
    codes: ANY,
    text: /larger than max|decoded message length too large|message (size|length).*(exceed|too large|larger)|decompresses to a size larger/i,
    reason: 'oversized',
  },
  {
    codes: ANY,
    text: /from_?slot[^.]*not (supported|enabled)|replay (is )?(not supported|not enabled|disabled)/i,
    reason: 'replay-unsupported',
  },
  {
    codes: ANY,
    text: /broadcast from \d+ is not available|replay from \d+ is not available|last available|first available|slot \d+ (is )?(no longer|not) available|too old|(out of|outside) (of )?(the )?replay/i,
    reason: 'replay-gone',
  },
  { codes: ANY, text: /failed to (get replay|send from_?slot)/i, reason: 'replay-failed' },
  { codes: [OUT_OF_RANGE], text: /(?:)/, reason: 'replay-gone' },
  { codes: ANY, text: /\blagged\b|slow consumer|channel (is )?full/i, reason: 'lagged' },
  { codes: [DATA_LOSS], text: /(?:)/, reason: 'lagged' },
  { codes: ANY, text: /shutting down/i, reason: 'shutting-down' },
  {
    codes: ANY,
    text: /subscription limit|rate limit|max subscriptions|quota|too many requests|http status code 429|\b429\b/i,
    reason: 'quota',
  },
  {
    codes: [INVALID_ARGUMENT, PERMISSION_DENIED, RESOURCE_EXHAUSTED, FAILED_PRECONDITION],
    text: /filter|max amount of|account_include|accounts? limit|too many (accounts|pubkeys)|(pubkey|owner|program).*(not allowed|reject|refus)|not allowed/i,
    reason: 'filter-refused',
  },
  { codes: [RESOURCE_EXHAUSTED], text: /(?:)/, reason: 'quota' },
  { codes: [PERMISSION_DENIED], text: /(?:)/, reason: 'auth' },
  { codes: ANY, text: /invalid token|unauthori[sz]ed|forbidden/i, reason: 'auth' },
  {
    codes: [UNKNOWN, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, NOT_FOUND],
    text: /content-type|http status|no status information|unknown method|unimplemented|compress|protocol error|frame|parse|malformed|decod/i,
    reason: 'framing',
  },
  { codes: [0], text: /(?:)/, reason: 'ended' },
  { codes: [UNAVAILABLE], text: /(?:)/, reason: 'unreachable' },
  { codes: [INTERNAL], text: /RST_STREAM|received RST|stream|connection|socket|goaway/i, reason: 'unreachable' },
  { codes: [CANCELLED, ABORTED], text: /(?:)/, reason: 'ended' },
];

export function classify(outcome: CallOutcome): Reason {
  for (const row of ROWS) {
    if (row.codes.length > 0 && !row.codes.includes(outcome.code)) continue;
    if (!row.text.test(outcome.message)) continue;
    if (row.reason === 'oversized' && claimedBytes(outcome.message) > CREDIBLE_BYTES) return 'framing';
    return row.reason;
  }
  return 'protocol';
}

/** The oldest slot a refusal names ("… last available: 1234"), when it names one. */
export function availableSlot(message: string): number | null {
  const match = /(?:last|first|oldest|earliest)[ _]available[^0-9]{0,12}(\d+)/i.exec(message);
  return match === null ? null : Number(match[1]);
}

/** The reason in words for an operator, and the server's own words, spelled out where they hide letters. */
export function explain(reason: Reason, message: string): { readonly advice: string; readonly detail: string } {
  const letters = claimedText(message);
  return {
    advice: ACTIONS[reason].advice,
    detail: letters === null ? message : `${message}, which reads "${letters}"`,
  };
}

/** What "larger than max (2065853043 vs 67108864)" says in letters: four bytes of a text that is no length. */
export function claimedText(message: string): string | null {
  const bytes = claimedBytes(message);
  if (bytes <= CREDIBLE_BYTES || bytes > 0xffffffff) return null;
  const text = String.fromCharCode((bytes >>> 24) & 255, (bytes >>> 16) & 255, (bytes >>> 8) & 255, bytes & 255);
  return /^[\x20-\x7e]+$/.test(text) ? text : null;
}

function claimedBytes(message: string): number {
  const match = /\((\d+) vs/.exec(message) ?? /too large: found (\d+)/i.exec(message);
  return match === null ? 0 : Number(match[1]);
}

function row(wait: Action['wait'], blamesEndpoint: boolean, advice: string): Action {
  return { wait, blamesEndpoint, advice };
}
