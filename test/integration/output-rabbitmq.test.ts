import { type ChannelModel, connect } from 'amqplib';
import { eventId } from '../../src/domain/domain-event.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { TopologyPlan } from '../../src/output/topology.ts';
import {
  closeTestOutputs,
  openTestOutput,
  readQueue,
  removeTopology,
  temporaryFolder,
  testTopology,
  trade,
  trades,
  until,
} from '../support/output.ts';
import { services } from '../support/services.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';

const { rabbitmqUrl } = services();

describe('the way from the outbox to RabbitMQ', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let connection: ChannelModel;
  let plan: TopologyPlan;
  beforeEach(async () => {
    folder = temporaryFolder();
    connection = await connect(rabbitmqUrl);
    plan = testTopology('relay');
  });
  afterEach(async () => {
    await closeTestOutputs();
    await connection.close();
    await removeTopology(rabbitmqUrl, plan);
    folder.remove();
  });

  test('delivers 20,000 events to each bound queue exactly once by id, in order', async () => {
    const output = openTestOutput(rabbitmqUrl, plan, folder.path);
    await output.publisher.open();
    output.relay.start();
    const count = 20_000;
    for (let from = 0; from < count; from += 500) await output.outbox.append(trades(from, from + 500), { slot: from });
    await until('everything is confirmed', () => output.outbox.confirmedThrough() === count, 60_000);
    const expected = trades(0, count).map(({ signature }) => `${signature}:2.1:trade.swap.executed:0`);
    for (const queue of [`${plan.exchange}.q.trade.events`, `${plan.exchange}.s.${plan.exchange}`]) {
      const received = await readQueue(connection, queue, count);
      expect(received.map(({ id }) => id)).toEqual(expected);
    }
    expect(await readQueue(connection, `${plan.exchange}.q.token.events`, 0)).toEqual([]);
    await output.close();
  }, 120_000);

  test('sends an event type no queue asks for to the alternate exchange, and to the stream', async () => {
    const output = openTestOutput(rabbitmqUrl, plan, folder.path);
    await output.publisher.open();
    const unbind = await connection.createChannel();
    for (const queue of [`s.${plan.exchange}`, 'q.burn.events'])
      await unbind.unbindQueue(`${plan.exchange}.${queue}`, plan.exchange, 'burn.token.detected');
    await unbind.close();
    output.relay.start();
    await output.outbox.append([trade(1, 'burn.token.detected')], null);
    await until('it is confirmed', () => output.outbox.confirmedThrough() === 1);
    const received = await readQueue(connection, `${plan.exchange}.${plan.exchange}.unrouted`, 1);
    expect(received.map(({ type }) => type)).toEqual(['burn.token.detected']);
    await output.close();
  });
});

describe('a retraction', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let connection: ChannelModel;
  let plan: TopologyPlan;
  beforeEach(async () => {
    folder = temporaryFolder();
    connection = await connect(rabbitmqUrl);
  });
  afterEach(async () => {
    await closeTestOutputs();
    await connection.close();
    await removeTopology(rabbitmqUrl, plan);
    folder.remove();
  });

  test.each(['topic', 'direct', 'fanout'] as const)(
    'reaches every queue of the event it takes back, once, over a %s exchange',
    async (exchangeType) => {
      plan = testTopology('retraction', exchangeType);
      const output = openTestOutput(rabbitmqUrl, plan, folder.path);
      await output.publisher.open();
      output.relay.start();
      const mistaken = [trade(1), trade(2, 'token.mint.created'), trade(3, 'audit.trade.mismatched')];
      await output.outbox.append(mistaken, null);
      expect(await output.outbox.retractSlot(1_000, 'fork')).toBe(3);
      await until('it is all confirmed', () => output.outbox.confirmedThrough() === 6);
      const all = output.outbox.readAfter(0, 100).map(({ id }) => id);
      const queue = (name: string) => `${plan.exchange}.${name}`;
      const expected: Record<string, readonly (string | undefined)[]> = {
        'q.trade.events': [all[0], all[3]],
        'q.token.events': [all[1], all[4]],
        'q.trade.events.dlq': [all[2], all[5]],
        'q.workers': [all[3], all[4], all[5]],
        'q.price.events': [],
        [`s.${plan.exchange}`]: [all[0], all[1], all[3], all[4], all[5]],
      };
      // A fanout exchange brings every queue everything; only the dead letters stand apart.
      const asked = exchangeType === 'fanout' ? ['q.trade.events.dlq'] : Object.keys(expected);
      for (const name of asked) {
        const ids = expected[name] ?? [];
        const received = await readQueue(connection, queue(name), ids.length);
        expect([name, received.map(({ id }) => id)]).toEqual([name, ids]);
      }
      expect(output.emitted.filter(({ type }) => type === 'output.message.returned')).toEqual([]);
      await output.close();
    },
  );
});

describe('faults between the relay and the broker', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let plan: TopologyPlan;
  let proxy: TcpProxy;
  let proxyUrl: string;
  beforeEach(async () => {
    folder = temporaryFolder();
    plan = testTopology('fault');
    const { hostname, port } = new URL(rabbitmqUrl);
    proxy = new TcpProxy({ host: hostname, port: Number(port || 5672) });
    await proxy.open();
    const url = new URL(rabbitmqUrl);
    url.hostname = '127.0.0.1';
    url.port = String(proxy.port);
    proxyUrl = url.toString();
  });
  afterEach(async () => {
    await closeTestOutputs();
    await proxy.close();
    await removeTopology(rabbitmqUrl, plan);
    folder.remove();
  });

  test('a connection cut again and again at random places loses nothing, on any queue', async () => {
    const random = seededRandom(7);
    const output = openTestOutput(proxyUrl, plan, folder.path);
    await output.publisher.open();
    output.relay.start();
    const count = 10_000;
    let cuts = 0;
    const cutting = (async () => {
      while (output.outbox.confirmedThrough() < count) {
        const at = proxy.sentBytes + Math.floor(random() * 3_000_000);
        await until('the next cut', () => proxy.sentBytes >= at || output.outbox.confirmedThrough() >= count, 90_000);
        proxy.cut();
        cuts++;
      }
    })();
    for (let from = 0; from < count; from += 200) await output.outbox.append(trades(from, from + 200), { slot: from });
    await until('everything is confirmed', () => output.outbox.confirmedThrough() === count, 90_000);
    await cutting;
    await output.close();
    expect(cuts).toBeGreaterThan(3);
    const connection = await connect(rabbitmqUrl);
    const expected = trades(0, count).map(eventId);
    for (const queue of [`${plan.exchange}.q.trade.events`, `${plan.exchange}.s.${plan.exchange}`]) {
      // A set keeps the order of first arrival: what came twice came later.
      const first = new Set((await readQueue(connection, queue, count)).map(({ id }) => id));
      expect([...first]).toEqual(expected);
    }
    await connection.close();
  }, 120_000);

  test('a broker that is away at start: the outbox serves, and delivers when the broker comes', async () => {
    await proxy.close();
    const output = openTestOutput(proxyUrl, plan, folder.path);
    await output.publisher.open();
    output.relay.start();
    await output.outbox.append(trades(0, 500), { slot: 9 });
    expect(output.outbox.readAfter(0, 1_000)).toHaveLength(500);
    expect([output.publisher.state(), output.relay.stats().pending]).toEqual(['connecting', 500]);
    expect(output.emitted).toContainEqual(expect.objectContaining({ type: 'output.broker.disconnected' }));
    await proxy.open();
    await until('everything is confirmed', () => output.outbox.confirmedThrough() === 500);
    await output.close();
  }, 30_000);

  test('a broker whose queue differs is refused at start, with the difference in words, and left as it is', async () => {
    const connection = await connect(rabbitmqUrl);
    const channel = await connection.createChannel();
    const queue = `${plan.exchange}.q.trade.events`;
    await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'classic' } });
    await channel.assertExchange(`${plan.exchange}.dlx`, 'topic', { durable: true });
    const output = openTestOutput(proxyUrl, plan, folder.path);
    const refusal = await output.publisher.open().catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'OUTPUT_TOPOLOGY', retryable: false });
    const { message } = refusal as Error;
    expect(message).toMatch(new RegExp(`exchange ${plan.exchange}.dlx: type is topic, configured is direct`));
    expect(message).toMatch(new RegExp(`queue ${queue}: x-.* is .*, configured is `));
    // Nothing was declared beside it.
    const probe = await connection.createChannel();
    probe.on('error', () => {});
    await expect(probe.checkExchange(plan.exchange)).rejects.toThrow('NOT_FOUND');
    await output.close();
    await connection.close();
  });

  test('a topology that appears different after a reconnect stops publishing, is told, and is taken up again when mended', async () => {
    const output = openTestOutput(proxyUrl, plan, folder.path);
    await output.publisher.open();
    output.relay.start();
    await output.outbox.append(trades(0, 10), null);
    await until('the first are confirmed', () => output.outbox.confirmedThrough() === 10);
    const connection = await connect(rabbitmqUrl);
    const channel = await connection.createChannel();
    const queue = `${plan.exchange}.q.burn.events`;
    await channel.deleteQueue(queue);
    await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'classic' } });
    proxy.cut();
    await until('the difference is told', () => output.emitted.some(({ type }) => type === 'output.topology.refused'));
    await output.outbox.append(trades(10, 20), null);
    expect(output.outbox.confirmedThrough()).toBe(10);
    await channel.deleteQueue(queue);
    await until('the rest is confirmed', () => output.outbox.confirmedThrough() === 20);
    await connection.close();
    await output.close();
  }, 30_000);

  test('a message no queue takes, not even the alternate one, stays and arrives once the topology is put back', async () => {
    const output = openTestOutput(proxyUrl, plan, folder.path);
    await output.publisher.open();
    const connection = await connect(rabbitmqUrl);
    const channel = await connection.createChannel();
    for (const name of ['q.burn.events', `s.${plan.exchange}`, `${plan.exchange}.unrouted`]) {
      await channel.deleteQueue(`${plan.exchange}.${name}`);
    }
    output.relay.start();
    await output.outbox.append([trade(1, 'burn.token.detected')], null);
    await until('it is confirmed', () => output.outbox.confirmedThrough() === 1);
    expect(output.emitted).toContainEqual(
      expect.objectContaining({ type: 'output.message.returned', reason: 'NO_ROUTE' }),
    );
    expect(await readQueue(connection, `${plan.exchange}.q.burn.events`, 1)).toHaveLength(1);
    await connection.close();
    await output.close();
  }, 30_000);

  test('a wrong password is said in one sentence, without the password', async () => {
    const url = new URL(proxyUrl);
    url.password = 'canary-secret';
    const output = openTestOutput(url.toString(), plan, folder.path);
    await output.publisher.open();
    await until('the refusal is told', () => output.emitted.length > 0);
    expect(JSON.stringify(output.emitted)).toMatch(/refuses the user or password of RABBITMQ_URL/);
    expect(JSON.stringify(output.emitted)).not.toContain('canary');
    await output.close();
    const wrong = openTestOutput('http://me:canary-secret@host/', plan, folder.path);
    await expect(wrong.publisher.open()).rejects.toThrow(/not a broker address(?!.*canary)/);
    await wrong.close();
  });
});
