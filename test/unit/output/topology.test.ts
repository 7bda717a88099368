import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEAD_LETTER_TYPES, EVENT_TYPES } from '../../../src/domain/domain-event.ts';
import { exchangeFor, matchesPattern, parseTopology, planTopology } from '../../../src/output/topology.ts';

const path = join(import.meta.dirname, '..', '..', '..', 'config', 'topology.json');
const file = parseTopology(readFileSync(path, 'utf8'), 'config/topology.json');
const names = { exchange: 'solana.events', exchangeType: 'topic', queuePrefix: '' } as const;

describe('the topology of the shipped configuration', () => {
  const plan = planTopology(file, names);

  test('has the queues of the design, each with its dead letters, and the stream', () => {
    const queues = plan.queues.map(({ name }) => name);
    for (const queue of [
      'q.token.events',
      'q.trade.events',
      'q.price.events',
      'q.liquidity',
      'q.positions',
      'q.burn.events',
      'q.workers',
    ]) {
      expect(queues).toEqual(expect.arrayContaining([queue, `${queue}.dlq`]));
      expect(plan.bindings).toContainEqual({
        queue: `${queue}.dlq`,
        exchange: 'solana.events.dlx',
        pattern: `${queue}.dlq`,
      });
    }
    expect(plan.queues.find(({ name }) => name === 's.solana.events')?.arguments).toMatchObject({
      'x-queue-type': 'stream',
    });
  });

  test('sends every event type to exactly one queue, and to the stream', () => {
    for (const type of EVENT_TYPES.filter((each) => !(each in DEAD_LETTER_TYPES))) {
      expect(exchangeFor(plan, type)).toBe('solana.events');
      const queues = plan.bindings.filter(
        ({ exchange, pattern }) => exchange === 'solana.events' && matchesPattern(pattern, type),
      );
      expect([type, queues.length, queues.at(-1)?.queue]).toEqual([type, 2, 's.solana.events']);
    }
  });

  test('sends warnings about events to the dead letters of the queue those events go to, whatever the exchange type', () => {
    for (const exchangeType of ['topic', 'direct', 'fanout'] as const) {
      const { bindings, ...rest } = planTopology(file, { ...names, exchangeType });
      const targets = (type: string) =>
        bindings
          .filter(({ exchange, pattern }) => exchange === exchangeFor({ ...rest, bindings }, type) && pattern === type)
          .map(({ queue }) => queue);
      expect(targets('audit.trade.mismatched')).toEqual(['q.trade.events.dlq']);
      expect(targets('audit.liquidity.mismatched')).toEqual(['q.liquidity.dlq']);
    }
  });

  test('keeps a warning about events no queue asks for', () => {
    const { bindings } = planTopology({ ...file, queues: [{ name: 'q.all', bind: ['token.#'] }] }, names);
    expect(bindings).toContainEqual({
      queue: 'solana.events.unrouted',
      exchange: 'solana.events.dlx',
      pattern: 'audit.trade.mismatched',
    });
  });

  test('keeps what no queue asks for: the exchange has an alternate one with a queue', () => {
    const main = plan.exchanges.find(({ name }) => name === 'solana.events');
    expect(main?.arguments).toEqual({ 'alternate-exchange': 'solana.events.unrouted' });
    expect(plan.bindings).toContainEqual({
      queue: 'solana.events.unrouted',
      exchange: 'solana.events.unrouted',
      pattern: '',
    });
  });

  test('declares an exchange before the one that refers to it', () => {
    expect(plan.exchanges.at(-1)?.name).toBe('solana.events');
  });
});

describe('other names and types', () => {
  test('exchange and queue prefix appear in every name', () => {
    const plan = planTopology(file, { exchange: 'x', exchangeType: 'topic', queuePrefix: 'p.' });
    expect(plan.exchanges.map(({ name }) => name)).toEqual(['x.unrouted', 'x.dlx', 'x']);
    expect(plan.queues.every(({ name }) => name.startsWith('p.'))).toBe(true);
    expect(plan.queues.at(-1)?.name).toBe('p.s.x');
  });

  test.each(['topic', 'direct'] as const)(
    'a %s exchange is bound by every type a pattern stands for',
    (exchangeType) => {
      const plan = planTopology(file, { ...names, exchangeType });
      const keysOf = (name: string) =>
        plan.bindings.filter(({ queue }) => queue === name).map(({ pattern }) => pattern);
      expect(keysOf('q.burn.events')).toEqual(EVENT_TYPES.filter((type) => type.startsWith('burn.')));
      expect(keysOf('s.solana.events')).toEqual(EVENT_TYPES);
    },
  );

  test('a pattern for types that are not ours stays one', () => {
    const foreign = { ...file, queues: [{ name: 'q.foreign', bind: ['foreign.#', 'burn.#'] }] };
    const keysOf = (exchangeType: 'topic' | 'direct' | 'fanout') =>
      planTopology(foreign, { ...names, exchangeType })
        .bindings.filter(({ queue, exchange }) => queue === 'q.foreign' && exchange === 'solana.events')
        .map(({ pattern }) => pattern);
    const burns = EVENT_TYPES.filter((type) => type.startsWith('burn.'));
    expect(keysOf('topic')).toEqual(['foreign.#', ...burns]);
    expect(keysOf('direct')).toEqual(burns);
    expect(keysOf('fanout')).toEqual(['']);
  });

  test.each([
    ['a.#', 'a', true],
    ['a.#', 'a.b.c', true],
    ['#', '', true],
    ['a.*.c', 'a.b.c', true],
    ['a.*', 'a.b.c', false],
    ['#.c', 'a.b.c', true],
    ['b.#', 'a.b', false],
  ])('pattern %s and key %s match: %s', (pattern, key, matches) => {
    expect(matchesPattern(pattern, key)).toBe(matches);
  });

  test.each([
    ['{', 'is not JSON'],
    ['{}', 'needs "queues"'],
    ['{"queues":[{"name":1}]}', 'needs "queues"'],
    ['{"queues":[],"streams":[{"name":"s","bind":[]}]}', 'needs "streams"'],
    ['{"queues":[],"streams":[],"deliveryLimit":0}', 'needs "deliveryLimit"'],
  ])('a file that says %s is refused: %s', (text, reason) => {
    expect(() => parseTopology(text, 'topology.json')).toThrow(reason);
  });
});
