import { booleanKey, choiceKey, integerKey, textKey } from '../key.ts';

export const outboxSection = {
  commitRecords: integerKey({
    env: 'OUTBOX_COMMIT_RECORDS',
    default: 100,
    min: 1,
    max: 10_000,
    unit: 'events',
    doc: 'Waiting events that are written at once instead of waiting for the commit interval.',
  }),
  commitIntervalMs: integerKey({
    env: 'OUTBOX_COMMIT_INTERVAL_MS',
    default: 5,
    min: 0,
    max: 1_000,
    unit: 'ms',
    doc: 'Longest that fewer events than that wait to share a commit with others.',
  }),
  keepSizeMb: integerKey({
    env: 'OUTBOX_KEEP_SIZE_MB',
    default: 1_024,
    min: 1,
    max: 1_000_000,
    unit: 'MiB',
    doc: 'Size above which the oldest delivered events leave the outbox.',
  }),
  keepAgeMs: integerKey({
    env: 'OUTBOX_KEEP_AGE_MS',
    default: 86_400_000,
    min: 1_000,
    max: 31_536_000_000,
    unit: 'ms',
    doc: 'Age above which delivered events leave the outbox.',
  }),
  overlapSlots: integerKey({
    env: 'OUTBOX_OVERLAP_SLOTS',
    default: 500,
    min: 32,
    max: 1_000_000,
    unit: 'slots',
    doc: 'Slots below the cursor whose events are always kept, so that a replay is recognised; those above it are kept anyway.',
  }),
  spillSizeMb: integerKey({
    env: 'OUTBOX_SPILL_SIZE_MB',
    default: 16_384,
    min: 8,
    max: 10_000_000,
    unit: 'MiB',
    doc: 'Size at which the outbox stops taking events (the stream is held back) until some are delivered.',
  }),
};

export const rabbitmqSection = {
  enabled: booleanKey({
    env: 'RABBITMQ_ENABLED',
    default: true,
    doc: 'true: events are delivered to RabbitMQ; false: the outbox is the output.',
  }),
  url: textKey({
    env: 'RABBITMQ_URL',
    default: '',
    doc: 'Broker, e.g. amqp://user:password@host:5672/vhost. Empty: no broker, the outbox is the output.',
    secret: true,
  }),
  exchange: textKey({
    env: 'RABBITMQ_EXCHANGE',
    default: 'solana.events',
    doc: 'Exchange events are published to; the dead-letter and alternate exchanges are named after it.',
  }),
  exchangeType: choiceKey({
    env: 'RABBITMQ_EXCHANGE_TYPE',
    choices: ['topic', 'direct', 'fanout'],
    default: 'topic',
    doc: 'Type of that exchange. Our queues are bound by event types, so that topic costs little more than direct; patterns are for queues of your own.',
  }),
  queuePrefix: textKey({
    env: 'RABBITMQ_QUEUE_PREFIX',
    default: '',
    doc: 'Put before the name of every queue, so that several installations can share a broker.',
  }),
  topologyFile: textKey({
    env: 'RABBITMQ_TOPOLOGY_FILE',
    default: 'config/topology.json',
    doc: 'Queues, bindings and their arguments, relative to the installed package.',
  }),
  reconnectDelayMs: integerKey({
    env: 'RABBITMQ_RECONNECT_DELAY',
    default: 1_000,
    min: 100,
    max: 60_000,
    unit: 'ms',
    doc: 'Wait before a new connection attempt; up to as much again is added at random.',
  }),
  windowEvents: integerKey({
    env: 'RABBITMQ_WINDOW',
    default: 1_000,
    min: 1,
    max: 5_000,
    unit: 'events',
    doc: 'Unconfirmed events under way at once. A crash can deliver these and up to 500 more twice; a power cut, what was confirmed since the last commit of events or of the lease.',
  }),
  prefetchCount: integerKey({
    env: 'RABBITMQ_PREFETCH_COUNT',
    default: 250,
    min: 1,
    max: 65_535,
    unit: 'messages',
    doc: 'Unacknowledged messages per consumer. Read by consumers, which this version does not have yet.',
  }),
  dualWrite: booleanKey({
    env: 'RABBITMQ_DUAL_WRITE',
    default: false,
    doc: 'Write to Redis beside RabbitMQ while migrating. Not acted on yet.',
  }),
  dualRead: booleanKey({
    env: 'RABBITMQ_DUAL_READ',
    default: false,
    doc: 'Read from Redis beside RabbitMQ while migrating. Not acted on yet.',
  }),
};

export const storesSection = {
  redisUrl: textKey({
    env: 'REDIS_URL',
    default: '',
    doc: 'Redis, e.g. redis://host:6379: processes that use one provider token share its windows and its open streams through it. Empty: each keeps to its part (GRPC_OPENINGS_PERCENT).',
    secret: true,
  }),
  databaseUrl: textKey({
    env: 'DATABASE_URL',
    default: '',
    doc: 'PostgreSQL of the consumers, e.g. postgres://user:password@host/name. Not acted on by the engine yet; `sluice doctor` tries it, and the tests use it.',
    secret: true,
  }),
};
