import { type ChannelModel, connect } from 'amqplib';
import { findBroker, type OwnBroker, startOwnBroker } from '../../scripts/test-services/own-rabbitmq.ts';
import { eventId } from '../../src/domain/domain-event.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { seededRandom } from '../../src/lib/random.ts';
import type { TopologyPlan } from '../../src/output/topology.ts';
import {
  closeTestOutputs,
  never,
  openTestOutput,
  type Received,
  readQueue,
  temporaryFolder,
  testTopology,
  trades,
  until,
} from '../support/output.ts';

const COUNT = 4_000;
const random = seededRandom(20_261_121);

type Output = ReturnType<typeof openTestOutput>;

/** A broker of the suite's own: nobody else's queues are stopped, hung or blocked. */
const isInstalled = findBroker() !== null;
if (!isInstalled) console.warn('RabbitMQ is not installed here: the faults of a broker of our own are not tested.');

(isInstalled ? describe : describe.skip)('a broker that fails while events are delivered', () => {
  let own: OwnBroker;
  let folder: ReturnType<typeof temporaryFolder>;
  let plan: TopologyPlan;
  let output: Output;
  beforeAll(async () => {
    own = (await startOwnBroker()) as OwnBroker;
    await own.settle();
  }, 120_000);
  beforeEach(async () => {
    folder = temporaryFolder();
    plan = testTopology('broker');
    output = openTestOutput(own.url, plan, folder.path);
    await output.publisher.open();
    output.relay.start();
  });
  afterEach(async () => {
    await closeTestOutputs();
    folder.remove();
  });
  afterAll(() => own.remove());

  /** Appends everything while the fault happens at a random place; then every queue must have every id. */
  async function deliverThrough(fault: () => Promise<void>): Promise<void> {
    const faultAt = Math.floor(COUNT * (0.1 + 0.6 * random()));
    const appending = (async () => {
      for (let from = 0; from < COUNT; from += 100) {
        await output.outbox.append(trades(from, from + 100), { slot: from });
        await systemClock.sleep(25, never);
      }
    })();
    await until('the fault is due', () => output.outbox.confirmedThrough() >= faultAt);
    await fault();
    await appending;
    await until('everything is confirmed', () => output.outbox.confirmedThrough() === COUNT, 60_000);
    const connection = await connect(own.url);
    for (const queue of [`${plan.exchange}.q.trade.events`, `${plan.exchange}.s.${plan.exchange}`]) {
      const received = await readWhenReady(connection, queue);
      // A set keeps the order of first arrival.
      expect([...new Set(received.map(({ id }) => id))]).toEqual(trades(0, COUNT).map(eventId));
      expect(received.length - COUNT).toBeLessThanOrEqual(1_000);
    }
    await connection.close();
  }

  /** A stream queue is there before it can be read: for a moment after a start the broker says that its node is down. */
  async function readWhenReady(connection: ChannelModel, queue: string): Promise<readonly Received[]> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await readQueue(connection, queue, COUNT);
      } catch (error) {
        if (attempt === 50 || !String(error).includes('inaccessible')) throw error;
        await systemClock.sleep(200, never);
      }
    }
  }

  const told = (type: string) => output.emitted.some((event) => event.type === type);

  test('killed without warning: nothing is lost on any queue, and no more comes twice than was under way', async () => {
    await deliverThrough(async () => {
      await own.kill9();
      await until('the loss is noticed', () => told('output.broker.disconnected'));
      await own.start();
    });
  }, 120_000);

  test('stopped and started in order: nothing is lost', async () => {
    await deliverThrough(async () => {
      own.stopApp();
      await until('the loss is noticed', () => told('output.broker.disconnected'));
      own.startApp();
    });
  }, 120_000);

  test('out of memory: nothing is sent while it is blocked, events gather in the outbox, and all arrive', async () => {
    await deliverThrough(async () => {
      own.memoryAlarm(true);
      await until('the broker refuses messages', () => output.publisher.state() === 'blocked');
      const pending = output.relay.stats().pending;
      await until('events gather', () => output.outbox.lastSequence() === COUNT);
      expect(output.relay.stats().pending).toBeGreaterThanOrEqual(
        Math.min(pending, COUNT - output.outbox.confirmedThrough()),
      );
      expect(output.publisher.state()).toBe('blocked');
      own.memoryAlarm(false);
    });
    expect(output.emitted.filter(({ type }) => type === 'output.broker.disconnected')).toEqual([]);
  }, 120_000);

  test('hung: it is noticed by its silence, and everything arrives when it answers again', async () => {
    await deliverThrough(async () => {
      own.pause();
      const startMs = performance.now();
      await until('the silence is noticed', () => told('output.broker.disconnected'), 40_000);
      const noticedMs = performance.now() - startMs;
      own.resume();
      expect(noticedMs).toBeLessThan(30_000);
    });
  }, 180_000);
});
