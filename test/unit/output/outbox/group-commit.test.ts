import { EngineError } from '../../../../src/lib/errors.ts';
import { GroupCommit } from '../../../../src/output/outbox/group-commit.ts';
import type { NewRecord } from '../../../../src/output/outbox/store.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const record = (id: number): NewRecord => ({ slot: 1, id: String(id), type: 't', json: '{}' });
const records = (count: number) => Array.from({ length: count }, (_, i) => record(i));
const full = new EngineError('OUTPUT_DISK_FULL', 'no room', { retryable: true });

/** A fake clock on which a write itself takes `writeMs`. */
class SlowClock extends FakeClock {
  spentMs = 0;
  override monotonicMs(): number {
    return super.monotonicMs() + this.spentMs;
  }
}

function open(write: (count: number) => void = () => {}, writeMs = 0) {
  const clock = new SlowClock();
  const commits: { readonly count: number; readonly cursor: number | null; readonly atMs: number }[] = [];
  const told: string[] = [];
  const options = { records: 100, intervalMs: 5, waitingMax: 300, retryInitialMs: 100, retryMaxMs: 400 };
  const group = new GroupCommit(
    options,
    (batch, cursor) => {
      write(batch.length);
      clock.spentMs += writeMs;
      commits.push({ count: batch.length, cursor, atMs: clock.monotonicMs() });
    },
    { held: (reason, waiting) => told.push(`held ${reason} ${waiting}`), resumed: (ms) => told.push(`resumed ${ms}`) },
    clock,
  );
  return { clock, commits, told, group };
}

describe('group commit', () => {
  test('writes a lone append at once', async () => {
    const { group, commits } = open();
    await group.append([record(1)], 7);
    expect(commits).toEqual([{ count: 1, cursor: 7, atMs: 0 }]);
  });

  test('appends made together share a commit with the highest cursor', async () => {
    const { group, commits } = open();
    await Promise.all([group.append(records(3), 5), group.append(records(2), null), group.append([], 9)]);
    expect(commits).toEqual([{ count: 5, cursor: 9, atMs: 0 }]);
  });

  test('a big batch is one transaction', async () => {
    const { group, commits } = open();
    await group.append(records(250), 1);
    expect(commits.map(({ count }) => count)).toEqual([250]);
  });

  test('on a slow disk small appends wait for company, never longer than the interval', async () => {
    const { clock, group, commits } = open(() => {}, 50);
    await group.append([record(1)], null);
    const startMs = clock.monotonicMs();
    const later = Promise.all([group.append([record(2)], null), group.append([record(3)], null)]);
    await clock.advance(60);
    await later;
    expect(commits.map(({ count }) => count)).toEqual([1, 2]);
    expect((commits[1]?.atMs ?? 0) - startMs).toBeLessThanOrEqual(55);
  });

  test('enough records do not wait for the interval', async () => {
    const { clock, group, commits } = open(() => {}, 50);
    await group.append([record(1)], null);
    const startMs = clock.monotonicMs();
    const small = group.append([record(2)], null);
    await clock.advance(1);
    await Promise.all([group.append(records(100), null), small]);
    expect(commits.map(({ count }) => count)).toEqual([1, 101]);
    expect((commits[1]?.atMs ?? 0) - startMs).toBeLessThanOrEqual(51);
  });

  test('a full disk holds appends back, tells it once, and goes on in order when there is room', async () => {
    let hasRoom = false;
    const { clock, group, commits, told } = open(() => {
      if (!hasRoom) throw full;
    });
    const order: string[] = [];
    const first = group.append(records(2), 1).then(() => order.push('first'));
    await clock.advance(50);
    const second = group.append(records(3), 2).then(() => order.push('second'));
    await clock.advance(1_000);
    expect([commits, order]).toEqual([[], []]);
    hasRoom = true;
    await clock.advance(1_000);
    await Promise.all([first, second]);
    expect(order).toEqual(['first', 'second']);
    expect(commits.map(({ count, cursor }) => [count, cursor])).toEqual([
      [2, 1],
      [3, 2],
    ]);
    expect(told.map((line) => line.split(' ')[0])).toEqual(['held', 'resumed']);
  });

  test('what cannot be retried is thrown to those who appended, and the next append is tried anew', async () => {
    let isBroken = true;
    const { group, commits } = open(() => {
      if (isBroken) throw new EngineError('OUTPUT_CORRUPT', 'broken');
    });
    await expect(group.append([record(1)], null)).rejects.toMatchObject({ code: 'OUTPUT_CORRUPT' });
    isBroken = false;
    await group.append([record(2)], null);
    expect(commits).toHaveLength(1);
  });

  test('holds no more than its limit: a further append waits for room before it is taken', async () => {
    let hasRoom = false;
    const { clock, group, commits } = open(() => {
      if (!hasRoom) throw full;
    });
    const appends = [group.append(records(10), null)];
    await clock.advance(1);
    for (let i = 0; i < 5; i++) appends.push(group.append(records(150), null));
    await clock.advance(1_000);
    hasRoom = true;
    await clock.advance(10_000);
    await Promise.all(appends);
    expect(Math.max(...commits.map(({ count }) => count))).toBeLessThanOrEqual(300);
    expect(commits.reduce((sum, { count }) => sum + count, 0)).toBe(760);
  });

  test('stopping gives up what waits and refuses the rest', async () => {
    const { clock, group } = open(() => {
      throw full;
    });
    const waiting = group.append([record(1)], null);
    const outcome = expect(waiting).rejects.toMatchObject({ code: 'PIPELINE_ABORTED' });
    await clock.advance(10);
    group.stop(new EngineError('PIPELINE_ABORTED', 'closed'));
    await outcome;
    await group.flush();
    await expect(group.append([record(2)], null)).rejects.toMatchObject({ code: 'PIPELINE_ABORTED' });
  });
});
