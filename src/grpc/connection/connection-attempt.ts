import { type EndpointGate, redacted } from '../endpoint/endpoint-gate.ts';
import { UNARY } from '../endpoint/subscription-rate-limiter.ts';
import type { CallProgress } from '../stream/call-progress.ts';
import { endOfThrow, type SessionEnd, type StreamSession } from '../stream/stream-session.ts';
import { ACTIONS, availableSlot, type Reason } from '../transport/error-table.ts';
import type { GeyserTransport } from '../transport/transport.ts';

/** How an attempt ended, the server's words without our token. */
export interface AttemptEnd extends SessionEnd {
  readonly progress: CallProgress;
}

/** What an attempt needs from its connection. */
export interface AttemptParts {
  readonly gate: EndpointGate;
  /** Makes the session at the last moment: cursor and groups may have moved while the permit was waited for. */
  makeSession(settle: SettleHandlers): StreamSession;
  /** Whether what the call asked for may have ended it like this, rather than the state of the endpoint. */
  mayBeReplay(reason: Reason, progress: CallProgress): boolean;
  /** Whether this end makes it worth asking what the endpoint can replay. */
  suspectsReplay(end: AttemptEnd): boolean;
}

export interface SettleHandlers {
  onFirstMessage(): void;
  onEnd(end: SessionEnd): void;
}

const BREAKER_OPEN: AttemptEnd = {
  reason: 'unreachable',
  code: 14,
  message: 'the endpoint failed repeatedly; it is left alone for a while',
  progress: 'none',
};

/**
 * One call from its transport to its end, through the endpoint's breaker. Everything it opened is released when it returns. The permit
 * is the caller's. Null when the signal ended it.
 */
export async function runAttempt(parts: AttemptParts, signal: AbortSignal): Promise<AttemptEnd | null> {
  const { gate } = parts;
  const ended = Promise.withResolvers<SessionEnd | null>();
  const abort = () => ended.resolve(null);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const own: { transport: GeyserTransport | null; session: StreamSession | null } = { transport: null, session: null };
  const open = () =>
    new Promise<void>((resolve, reject) => {
      const onEnd = (end: SessionEnd) => {
        ended.resolve(end);
        const isReplay = parts.mayBeReplay(end.reason, own.session?.progress ?? 'none');
        if (ACTIONS[end.reason].blamesEndpoint && !isReplay) reject(new Error(end.reason));
        else resolve();
      };
      // Called off, it must settle too, or a half-open breaker would wait for its verdict for ever.
      void ended.promise.then(() => resolve());
      try {
        own.transport = gate.openTransport();
      } catch (error) {
        onEnd(endOfThrow(error));
        return;
      }
      own.session = parts.makeSession({ onFirstMessage: resolve, onEnd });
      own.session.open(own.transport);
    });
  try {
    if ((await gate.breaker.run(open)) === 'refused') return BREAKER_OPEN;
    const end = await ended.promise;
    if (end === null) return null;
    const message = redacted(end.message, gate.address);
    const attemptEnd: AttemptEnd = { ...end, message, progress: own.session?.progress ?? 'none' };
    if (parts.suspectsReplay(attemptEnd)) gate.oldestSlot = await oldestSlot(parts, own.transport, end, signal);
    return attemptEnd;
  } finally {
    signal.removeEventListener('abort', abort);
    own.session?.release();
    own.transport?.close();
  }
}

/** What the refusal names, else what the server answers when asked; null when neither tells. */
async function oldestSlot(
  parts: AttemptParts,
  transport: GeyserTransport | null,
  end: SessionEnd,
  signal: AbortSignal,
): Promise<number | null> {
  const named = availableSlot(end.message);
  if (named !== null || transport === null) return named;
  const permit = await parts.gate.limiter.acquire(UNARY, 'high', signal);
  if (permit === null) return null;
  try {
    const info = await transport.unary('SubscribeReplayInfo', {}, signal);
    return info.firstAvailable === undefined ? null : Number(info.firstAvailable);
  } catch {
    // Older servers do not know the call: then the policy goes on without it.
    return null;
  }
}
