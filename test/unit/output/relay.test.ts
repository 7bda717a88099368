import fc from 'fast-check';
import type { StoredEvent } from '../../../src/domain/contracts.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import type { Publisher, PublisherState, RelayOutbox } from '../../../src/output/ports.ts';
import { Relay } from '../../../src/output/relay.ts';
import { type Breaker, createRelayBreaker } from '../../../src/output/relay-breaker.ts';
import type { EngineEvent } from '../../../src/telemetry/event.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { never } from '../../support/output.ts';

/** An outbox in memory; some sequences are damaged and passed over. */
class MemoryOutbox implements RelayOutbox {
  #last = 0;
  #confirmed = 0;
  readonly damaged = new Set<number>();
  /** Reads that fail before one succeeds again. */
  failures = 0;
  #listener: (last: number) => void = () => {};
  readonly confirms: number[] = [];

  add(count: number): void {
    this.#last += count;
    this.#listener(this.#last);
  }

  lastSequence(): number {
    return this.#last;
  }

  confirmedThrough(): number {
    return this.#confirmed;
  }

  pendingAfter(sequence: number, limit: number) {
    if (this.failures > 0) {
      this.failures--;
      throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR_READ' });
    }
    const events: StoredEvent[] = [];
    let through = sequence;
    while (through < this.#last && events.length < limit) {
      through++;
      if (!this.damaged.has(through))
        events.push({ sequence: through, id: `e${through}`, type: 't', slot: 1, json: '{}' });
    }
    return { events, through };
  }

  confirm(through: number): void {
    this.#confirmed = through;
    this.confirms.push(through);
  }

  onAppend(callback: (last: number) => void): () => void {
    this.#listener = callback;
    return () => {
      this.#listener = () => {};
    };
  }
}

/** A broker's side that answers when the test says so. */
class ManualPublisher implements Publisher {
  readonly waiting: { readonly sequence: number; readonly done: (error: Error | null) => void }[] = [];
  readonly published: number[] = [];
  readonly reconnects: string[] = [];
  #state: PublisherState = 'ready';
  #listener: (state: PublisherState) => void = () => {};

  async open(): Promise<void> {}

  state(): PublisherState {
    return this.#state;
  }

  onState(callback: (state: PublisherState) => void): () => void {
    this.#listener = callback;
    return () => {};
  }

  publish(event: StoredEvent, done: (error: Error | null) => void): void {
    if (this.#state !== 'ready') throw new Error('published while not ready');
    this.published.push(event.sequence);
    this.waiting.push({ sequence: event.sequence, done });
  }

  reconnect(reason: string): void {
    this.reconnects.push(reason);
    this.drop();
    this.become('ready');
  }

  async close(): Promise<void> {}

  become(state: PublisherState): void {
    this.#state = state;
    this.#listener(state);
  }

  confirmAll(): void {
    for (const { done } of this.waiting.splice(0)) done(null);
  }

  drop(): void {
    this.become('connecting');
    for (const { done } of this.waiting.splice(0)) done(new Error('channel closed'));
  }
}

const alwaysClosed: Breaker = {
  state: () => 'closed',
  execute: async (batch) => {
    await batch();
    return true;
  },
};

function open(breaker: Breaker = alwaysClosed, clock = new FakeClock()) {
  const outbox = new MemoryOutbox();
  const publisher = new ManualPublisher();
  const emitted: EngineEvent[] = [];
  const options = { windowEvents: 10, batchEvents: 4, stallMs: 15_000, retryMs: 250 };
  const relay = new Relay(outbox, publisher, breaker, options, { clock, emit: (event) => emitted.push(event) });
  relay.start();
  return { clock, outbox, publisher, relay, emitted };
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe('the relay', () => {
  test('publishes in order, never more than its window, and confirms what the broker has', async () => {
    const { clock, outbox, publisher, relay } = open();
    outbox.add(25);
    await clock.advance(1);
    expect(publisher.published).toEqual(numbers(1, 10));
    publisher.confirmAll();
    await clock.advance(1);
    expect(outbox.confirmedThrough()).toBe(10);
    expect(publisher.published).toEqual(numbers(1, 20));
    publisher.confirmAll();
    await clock.advance(1);
    publisher.confirmAll();
    await clock.advance(1);
    expect(outbox.confirmedThrough()).toBe(25);
    expect(relay.stats()).toEqual({ inFlight: 0, pending: 0, breaker: 'closed', publisher: 'ready' });
    await relay.close(AbortSignal.abort());
  });

  test('a lost connection sends everything unconfirmed again, in order, and nothing that was confirmed', async () => {
    const { clock, outbox, publisher, relay, emitted } = open();
    outbox.add(10);
    await clock.advance(1);
    for (const answered of [2, 3, 7]) publisher.waiting.find(({ sequence }) => sequence === answered)?.done(null);
    for (const answered of [2, 3, 7]) {
      publisher.waiting.splice(
        publisher.waiting.findIndex(({ sequence }) => sequence === answered),
        1,
      );
    }
    publisher.drop();
    await clock.advance(5_000);
    expect(publisher.published).toHaveLength(10);
    publisher.published.length = 0;
    publisher.become('ready');
    await clock.advance(1_000);
    expect(publisher.published).toEqual([1, 4, 5, 6, 8, 9, 10]);
    publisher.confirmAll();
    await clock.advance(1);
    expect(outbox.confirmedThrough()).toBe(10);
    expect(emitted.filter(({ type }) => type === 'output.batch.rejected')).toHaveLength(1);
    await relay.close(AbortSignal.abort());
  });

  test('publishes nothing while the broker is away or refuses messages', async () => {
    const { clock, outbox, publisher, relay } = open();
    publisher.become('blocked');
    outbox.add(5);
    await clock.advance(60_000);
    expect(publisher.published).toEqual([]);
    publisher.become('ready');
    await clock.advance(1);
    expect(publisher.published).toEqual(numbers(1, 5));
    publisher.confirmAll();
    await relay.close(AbortSignal.abort());
  });

  test('a broker that is connected and confirms nothing is connected anew after 15 s; a blocked one is not', async () => {
    const { clock, outbox, publisher, relay, emitted } = open();
    outbox.add(3);
    await clock.advance(14_000);
    expect(publisher.reconnects).toEqual([]);
    await clock.advance(2_000);
    expect(publisher.reconnects).toEqual(['no confirm for 15 s']);
    expect(emitted).toContainEqual(expect.objectContaining({ type: 'output.relay.stalled', inFlight: 3 }));
    await clock.advance(1_000);
    publisher.become('blocked');
    await clock.advance(120_000);
    expect(publisher.reconnects).toHaveLength(1);
    publisher.confirmAll();
    await clock.advance(1);
    expect(outbox.confirmedThrough()).toBe(3);
    await relay.close(AbortSignal.abort());
  });

  test('the silence of a broker that was blocked begins when it takes messages again', async () => {
    const { clock, outbox, publisher, relay, emitted } = open();
    outbox.add(3);
    await clock.advance(1);
    publisher.become('blocked');
    await clock.advance(120_000);
    publisher.become('ready');
    await clock.advance(14_000);
    expect(publisher.reconnects).toEqual([]);
    await clock.advance(2_000);
    expect(emitted).toContainEqual(expect.objectContaining({ type: 'output.relay.stalled', inFlight: 3 }));
    publisher.confirmAll();
    await relay.close(AbortSignal.abort());
  });

  test('what a queue refuses is tried one event at a time: no window of copies for the queues that take it', async () => {
    const clock = new FakeClock();
    const { outbox, publisher, relay } = open(
      createRelayBreaker(clock, () => {}),
      clock,
    );
    let refusing = true;
    const answer = () => {
      for (const { sequence, done } of publisher.waiting.splice(0))
        done(refusing && sequence > 1 ? new Error('message nacked') : null);
    };
    const pass = async (ms: number) => {
      for (let passed = 0; passed < ms; passed += 50) {
        await clock.advance(50);
        answer();
      }
    };
    outbox.add(20);
    await pass(2_000);
    publisher.published.length = 0;
    await pass(100_000);
    expect(publisher.published.length).toBeGreaterThan(2);
    expect([...new Set(publisher.published)]).toEqual([2]);
    expect(outbox.confirmedThrough()).toBe(1);
    refusing = false;
    await pass(40_000);
    expect(outbox.confirmedThrough()).toBe(20);
    await relay.close(AbortSignal.abort());
  });

  test('passes damaged records over', async () => {
    const { clock, outbox, publisher, relay } = open();
    for (const damaged of [1, 4, 9]) outbox.damaged.add(damaged);
    outbox.add(9);
    await clock.advance(1);
    publisher.confirmAll();
    await clock.advance(1);
    expect(publisher.published).toEqual([2, 3, 5, 6, 7, 8]);
    expect(outbox.confirmedThrough()).toBe(9);
    await relay.close(AbortSignal.abort());
  });

  test('outlives an outbox that cannot be read: says so, waits longer each time, and goes on where it stopped', async () => {
    const { clock, outbox, publisher, relay, emitted } = open();
    outbox.failures = 3;
    outbox.add(5);
    await clock.advance(10_000);
    expect(publisher.published).toEqual(numbers(1, 5));
    publisher.confirmAll();
    await clock.advance(1);
    expect(outbox.confirmedThrough()).toBe(5);
    expect(emitted.filter(({ type }) => type === 'output.read.failed')).toEqual(
      [250, 500, 1_000].map((retryMs) => ({ type: 'output.read.failed', reason: 'disk I/O error', retryMs })),
    );
    expect(emitted).toContainEqual(expect.objectContaining({ type: 'output.read.resumed' }));
    await relay.close(never);
  });

  test('closes while the outbox cannot be read, and tells what it leaves', async () => {
    const { clock, outbox, relay, emitted } = open();
    outbox.failures = Number.POSITIVE_INFINITY;
    outbox.add(5);
    await clock.advance(10_000);
    await relay.close(never);
    expect(emitted).toContainEqual({ type: 'output.relay.drained', left: 5 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('while the breaker is open nothing is sent, and that is not told again and again', async () => {
    let isOpen = true;
    const breaker: Breaker = {
      state: () => (isOpen ? 'open' : 'closed'),
      execute: async (batch) => {
        if (isOpen) return false;
        await batch();
        return true;
      },
    };
    const { clock, outbox, publisher, relay, emitted } = open(breaker);
    outbox.add(5);
    await clock.advance(10_000);
    expect(publisher.published).toEqual([]);
    expect(emitted).toEqual([]);
    isOpen = false;
    await clock.advance(1_000);
    publisher.confirmAll();
    await clock.advance(1);
    expect(outbox.confirmedThrough()).toBe(5);
    await relay.close(AbortSignal.abort());
  });

  test('draining waits for the last confirm, or tells what it leaves', async () => {
    const { clock, outbox, publisher, relay } = open();
    outbox.add(5);
    await clock.advance(1);
    const draining = relay.drain(never);
    publisher.confirmAll();
    await clock.advance(100);
    expect(await draining).toEqual({ left: 0 });
    outbox.add(3);
    await clock.advance(1);
    const deadline = new AbortController();
    const leaving = relay.drain(deadline.signal);
    deadline.abort();
    await clock.advance(1);
    expect(await leaving).toEqual({ left: 3 });
    publisher.drop();
    expect(await relay.drain(never)).toEqual({ left: 3 });
    await relay.close(AbortSignal.abort());
    expect(clock.pendingTimers).toBe(0);
  });

  test('whatever the broker does, everything arrives, and nothing counts as confirmed before it did', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = seededRandom(seed);
        const { clock, outbox, publisher, relay } = open();
        const delivered: number[] = [];
        const deliver = (sequence: number) => void (delivered.includes(sequence) || delivered.push(sequence));
        const total = 60;
        for (let step = 0; step < 400 && outbox.confirmedThrough() < total; step++) {
          const dice = random();
          if (dice < 0.3) outbox.add(Math.min(Math.floor(random() * 6), total - outbox.lastSequence()));
          else if (dice < 0.4) {
            // What was sent may have arrived although its confirm did not.
            for (const { sequence } of publisher.waiting.slice(0, Math.floor(random() * 10))) deliver(sequence);
            publisher.drop();
          } else if (dice < 0.5) publisher.become('blocked');
          else if (dice < 0.7) publisher.become('ready');
          else if (dice < 0.95) {
            for (const { sequence, done } of publisher.waiting.splice(0, Math.ceil(random() * 10))) {
              deliver(sequence);
              done(null);
            }
          } else publisher.waiting.pop()?.done(new Error('message nacked'));
          await clock.advance(Math.floor(random() * 400));
          expect(numbers(1, outbox.confirmedThrough()).every((sequence) => delivered.includes(sequence))).toBe(true);
        }
        outbox.add(total - outbox.lastSequence());
        publisher.become('ready');
        for (let i = 0; i < 20 && outbox.confirmedThrough() < total; i++) {
          await clock.advance(300);
          for (const { sequence } of publisher.waiting) deliver(sequence);
          publisher.confirmAll();
        }
        await clock.advance(300);
        expect(outbox.confirmedThrough()).toBe(total);
        expect([...delivered].sort((a, b) => a - b)).toEqual(numbers(1, total));
        await relay.close(AbortSignal.abort());
      }),
      { numRuns: 60 },
    );
  });
});
