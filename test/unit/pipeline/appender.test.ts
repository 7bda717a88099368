import { engineEvent } from '../../../src/domain/events/build.ts';
import { seededRandom } from '../../../src/lib/random.ts';
import { Appender } from '../../../src/pipeline/appender.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { RecordingSink } from '../../support/pipeline-parts.ts';

const never = new AbortController().signal;
const event = engineEvent('worker.status.changed', 'a', 1, 0, {
  worker: 'a',
  state: 'x',
  previous: null,
  reason: null,
  heartbeatMs: 0,
});
const batch = { events: [event], dead: [] as number[], checkpoint: null as number | null, receivedAtMs: null };

function appender() {
  const sink = new RecordingSink();
  const clock = new FakeClock();
  const options = { cursorIntervalMs: 1_000, retry: { initialMs: 10, maxMs: 100 } };
  return { appender: new Appender(options, sink, clock, seededRandom(1), () => {}), sink, clock };
}

describe('the appender', () => {
  test('sends the cursor along with the events it covers', async () => {
    const parts = appender();
    await parts.appender.append({ ...batch, checkpoint: 7 }, never);
    await parts.appender.append(batch, never);
    expect(parts.sink.log).toEqual(['append 1 -> 7', 'append 1 -> -']);
    expect(parts.appender.cursor).toEqual({ slot: 7 });
  });

  test('a cursor without events waits for its interval, then for nothing', async () => {
    const parts = appender();
    const empty = { ...batch, events: [] };
    await parts.appender.append({ ...empty, checkpoint: 7 }, never);
    await parts.appender.append({ ...empty, checkpoint: 8 }, never);
    await parts.appender.append({ ...empty, checkpoint: 9 }, never);
    expect(parts.sink.log).toEqual(['append 0 -> 7']);
    await parts.clock.advance(1_000);
    await parts.appender.append(empty, never);
    expect(parts.sink.log).toEqual(['append 0 -> 7', 'append 0 -> 9']);
    await parts.appender.append(empty, never);
    await parts.appender.flush(never);
    expect(parts.sink.log).toHaveLength(2);
  });

  test('flush stores the cursor that still waits', async () => {
    const parts = appender();
    const empty = { ...batch, events: [] };
    await parts.appender.append({ ...empty, checkpoint: 7 }, never);
    await parts.appender.append({ ...empty, checkpoint: 8 }, never);
    await parts.appender.flush(never);
    expect(parts.sink.log).toEqual(['append 0 -> 7', 'append 0 -> 8']);
  });

  test('takes dead slots back after what the batch told and before the cursor passes', async () => {
    const parts = appender();
    await parts.appender.append({ ...batch, dead: [5, 6], checkpoint: 7 }, never);
    expect(parts.sink.log).toEqual(['append 1 -> -', 'retract 5', 'retract 6', 'append 2 -> 7']);
    expect(parts.sink.ids.slice(1)).toEqual(['stream.slot.retracted:5:5:0', 'stream.slot.retracted:6:6:0']);
  });

  test('a dead slot of which not every event is known any more is told as such, not passed over', async () => {
    const parts = appender();
    parts.sink.retractSlot = async (slot) => (slot === 5 ? null : 0);
    await parts.appender.append({ ...batch, dead: [5, 6], checkpoint: 7 }, never);
    expect(parts.sink.events.slice(1).map(({ subject, data }) => [subject, data])).toEqual([
      ['5', { slot: 5, reason: expect.any(String), events: null }],
    ]);
  });

  test('a cursor never goes back, nor behind where the sink stood', async () => {
    const parts = appender();
    parts.appender.resume({ slot: 50 });
    await parts.appender.append({ ...batch, checkpoint: 40 }, never);
    await parts.appender.append({ ...batch, checkpoint: 51 }, never);
    await parts.appender.append({ ...batch, checkpoint: 45 }, never);
    expect(parts.sink.log).toEqual(['append 1 -> -', 'append 1 -> 51', 'append 1 -> -']);
  });

  test('writes nothing after what failed for good, so that no cursor passes it', async () => {
    const parts = appender();
    await parts.appender.append({ ...batch, checkpoint: 7 }, never);
    parts.sink.before = () => Promise.reject(new Error('a record that cannot be written'));
    await expect(parts.appender.append({ ...batch, checkpoint: 8 }, never)).rejects.toThrow('cannot be written');
    parts.sink.before = () => Promise.resolve();
    await expect(parts.appender.append({ ...batch, checkpoint: 9 }, never)).rejects.toThrow('cannot be written');
    await parts.appender.flush(never);
    expect(parts.sink.log).toEqual(['append 1 -> 7']);
    expect(parts.appender.cursor).toEqual({ slot: 7 });
  });
});
