import type { EngineEvent } from '../../telemetry/event.ts';
import type { AlertSeverity } from '../../telemetry/events/recovery.ts';

type EventOf<T> = Extract<EngineEvent, { readonly type: T }>;

interface Raised {
  /** What of its kind it is about: a worker, an endpoint. Empty where there is only one. */
  readonly part: string;
  readonly severity: AlertSeverity;
  readonly message: string;
}

/** Which engine events raise a kind of alert, and which end it. */
interface AlertRule {
  /** Null when this one raises nothing. */
  readonly raisedBy: { readonly [T in EngineEvent['type']]?: (event: EventOf<T>) => Raised | readonly Raised[] | null };
  /** They answer the part it is over for, null for none. "restart": nothing the engine could see puts it right. */
  readonly endedBy:
    | { readonly [T in EngineEvent['type']]?: (event: EventOf<T>) => string | readonly string[] | null }
    | 'restart';
}

const whole = () => '';
const warning = (message: string, part = ''): Raised => ({ part, severity: 'warning', message });
const critical = (message: string, part = ''): Raised => ({ part, severity: 'critical', message });

/** Every kind of alert that engine events tell by themselves, with both its ends: one that is raised and never ended would stand for ever. */
export const ALERT_RULES = {
  endpoint: {
    raisedBy: {
      'grpc.endpoint.stopped': ({ endpoint, detail }) => critical(`${endpoint} is given up: ${detail}`, endpoint),
    },
    endedBy: { 'grpc.stream.opened': ({ endpoint }) => endpoint },
  },
  refused: {
    raisedBy: {
      'grpc.group.refused': ({ endpoint, groups, detail }) =>
        groups.map((group) => critical(`${group} is not read: ${endpoint} refuses its filters (${detail})`, group)),
    },
    endedBy: { 'grpc.stream.opened': ({ groups }) => groups },
  },
  broker: {
    raisedBy: {
      'output.broker.disconnected': ({ reason }) =>
        warning(`the broker is away (${reason}); events stay in the outbox`),
    },
    endedBy: { 'output.broker.connected': whole },
  },
  'broker/alarm': {
    raisedBy: {
      'output.broker.blocked': ({ reason }) =>
        warning(`the broker refuses messages (${reason}); events stay in the outbox`),
    },
    endedBy: { 'output.broker.unblocked': whole },
  },
  'broker/topology': {
    raisedBy: { 'output.topology.refused': ({ reason }) => critical(reason) },
    // It is declared before each connection: where there is one, it was not refused.
    endedBy: { 'output.broker.connected': whole },
  },
  outbox: {
    raisedBy: {
      'output.append.held': ({ reason }) => critical(`the outbox takes nothing, reading is held back: ${reason}`),
    },
    endedBy: { 'output.append.resumed': whole },
  },
  'outbox/damage': {
    raisedBy: {
      'output.record.damaged': ({ reason }) => critical(`a damaged record of the outbox was set aside (${reason})`),
      'output.damage.counted': ({ open }) =>
        open === 0 ? null : critical(`${open} events of the outbox are damaged or lost`),
    },
    endedBy: { 'output.damage.counted': ({ open }) => (open === 0 ? '' : null) },
  },
  'outbox/upkeep': {
    raisedBy: {
      'output.upkeep.failed': ({ steps, reason }) =>
        warning(`the outbox cannot be kept up (${steps.join(', ')}): ${reason}`),
    },
    endedBy: { 'output.upkeep.recovered': whole },
  },
  'outbox/read': {
    raisedBy: {
      'output.read.failed': ({ reason }) => critical(`the outbox cannot be read, nothing is delivered: ${reason}`),
    },
    endedBy: { 'output.read.resumed': whole },
  },
  quarantine: {
    raisedBy: {
      'pipeline.updates.quarantined': ({ reason, note }) =>
        warning(
          `updates could not be worked with (${reason}) and lie in the quarantine, what they told is missing: ${note}`,
          reason,
        ),
    },
    // What was told by it later (redecode) is told by another process.
    endedBy: 'restart',
  },
  'quarantine/damage': {
    raisedBy: {
      'output.quarantine.replaced': ({ path, reason }) =>
        warning(`the quarantine was damaged (${reason}), what it kept lies in ${path}`),
    },
    endedBy: 'restart',
  },
  'outbox/lease': {
    raisedBy: { 'output.lease.lost': ({ holder }) => critical(`the outbox was taken over by ${holder}`) },
    endedBy: 'restart',
  },
  journal: {
    raisedBy: { 'recovery.journal.failed': ({ reason }) => critical(`the gap journal cannot be written: ${reason}`) },
    // A new run asks the journal anew: if it still fails, it says so.
    endedBy: { 'recovery.journal.recovered': whole, 'pipeline.run.started': whole },
  },
  'journal/damage': {
    raisedBy: {
      'recovery.journal.damaged': ({ lines }) =>
        critical(
          `${lines} lines of the gap journal are damaged, what they told of gaps is lost; look at gaps.jsonl.damaged, then move it away`,
        ),
    },
    endedBy: 'restart',
  },
  fill: {
    raisedBy: {
      'recovery.fill.stuck': ({ gaps, from, to, reason }) =>
        warning(
          `${gaps === 1 ? 'a gap' : `${gaps} gaps`} cannot be filled so far, last slots ${from} to ${to}: ${reason}`,
        ),
    },
    // A new run fills anew: if it still cannot, it says so.
    endedBy: { 'recovery.fill.resumed': whole, 'pipeline.run.started': whole },
  },
  worker: {
    raisedBy: {
      'recovery.worker.restarted': ({ worker, reason }) =>
        warning(`${worker} ended and is started again: ${reason}`, worker),
      'recovery.worker.gaveUp': ({ worker, reason }) => critical(`${worker} stays down: ${reason}`, worker),
    },
    endedBy: { 'recovery.worker.started': ({ worker }) => worker },
  },
} satisfies Readonly<Record<string, AlertRule>>;

/** Kinds that take a memory to raise and to end: the manager's own. */
export const WATCHED_KINDS = ['connection', 'breaker', 'performance', 'gaps'] as const;

export type AlertKind = keyof typeof ALERT_RULES | (typeof WATCHED_KINDS)[number];
/** The kind, and behind it what of that kind it is about. */
export type AlertKey = AlertKind | `${AlertKind}/${string}`;

/** What one engine event says about alerts. */
export type AlertFact =
  | { readonly kind: 'alert'; readonly key: AlertKey; readonly severity: AlertSeverity; readonly message: string }
  | { readonly kind: 'over'; readonly key: AlertKey };

/** Pure: the alerts that an engine event raises or ends; nothing for most. */
export function alertFactsOf(event: EngineEvent): readonly AlertFact[] {
  return FACTS.get(event.type)?.flatMap((factOf) => factOf(event)) ?? NONE;
}

const NONE: readonly AlertFact[] = [];
/** The rules by event, since every event is asked for. */
const FACTS = new Map<string, ((event: EngineEvent) => readonly AlertFact[])[]>();
for (const [kind, rule] of Object.entries(ALERT_RULES) as [AlertKind, AlertRule][]) {
  for (const [type, raise] of Object.entries(rule.raisedBy) as [
    string,
    (event: EngineEvent) => Raised | readonly Raised[] | null,
  ][])
    add(type, (event) =>
      listed(raise(event)).map(({ part, severity, message }) => ({
        kind: 'alert',
        key: keyOf(kind, part),
        severity,
        message,
      })),
    );
  if (rule.endedBy === 'restart') continue;
  for (const [type, partOf] of Object.entries(rule.endedBy) as [
    string,
    (event: EngineEvent) => string | readonly string[] | null,
  ][])
    add(type, (event) => listed(partOf(event)).map((part) => ({ kind: 'over', key: keyOf(kind, part) })));
}

function add(type: string, factOf: (event: EngineEvent) => readonly AlertFact[]): void {
  FACTS.set(type, [...(FACTS.get(type) ?? []), factOf]);
}

function listed<T extends string | Raised>(told: T | readonly T[] | null): readonly T[] {
  if (told === null) return [];
  return Array.isArray(told) ? (told as readonly T[]) : [told as T];
}

function keyOf(kind: AlertKind, part: string): AlertKey {
  return part === '' ? kind : `${kind}/${part}`;
}
