import { geyser } from '../domain/geyser-messages.ts';
import { createdAtMs, readSlotNotice, updateKind } from '../domain/update-reader.ts';
import type { Endpoint } from '../grpc/endpoint/endpoint.ts';
import { redacted } from '../grpc/endpoint/endpoint-gate.ts';
import { classify, explain, type Reason } from '../grpc/transport/error-table.ts';
import { CallError } from '../grpc/transport/geyser-transport.ts';
import type { CallOutcome, GeyserTransport } from '../grpc/transport/transport.ts';
import type { Clock } from '../lib/clock.ts';
import { type DoctorCheck, failed, passed } from './doctor-check.ts';

export interface EndpointExam {
  readonly checks: readonly DoctorCheck[];
  /** Newest slot the endpoint spoke of; null when it did not. */
  readonly slot: number | null;
}

interface StreamLook {
  readonly highestSlot: number;
  readonly slots: number;
  /** Smallest difference between arrival here and creation there: clock difference plus the way. */
  readonly delayMs: number | null;
  readonly outcome: CallOutcome | null;
}

const PINGS = 5;
const LOOK_MS = 8_000;
const LOOK_SLOTS = 4;
const SKEW_MAX_MS = 2_000;
const SLOT_MS = 400;
/** Ten seconds: an endpoint further behind its own chain serves old news. */
const LAG_MAX_SLOTS = 25;

/**
 * Asks one endpoint everything an operator wants to know before trusting it: the unary methods, then one slot subscription for a few
 * slots (it counts as one against the provider's quota). It subscribes to no transaction.
 */
export async function examineEndpoint(
  endpoint: Endpoint,
  transport: GeyserTransport,
  clock: Clock,
  signal: AbortSignal,
): Promise<EndpointExam> {
  const { address, profile } = endpoint;
  const told = (error: unknown) => tell(error, address);
  let version: string;
  try {
    version = versionOf((await transport.unary('GetVersion', {}, signal)).version);
  } catch (error) {
    return { checks: unanswered(told(error), address.name, address.token !== ''), slot: null };
  }
  const roundTripMs = await medianPingMs(transport, clock, signal);
  const look = await lookAtSlots(transport, clock, signal);
  const tip = await ask(async () => Number((await transport.unary('GetSlot', { commitment: 0 }, signal)).slot));
  const checks = [
    passed(
      'endpoint',
      `${address.name} answers${address.secure ? ' over TLS' : ', without TLS'}; profile ${profile.name}`,
    ),
    passed('token', address.token === '' ? 'none is set, and none was asked for' : 'accepted'),
    passed('version', version),
    roundTripMs === null
      ? failed('latency', 'Ping is not answered: the endpoint speaks Geyser only in part')
      : passed('latency', `${roundTripMs.toFixed(1)} ms round trip, median of ${PINGS}`),
    streamCheck(look, tip, address),
    lagCheck(look, tip),
    await replayCheck(transport, tip, profile.replaySlots, signal),
    clockCheck(look, roundTripMs),
  ];
  return { checks, slot: tip === null && look.highestSlot === 0 ? null : Math.max(tip ?? 0, look.highestSlot) };
}

/** Without an answer to the first question nothing else can be known; why, decides whose fault it is. */
function unanswered(
  { reason, text }: { readonly reason: Reason; readonly text: string },
  name: string,
  hasToken: boolean,
): readonly DoctorCheck[] {
  const rest = ['version', 'latency', 'stream', 'slot lag', 'replay', 'clock'].map((each) =>
    failed(each, 'not known: the endpoint did not answer'),
  );
  if (reason === 'auth' || reason === 'http-refused') {
    const advice = hasToken ? text : `${text}; no token is set: set X_TOKEN`;
    return [passed('endpoint', `${name} answers`), failed('token', advice), ...rest];
  }
  return [
    failed('endpoint', `${name}: ${text}; check GRPC_URL and the network`),
    failed('token', 'not known: the endpoint did not answer'),
    ...rest,
  ];
}

function streamCheck(look: StreamLook, tip: number | null, address: Endpoint['address']): DoctorCheck {
  if (look.slots > 0)
    return passed('stream', `a subscription delivers slots, now at ${Math.max(look.highestSlot, tip ?? 0)}`);
  if (look.outcome === null) return failed('stream', `a slot subscription stayed silent for ${LOOK_MS / 1000} s`);
  return failed('stream', tell(look.outcome, address).text);
}

function lagCheck({ highestSlot }: StreamLook, tip: number | null): DoctorCheck {
  if (highestSlot === 0 || tip === null) return failed('slot lag', 'not known: no slot was heard');
  const lag = Math.max(0, tip - highestSlot);
  const text = `the stream is ${lag} slots behind the endpoint's own slot ${tip}`;
  return lag > LAG_MAX_SLOTS ? failed('slot lag', `${text}: use another endpoint`) : passed('slot lag', text);
}

/** Endpoints compared with the newest slot any source knows. */
export function compareSlots(name: string, slot: number, newest: number): DoctorCheck {
  const lag = newest - slot;
  const text =
    lag === 0 ? `${name} is the newest of all sources, at ${slot}` : `${name} is ${lag} slots behind the newest source`;
  return lag > LAG_MAX_SLOTS ? failed('slot lag', `${text}: use another endpoint`) : passed('slot lag', text);
}

async function replayCheck(
  transport: GeyserTransport,
  tip: number | null,
  stated: number | null,
  signal: AbortSignal,
): Promise<DoctorCheck> {
  const profile = stated === null ? 'the profile states none' : `the profile states ${stated} slots`;
  try {
    const { firstAvailable } = await transport.unary('SubscribeReplayInfo', {}, signal);
    if (firstAvailable === undefined)
      return passed('replay', 'the endpoint keeps none: each interruption leaves a gap to be filled by RPC');
    const depth = tip === null ? null : Math.max(0, tip - Number(firstAvailable));
    const length = depth === null ? '' : `, ${depth} slots (about ${Math.round((depth * SLOT_MS) / 1000)} s)`;
    return passed('replay', `from slot ${firstAvailable}${length}`);
  } catch {
    return passed('replay', `the endpoint does not tell how far it replays; ${profile}`);
  }
}

function clockCheck({ delayMs }: StreamLook, roundTripMs: number | null): DoctorCheck {
  if (delayMs === null) return failed('clock', 'not known: no message carried its time');
  const skewMs = Math.round(delayMs - (roundTripMs ?? 0) / 2);
  if (Math.abs(skewMs) <= SKEW_MAX_MS) return passed('clock', `within ${Math.abs(skewMs)} ms of the provider's`);
  const text = `${Math.abs(skewMs)} ms ${skewMs > 0 ? 'ahead of' : 'behind'} the provider's`;
  return failed('clock', `${text}: synchronise this machine's clock (NTP), or lags and times mean nothing`);
}

async function medianPingMs(transport: GeyserTransport, clock: Clock, signal: AbortSignal): Promise<number | null> {
  const times: number[] = [];
  for (let count = 0; count < PINGS; count++) {
    const startMs = clock.monotonicMs();
    if ((await ask(() => transport.unary('Ping', { count }, signal))) === null) return null;
    times.push(clock.monotonicMs() - startMs);
  }
  return times.sort((a, b) => a - b)[Math.floor(PINGS / 2)] as number;
}

/** One subscription to slots alone, until a few were heard, it ends, or the time is up. */
async function lookAtSlots(transport: GeyserTransport, clock: Clock, signal: AbortSignal): Promise<StreamLook> {
  let highestSlot = 0;
  let delayMs: number | null = null;
  let outcome: CallOutcome | null = null;
  const seen = new Set<number>();
  const enough = new AbortController();
  const call = transport.subscribe(geyser.SubscribeRequest.fromPartial({ slots: { doctor: {} } }), {
    onOpen: () => undefined,
    onMessage: (bytes) => {
      const notice = updateKind(bytes) === 'slot' ? readSlotNotice(bytes) : null;
      if (notice === null) return;
      const { slot } = notice;
      seen.add(slot);
      highestSlot = Math.max(highestSlot, slot);
      const createdMs = createdAtMs(bytes);
      if (createdMs !== null) delayMs = Math.min(delayMs ?? Number.POSITIVE_INFINITY, clock.wallMs() - createdMs);
      if (seen.size >= LOOK_SLOTS) enough.abort();
    },
    onEnd: (end) => {
      outcome = end;
      enough.abort();
    },
  });
  await clock.sleep(LOOK_MS, AbortSignal.any([signal, enough.signal]));
  call.cancel();
  return { highestSlot, slots: seen.size, delayMs, outcome };
}

function tell(error: unknown, address: Endpoint['address']): { readonly reason: Reason; readonly text: string } {
  const outcome = outcomeOf(error);
  const reason = classify(outcome);
  const { advice, detail } = explain(reason, redacted(outcome.message, address));
  return { reason, text: `${advice} (${detail})` };
}

function outcomeOf(error: unknown): CallOutcome {
  if (error instanceof CallError) return error.outcome;
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) return error as CallOutcome;
  return { code: 2, message: String(error) };
}

async function ask<T>(question: () => Promise<T>): Promise<T | null> {
  try {
    return await question();
  } catch {
    // What it could not tell is said by the check that needed it.
    return null;
  }
}

/** Servers answer with a JSON object of many versions; its package and number say enough. */
function versionOf(text: string): string {
  try {
    const parsed = JSON.parse(text) as { version?: unknown; package?: unknown };
    const inner = (typeof parsed.version === 'object' && parsed.version !== null ? parsed.version : parsed) as Record<
      string,
      unknown
    >;
    const name = String(inner['package'] ?? 'unnamed');
    return `${name} ${String(inner['version'] ?? '')}`.trim();
  } catch {
    return text.slice(0, 200) || 'not told';
  }
}
