import { describe, expect, test } from '@jest/globals';
import type { BlockMetaNotice, Gap } from '../../../../src/domain/slot.ts';
import { seededRandom } from '../../../../src/lib/random.ts';
import type { ClosedGap, GapStore } from '../../../../src/recovery/gaps/gap-journal.ts';
import type { GapRecord } from '../../../../src/recovery/gaps/gap-record.ts';
import { RecordedLedger } from '../../../../src/recovery/gaps/recorded-ledger.ts';
import type { EngineEvent } from '../../../../src/telemetry/event.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { type SlotMessage, slotScript } from '../../../support/slot-script.ts';
import { tell } from '../../../support/slot-tracking.ts';

class MemoryStore implements GapStore {
  readonly records: GapRecord[] = [];
  readonly openGaps: Gap[] = [];
  readonly closedGaps: ClosedGap[] = [];
  begun: number | null = null;
  dead: readonly number[] = [];
  isFull = false;
  damaged = 0;

  begunAt(): number | null {
    return this.begun;
  }
  deadAtBeginning(): readonly number[] {
    return this.dead;
  }
  open(): readonly Gap[] {
    return this.openGaps;
  }
  closed(): readonly ClosedGap[] {
    return this.closedGaps;
  }
  takeDamaged(): number {
    return this.damaged;
  }
  isBroken(): boolean {
    return this.damaged > 0;
  }
  record(records: readonly GapRecord[]): void {
    if (this.isFull) throw new Error('no space left');
    this.records.push(...records);
    for (const record of records) {
      if (record.kind !== 'begun') continue;
      this.begun = record.slot;
      this.dead = record.dead ?? [];
    }
  }
}

function recorded(store: GapStore, checkpoint: number | null, takenBack = -1) {
  const events: EngineEvent[] = [];
  const clock = new FakeClock();
  const options = {
    groups: [{ name: 'amm', commitment: 'processed' as const }],
    checkpoint,
    windowSlots: 256,
    settleSlots: 1,
    patienceSlots: 5,
    isTakenBack: (slot: number) => slot === takenBack,
    toldFilledBy: (gap: Gap) => (gap.reason === 'told filled' ? 'rpc' : null),
    isTold: (gap: Gap) => gap.reason !== 'two-blocks',
  };
  const ledger = new RecordedLedger(options, store, clock, (event) => events.push(event));
  return { ledger, events, clock };
}

const slotOf = (message: SlotMessage) => (message.type === 'data' ? message.slot : message.notice.slot);

function meta(slot: number): BlockMetaNotice {
  const hash = (of: number) => `hash ${of}`;
  return {
    slot,
    parent: slot - 1,
    blockhash: hash(slot),
    parentBlockhash: hash(slot - 1),
    executedTransactions: 1,
    blockTime: null,
  };
}

const script = slotScript(
  { first: 1_000, slots: 60, groups: ['amm'], skipRate: 0, forkRate: 0, maxForkDepth: 0, dropFinalizedRate: 0 },
  seededRandom(1),
);

describe('recorded ledger', () => {
  test('a gap is in the store and in the telemetry before progress tells of it', () => {
    const store = new MemoryStore();
    const { ledger, events } = recorded(store, 1_000);
    ledger.opened('a', ['amm'], 1_000);
    for (const message of script.messages.slice(200)) tell(ledger, 'a', message);
    const progress = ledger.progress();
    expect(progress.gapsOpened).toHaveLength(1);
    expect(store.records).toEqual([
      { kind: 'begun', slot: 1_000, dead: [] },
      { kind: 'opened', gap: progress.gapsOpened[0] },
    ]);
    expect(events.map((event) => event.type)).toEqual(['recovery.gap.opened', 'recovery.checkpoint.measured']);
  });

  test('a process that ended before its first checkpoint leaves a gap, no silence', () => {
    const store = new MemoryStore();
    const first = recorded(store, null).ledger;
    first.opened('a', ['amm'], null);
    for (const message of script.messages.slice(0, 5)) tell(first, 'a', message);
    expect(first.progress().checkpoint).toBeNull();
    expect(store.begun).toBe(999);
    const second = recorded(store, null).ledger;
    second.opened('a', ['amm'], null);
    for (const message of script.messages.slice(200)) tell(second, 'a', message);
    expect(second.progress().gapsOpened).toMatchObject([{ from: 1_000 }]);
  });

  test('a fork that died before history began is taken back by the next process, until a checkpoint is durable', () => {
    const store = new MemoryStore();
    const first = recorded(store, null).ledger;
    first.opened('a', ['amm'], null);
    // 1,001 is not built on 1,000: its confirmation is the beginning of history and the death of the slot before.
    for (const slot of [1_000, 1_001]) {
      first.slot('a', { slot, parent: 999, status: 'createdBank' });
      first.data('a', slot);
    }
    expect(first.progress()).toMatchObject({ dead: [], checkpoint: null });
    first.slot('a', { slot: 1_001, parent: 999, status: 'confirmed' });
    expect(first.progress()).toMatchObject({ dead: [1_000], checkpoint: 1_001 });
    // It ended before anything of that was durable but the journal; the next one's streams begin at the tip.
    for (const wasDamaged of [false, true]) {
      store.damaged = wasDamaged ? 1 : 0;
      const next = recorded(store, null).ledger;
      next.opened('a', ['amm'], null);
      expect(next.progress()).toMatchObject({ dead: [1_000], checkpoint: 1_001 });
      expect(next.progress().dead).toEqual([]);
    }
    store.damaged = 0;
    expect(recorded(store, null).ledger.progress().dead).toEqual([1_000]);
    expect(recorded(store, 1_001).ledger.progress().dead).toEqual([]);
  });

  test('while a gap cannot be written down the checkpoint waits, then both go on', () => {
    const store = new MemoryStore();
    const { ledger, events } = recorded(store, 1_000);
    store.isFull = true;
    ledger.opened('a', ['amm'], 1_000);
    for (const message of script.messages.slice(200)) tell(ledger, 'a', message);
    expect(ledger.progress()).toMatchObject({ gapsOpened: [], checkpoint: 1_000 });
    expect(ledger.progress()).toMatchObject({ gapsOpened: [], checkpoint: 1_000 });
    expect(events.map((event) => event.type)).toEqual(['recovery.journal.failed']);
    store.isFull = false;
    const progress = ledger.progress();
    expect(progress.gapsOpened).toHaveLength(1);
    expect(progress.checkpoint).toBeGreaterThan(1_000);
    ledger.progress();
    const told = events.filter(({ type }) => type.startsWith('recovery.journal.'));
    expect(told).toEqual([
      { type: 'recovery.journal.failed', reason: 'no space left' },
      { type: 'recovery.journal.recovered', records: 2 },
    ]);
  });

  test('where history begins is written down once, however long the journal could not take it', () => {
    const store = new MemoryStore();
    store.isFull = true;
    const { ledger } = recorded(store, null);
    ledger.opened('a', ['amm'], null);
    for (const message of script.messages) {
      tell(ledger, 'a', message);
      expect(ledger.progress().checkpoint).toBeNull();
    }
    store.isFull = false;
    ledger.progress();
    expect(store.records.filter(({ kind }) => kind === 'begun')).toHaveLength(2);
  });

  test('a gap beyond the checkpoint is told once more and stays known: the last process may have ended before it told', () => {
    const store = new MemoryStore();
    const gap = { groups: ['amm'], reason: 'not-delivered', sinceMs: 0, filledBy: null };
    store.openGaps.push({ from: 900, to: 910, ...gap }, { from: 1_001, to: 1_005, ...gap });
    const { ledger } = recorded(store, 1_000);
    expect(ledger.ledger.gaps.list().map(({ from }) => from)).toEqual([900, 1_001]);
    expect(ledger.progress().gapsOpened.map(({ from }) => from)).toEqual([1_001]);
    expect(ledger.progress().gapsOpened).toEqual([]);
    expect(store.records).toMatchObject([{ kind: 'begun' }]);
  });

  test('a gap behind the checkpoint whose notice was not durable yet is told after a restart', () => {
    const store = new MemoryStore();
    const gap = { groups: ['amm'], sinceMs: 0, filledBy: null };
    store.openGaps.push(
      { from: 900, to: 900, reason: 'two-blocks', ...gap },
      { from: 910, to: 910, reason: 'not-delivered', ...gap },
    );
    const { ledger } = recorded(store, 1_000);
    expect(ledger.progress().gapsOpened.map(({ from }) => from)).toEqual([900]);
    expect(ledger.progress().gapsOpened).toEqual([]);
  });

  test('a gap over a slot that was passed is on the disk before its transaction goes on, and is announced', () => {
    const store = new MemoryStore();
    const { ledger } = recorded(store, 1_000);
    ledger.opened('a', ['amm'], 1_000);
    for (const message of script.messages) tell(ledger, 'a', message);
    expect(ledger.progress().checkpoint).toBeGreaterThan(1_030);
    ledger.unreadable('a', 1_020);
    expect(store.records.at(-1)).toMatchObject({ kind: 'opened', gap: { from: 1_020, to: 1_020 } });
    expect(ledger.progress().gapsOpened).toMatchObject([{ from: 1_020, reason: 'unreadable' }]);
  });

  test('tells from where a replay would bring what open gaps of the last minutes miss', () => {
    const store = new MemoryStore();
    const gap = (from: number, to: number, reason: string): Gap => {
      return { from, to, groups: ['amm'], reason, sinceMs: 1, filledBy: null };
    };
    expect(recorded(store, 2_000).ledger.missingFrom()).toBeNull();
    store.openGaps.push(gap(1_000, 1_400, 'not-delivered'), gap(1_990, 1_990, 'two-blocks'));
    expect(recorded(store, 2_000).ledger.missingFrom()).toBeNull();
    store.openGaps.push(gap(1_980, 1_985, 'not-delivered'));
    expect(recorded(store, 2_000).ledger.missingFrom()).toBe(1_980);
    // Longer than any provider replays: as far back as is asked for at all.
    store.openGaps.push(gap(1_500, 1_950, 'not-delivered'));
    expect(recorded(store, 2_000).ledger.missingFrom()).toBe(1_700);
  });

  test('a gap that is passed again after a restart is no second gap, and the replay that proves it closes it', () => {
    const store = new MemoryStore();
    store.openGaps.push({ from: 1_001, to: 1_010, groups: ['amm'], reason: 'x', sinceMs: 0, filledBy: null });
    const { ledger } = recorded(store, 1_000);
    ledger.opened('a', ['amm'], 1_001);
    for (const message of script.messages) tell(ledger, 'a', message);
    const progress = ledger.progress();
    expect(progress.gapsOpened.map(({ from, to }) => [from, to])).toEqual([[1_001, 1_010]]);
    expect(progress.gapsClosed).toMatchObject([{ from: 1_001, to: 1_010, filledBy: 'replay' }]);
    expect(store.records.filter(({ kind }) => kind === 'closed')).toEqual([]);
  });

  test('a gap leaves the store when what fills it is durable, not before', () => {
    const store = new MemoryStore();
    const gap = { from: 900, to: 910, groups: ['amm'], reason: 'not-delivered', sinceMs: 0, filledBy: null };
    store.openGaps.push(gap);
    const { ledger } = recorded(store, 1_000);
    ledger.ledger.fill(900, 910, ['amm'], 'rpc');
    const { gapsClosed } = ledger.progress();
    expect(gapsClosed).toEqual([{ ...gap, filledBy: 'rpc' }]);
    expect(store.records).toMatchObject([{ kind: 'begun' }]);
    ledger.gapsFilled(gapsClosed);
    expect(store.records).toMatchObject([{ kind: 'begun' }, { kind: 'closed', gap: { from: 900, filledBy: 'rpc' } }]);
  });

  test('a closed gap that a full disk does not take is written with the next word', () => {
    const store = new MemoryStore();
    const { ledger } = recorded(store, 1_000);
    store.isFull = true;
    ledger.gapsFilled([{ from: 900, to: 910, groups: ['amm'], reason: 'x', sinceMs: 0, filledBy: 'rpc' }]);
    expect(store.records).toEqual([]);
    store.isFull = false;
    ledger.progress();
    expect(store.records.map(({ kind }) => kind)).toEqual(['begun', 'closed']);
  });

  test('a gap whose end the outbox already told is closed at the start', () => {
    const store = new MemoryStore();
    store.openGaps.push({ from: 900, to: 910, groups: ['amm'], reason: 'told filled', sinceMs: 0, filledBy: null });
    const { ledger } = recorded(store, 1_000);
    expect(ledger.ledger.gaps.list()).toEqual([]);
    ledger.progress();
    expect(store.records).toMatchObject([{ kind: 'closed', gap: { from: 900, filledBy: 'rpc' } }, { kind: 'begun' }]);
  });

  test('a slot that a process before took back and that is confirmed after all stays a gap, whatever fills it', () => {
    for (const isReplayed of [true, false]) {
      const { ledger } = recorded(new MemoryStore(), 1_000, 1_020);
      ledger.opened('a', ['amm'], 1_000);
      const missed = (slot: number) => !isReplayed && slot < 1_030;
      for (const message of script.messages) if (!missed(slotOf(message))) tell(ledger, 'a', message);
      const opened = [...ledger.progress().gapsOpened];
      for (let slot = 1_001; slot <= 1_030; slot++) ledger.blockMeta('rpc', meta(slot));
      opened.push(...ledger.progress().gapsOpened);
      expect(opened.filter(({ reason }) => reason === 'two-blocks')).toMatchObject([{ from: 1_020, to: 1_020 }]);
      expect(ledger.ledger.gaps.list()).toMatchObject([{ from: 1_020, to: 1_020, reason: 'two-blocks' }]);
    }
  });

  test('damaged lines of the store are told, and nothing is promised of what lies behind them', () => {
    const store = new MemoryStore();
    store.begun = 500;
    store.damaged = 2;
    const { ledger, events } = recorded(store, 1_000);
    ledger.progress();
    expect(events.map(({ type }) => type)).toContain('recovery.journal.damaged');
    expect(store.begun).toBe(1_000);
  });
});
