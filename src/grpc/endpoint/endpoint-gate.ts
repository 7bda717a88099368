import type { SessionEnd } from '../stream/stream-session.ts';
import type { EndpointAddress, GeyserTransport } from '../transport/transport.ts';
import type { EndpointBreaker } from './endpoint-breaker.ts';
import type { KeepaliveInterval } from './keepalive-interval.ts';
import type { ProviderProfile } from './provider-profiles.ts';
import type { SubscriptionRateLimiter } from './subscription-rate-limiter.ts';

/** What everything at one endpoint goes through: its limits, its breaker, its way to open a transport. Shared by all connections to it. */
export interface EndpointGate {
  readonly address: EndpointAddress;
  readonly profile: ProviderProfile;
  readonly limiter: SubscriptionRateLimiter;
  readonly breaker: EndpointBreaker;
  openTransport(): GeyserTransport;
  /** Set when an operator has to act first (a refused token); nothing is opened here any more. */
  stopped: SessionEnd | null;
  /** Filters it refused (their fingerprints): it is not asked for them again, and for anything else as before. */
  readonly refused: Set<string>;
  /** Set once the endpoint said that it keeps no replay. */
  lacksReplay: boolean;
  readonly keepalive: KeepaliveInterval;
  /** Oldest slot it said it can replay from. */
  oldestSlot: number | null;
}

/**
 * The endpoint for the next opening: in order of preference the first that takes these filters, is not behind an open breaker, not blocked
 * by its quota and not the one that just failed; the last two wishes are dropped before there is none.
 */
export function chooseGate(
  gates: readonly EndpointGate[],
  avoid: EndpointGate | null,
  filters: string,
): EndpointGate | null {
  const usable = gates.filter((gate) => takes(gate, filters) && gate.breaker.allows());
  return usable.find((gate) => gate !== avoid && !gate.limiter.isBlocked) ?? usable[0] ?? null;
}

/** Refused filters an endpoint is remembered for; what is forgotten costs one more refusal. */
const REFUSED_MAX = 64;

export function noteRefused({ refused }: EndpointGate, filters: string): void {
  refused.add(filters);
  const [oldest] = refused;
  if (refused.size > REFUSED_MAX && oldest !== undefined) refused.delete(oldest);
}

/** False when it would be useless to ask, whatever time passes. */
export function takes(gate: EndpointGate, filters: string): boolean {
  return gate.stopped === null && !gate.refused.has(filters);
}

/** Why no endpoint can be used: given up, all refusing these filters, or only left alone for a while. */
export function noEndpoint(gates: readonly EndpointGate[], filters: string): SessionEnd {
  if (gates.some((gate) => takes(gate, filters))) {
    return { reason: 'unreachable', code: 14, message: 'no endpoint can be used now' };
  }
  const refusing = gates.some((gate) => gate.stopped === null);
  if (refusing) return { reason: 'filter-refused', code: 3, message: 'these filters were refused before' };
  return gates[0]?.stopped as SessionEnd;
}

/** A server's words without our token in them. */
export function redacted(message: string, address: EndpointAddress): string {
  const safe = address.token === '' ? message : message.replaceAll(address.token, '…');
  return safe.length > 300 ? `${safe.slice(0, 300)}…` : safe;
}
