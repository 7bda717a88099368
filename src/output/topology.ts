import { DEAD_LETTER_TYPES, EVENT_TYPES } from '../domain/domain-event.ts';
import { EngineError } from '../lib/errors.ts';

/** config/topology.json: what stands on the broker, as data. `{exchange}` in a name is replaced. */
export interface TopologyFile {
  readonly queues: readonly { readonly name: string; readonly bind: readonly string[] }[];
  readonly streams: readonly {
    readonly name: string;
    readonly bind: readonly string[];
    readonly maxBytes: number;
    readonly maxAge: string;
  }[];
  /** Deliveries of one message before it goes to the dead letters. */
  readonly deliveryLimit: number;
}

export interface TopologyNames {
  readonly exchange: string;
  readonly exchangeType: 'topic' | 'direct' | 'fanout';
  readonly queuePrefix: string;
}

export interface ExchangePlan {
  readonly name: string;
  readonly type: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface QueuePlan {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface BindingPlan {
  readonly queue: string;
  readonly exchange: string;
  readonly pattern: string;
}

/** Everything that has to stand before the first message, in an order in which it can be declared. */
export interface TopologyPlan {
  readonly exchange: string;
  readonly exchanges: readonly ExchangePlan[];
  readonly queues: readonly QueuePlan[];
  readonly bindings: readonly BindingPlan[];
  /** Takes what a queue gave up, and the warnings about events (domain: DEAD_LETTER_TYPES). */
  readonly deadLetterExchange: string;
}

/** The exchange an event type is published to, under its name as the key. */
export function exchangeFor(plan: TopologyPlan, type: string): string {
  return Object.hasOwn(DEAD_LETTER_TYPES, type) ? plan.deadLetterExchange : plan.exchange;
}

/**
 * Pure: from configuration to declarations. Quorum queues with dead letters behind `<exchange>.dlx`, a stream for replay, and an
 * alternate exchange so that nothing unroutable disappears.
 */
export function planTopology(file: TopologyFile, names: TopologyNames): TopologyPlan {
  const dlx = `${names.exchange}.dlx`;
  const unrouted = `${names.exchange}.unrouted`;
  const unroutedQueue = names.queuePrefix + unrouted;
  const named = (name: string) => names.queuePrefix + name.replaceAll('{exchange}', names.exchange);
  const queues: QueuePlan[] = [{ name: unroutedQueue, arguments: { 'x-queue-type': 'quorum' } }];
  const bindings: BindingPlan[] = [{ queue: unroutedQueue, exchange: unrouted, pattern: '' }];
  const bind = (queue: string, patterns: readonly string[]) => {
    for (const pattern of bindingKeys(patterns, names.exchangeType)) {
      bindings.push({ queue, exchange: names.exchange, pattern });
    }
  };
  for (const entry of file.queues) {
    const queue = named(entry.name);
    const deadLetters = `${queue}.dlq`;
    queues.push(
      { name: deadLetters, arguments: { 'x-queue-type': 'quorum' } },
      { name: queue, arguments: quorumArguments(dlx, deadLetters, file.deliveryLimit) },
    );
    bindings.push({ queue: deadLetters, exchange: dlx, pattern: deadLetters });
    bind(queue, entry.bind);
  }
  for (const entry of file.streams) {
    const queue = named(entry.name);
    queues.push({ name: queue, arguments: streamArguments(entry.maxBytes, entry.maxAge) });
    bind(queue, entry.bind);
  }
  for (const [type, about] of Object.entries(DEAD_LETTER_TYPES)) {
    const queuesOf = file.queues.filter(({ bind: patterns }) =>
      patterns.some((pattern) => about.some((each) => matchesPattern(pattern, each))),
    );
    // Where no queue takes such events, a warning about them must not disappear either.
    const targets = queuesOf.length > 0 ? queuesOf.map(({ name }) => `${named(name)}.dlq`) : [unroutedQueue];
    for (const queue of targets) bindings.push({ queue, exchange: dlx, pattern: type });
  }
  const exchanges = [
    { name: unrouted, type: 'fanout', arguments: {} },
    { name: dlx, type: 'direct', arguments: {} },
    { name: names.exchange, type: names.exchangeType, arguments: { 'alternate-exchange': unrouted } },
  ];
  return { exchange: names.exchange, exchanges, queues, bindings, deadLetterExchange: dlx };
}

/** Checks the file's shape and says what is wrong with it; `path` names it to the operator. */
export function parseTopology(text: string, path: string): TopologyFile {
  const invalid = (reason: string) => new EngineError('CONFIG_INVALID', `${path} ${reason}.`);
  let file: Partial<TopologyFile>;
  try {
    file = JSON.parse(text) as Partial<TopologyFile>;
  } catch (error) {
    throw invalid(`is not JSON: ${(error as Error).message}`);
  }
  const { queues, streams, deliveryLimit } = file;
  if (!isListOf(queues, isBound)) throw invalid('needs "queues": a list of {name, bind: [patterns]}');
  if (!isListOf(streams, isStream)) throw invalid('needs "streams": a list of {name, bind, maxBytes, maxAge}');
  if (!Number.isInteger(deliveryLimit) || Number(deliveryLimit) < 1) {
    throw invalid('needs "deliveryLimit": a whole number of at least 1');
  }
  return { queues, streams, deliveryLimit: Number(deliveryLimit) };
}

/**
 * A pattern is spelled out as the event types it stands for: a direct exchange compares keys literally, and a topic exchange walks every
 * wildcard there is for every message, which is a fifth of all a broker does for it (`npm run bench:output`). What stands for none of our
 * types is somebody's own, and stays a pattern.
 */
function bindingKeys(patterns: readonly string[], exchangeType: string): readonly string[] {
  if (exchangeType === 'fanout') return [''];
  const keys = patterns.flatMap((pattern) => {
    const types = EVENT_TYPES.filter((type) => matchesPattern(pattern, type));
    return types.length === 0 && exchangeType === 'topic' ? [pattern] : types;
  });
  return [...new Set(keys)];
}

/** AMQP topic matching: `*` is one word, `#` any number of words. */
export function matchesPattern(pattern: string, key: string): boolean {
  const match = (patternWords: readonly string[], words: readonly string[]): boolean => {
    const [head, ...rest] = patternWords;
    if (head === undefined) return words.length === 0;
    if (head === '#') return match(rest, words) || (words.length > 0 && match(patternWords, words.slice(1)));
    return words.length > 0 && (head === '*' || head === words[0]) && match(rest, words.slice(1));
  };
  return match(pattern.split('.'), key.split('.'));
}

function quorumArguments(dlx: string, deadLetters: string, deliveryLimit: number): Readonly<Record<string, unknown>> {
  return {
    'x-queue-type': 'quorum',
    'x-delivery-limit': deliveryLimit,
    'x-dead-letter-exchange': dlx,
    'x-dead-letter-routing-key': deadLetters,
    // A dead letter is only taken from its queue once the other queue has it; that needs this overflow rule.
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  };
}

function streamArguments(maxBytes: number, maxAge: string): Readonly<Record<string, unknown>> {
  return { 'x-queue-type': 'stream', 'x-max-length-bytes': maxBytes, 'x-max-age': maxAge };
}

function isListOf<T>(value: readonly T[] | undefined, isItem: (item: T) => boolean): value is readonly T[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && isItem(item));
}

function isBound(entry: { readonly name: string; readonly bind: readonly string[] }): boolean {
  const { name, bind } = entry;
  return typeof name === 'string' && name !== '' && Array.isArray(bind) && bind.every((key) => typeof key === 'string');
}

function isStream(entry: TopologyFile['streams'][number]): boolean {
  return isBound(entry) && Number.isInteger(entry.maxBytes) && typeof entry.maxAge === 'string';
}
