import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StoredEvent } from '../../../src/domain/contracts.ts';
import { routesOf } from '../../../src/output/routing.ts';
import { parseTopology, planTopology } from '../../../src/output/topology.ts';

const path = join(import.meta.dirname, '..', '..', '..', 'config', 'topology.json');
const file = parseTopology(readFileSync(path, 'utf8'), path);
const plan = planTopology(file, { exchange: 'solana.events', exchangeType: 'topic', queuePrefix: '' });
const event = (type: string, data: object = {}): StoredEvent => ({
  sequence: 1,
  id: 'e1',
  type,
  slot: 1,
  json: JSON.stringify({ data }),
});

describe('the messages an event becomes', () => {
  test('one, under its type, whatever its data says', () => {
    expect(routesOf(plan, event('trade.swap.executed', { type: 'token.mint.created' }))).toEqual([
      { exchange: 'solana.events', key: 'trade.swap.executed', furtherKeys: [] },
    ]);
    expect(routesOf(plan, event('audit.trade.mismatched'))).toEqual([
      { exchange: 'solana.events.dlx', key: 'audit.trade.mismatched', furtherKeys: [] },
    ]);
  });

  test('a retraction also has the key of what it takes back', () => {
    expect(routesOf(plan, event('stream.event.retracted', { type: 'trade.swap.executed' }))).toEqual([
      { exchange: 'solana.events', key: 'stream.event.retracted', furtherKeys: ['trade.swap.executed'] },
    ]);
  });

  test('a retraction of a warning is a second message, on the exchange of the warnings', () => {
    expect(routesOf(plan, event('stream.event.retracted', { type: 'audit.trade.mismatched' }))).toEqual([
      { exchange: 'solana.events', key: 'stream.event.retracted', furtherKeys: [] },
      { exchange: 'solana.events.dlx', key: 'audit.trade.mismatched', furtherKeys: [] },
    ]);
  });
});
