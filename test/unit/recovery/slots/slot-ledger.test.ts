import { describe, expect, test } from '@jest/globals';
import type { SlotStatus } from '../../../../src/domain/slot.ts';
import type { SlotLedger } from '../../../../src/recovery/slots/slot-ledger.ts';
import { ProgressLog, slotLedger } from '../../../support/slot-tracking.ts';

const meta = (slot: number, parent: number, blockhash = `hash-${slot}`) => ({
  slot,
  parent,
  blockhash,
  parentBlockhash: `hash-${parent}`,
  executedTransactions: 1,
  blockTime: null,
});

/** Tells a block as the wire does: bank, data, meta, processed; the parent only where the wire names it. */
function block(ledger: SlotLedger, connection: string, slot: number, parent: number): void {
  status(ledger, connection, slot, 'createdBank', parent);
  ledger.data(connection, slot);
  ledger.blockMeta(connection, meta(slot, parent));
  status(ledger, connection, slot, 'processed', parent);
}

function status(ledger: SlotLedger, connection: string, slot: number, name: SlotStatus, parent: number | null = null) {
  ledger.slot(connection, { slot, parent, status: name });
}

/** Blocks from..to, each confirmed while the next one runs. */
function run(ledger: SlotLedger, connection: string, from: number, to: number): void {
  for (let slot = from; slot <= to; slot++) {
    block(ledger, connection, slot, slot - 1);
    if (slot > from) status(ledger, connection, slot - 1, 'confirmed');
  }
}

const GROUPS = ['amm', 'curve'];
const one = (checkpoint: number | null = null) => slotLedger({ groupNames: ['amm'], checkpoint });

describe('slot ledger', () => {
  test('history begins after the first slot a stream at the tip saw start', () => {
    const ledger = one();
    ledger.opened('a', ['amm'], null);
    ledger.data('a', 100);
    expect(ledger.progress().checkpoint).toBeNull();
    status(ledger, 'a', 100, 'processed', 99);
    // Undecided it may still die, and what was emitted of it with it.
    expect(ledger.progress().checkpoint).toBeNull();
    status(ledger, 'a', 100, 'confirmed');
    expect(ledger.progress().checkpoint).toBe(100);
    expect(ledger.anchor).toBe(99);
  });

  test('history waits for every group to have a stream', () => {
    const ledger = slotLedger({ groupNames: GROUPS });
    ledger.opened('a', ['amm'], null);
    run(ledger, 'a', 100, 103);
    expect(ledger.progress().checkpoint).toBeNull();
    ledger.opened('b', ['curve'], null);
    run(ledger, 'b', 103, 105);
    run(ledger, 'a', 104, 106);
    const log = new ProgressLog();
    log.take(ledger);
    expect(log.checkpoints).toEqual([103]);
    run(ledger, 'a', 106, 108);
    run(ledger, 'b', 106, 108);
    log.take(ledger);
    expect(log.gapsOpened).toEqual([]);
    expect(log.checkpoints).toEqual([103, 106]);
  });

  test('history does not begin on a fork that dies: only a parent on the chain proves what comes after it', () => {
    const ledger = slotLedger({ groupNames: GROUPS });
    const log = new ProgressLog();
    ledger.opened('a', ['amm'], null);
    ledger.opened('b', ['curve'], null);
    run(ledger, 'a', 100, 103);
    // The first slot of b is a sibling that loses: the chain goes on past it.
    for (const connection of ['a', 'b']) {
      block(ledger, connection, 104, 103);
      block(ledger, connection, 105, 103);
      status(ledger, connection, 105, 'confirmed');
      for (const slot of [106, 107, 108, 109, 110, 111, 112]) {
        block(ledger, connection, slot, slot - 1);
        status(ledger, connection, slot, 'confirmed');
      }
    }
    log.take(ledger);
    expect(log.gapsOpened).toEqual([]);
    expect(log.dead).toEqual([104]);
    expect(log.checkpoints).toEqual([111]);
  });

  test('a first stream that was cut at once holds the beginning back until finality, not for ever', () => {
    const ledger = one();
    const log = new ProgressLog();
    ledger.opened('a', ['amm'], null);
    block(ledger, 'a', 100, 99);
    ledger.closed('a', ['amm']);
    ledger.opened('a', ['amm'], null);
    run(ledger, 'a', 105, 160);
    log.take(ledger);
    expect(log.checkpoints).toEqual([]);
    run(ledger, 'a', 161, 175);
    log.take(ledger);
    expect(log.gapsOpened).toEqual([]);
    expect(log.checkpoints).toEqual([173]);
  });

  test('block meta and processed status do not complete a slot; a confirmation past it does', () => {
    const ledger = one(99);
    ledger.opened('a', ['amm'], 99);
    block(ledger, 'a', 99, 98);
    block(ledger, 'a', 100, 99);
    block(ledger, 'a', 101, 100);
    block(ledger, 'a', 102, 101);
    expect(ledger.progress().checkpoint).toBe(99);
    status(ledger, 'a', 101, 'confirmed');
    expect(ledger.progress().checkpoint).toBe(100);
  });

  test('data asked at finalized waits for the finalized status', () => {
    const ledger = slotLedger({ groupNames: [], groups: [{ name: 'amm', commitment: 'finalized' }], checkpoint: 99 });
    ledger.opened('a', ['amm'], 99);
    run(ledger, 'a', 99, 110);
    expect(ledger.progress().checkpoint).toBe(99);
    status(ledger, 'a', 105, 'finalized');
    expect(ledger.progress().checkpoint).toBe(104);
  });

  test('slots between parent and child are empty, and only those', () => {
    const ledger = one(99);
    ledger.opened('a', ['amm'], 99);
    block(ledger, 'a', 99, 98);
    block(ledger, 'a', 104, 99);
    run(ledger, 'a', 105, 107);
    status(ledger, 'a', 107, 'confirmed');
    const progress = ledger.progress();
    expect(progress.checkpoint).toBe(106);
    expect(progress.gapsOpened).toEqual([]);
    expect([100, 103, 104].map((slot) => ledger.stateOf(slot))).toEqual(['empty', 'empty', 'complete']);
  });

  test('a reconnect that replays from the checkpoint leaves no gap', () => {
    const ledger = one(99);
    const log = new ProgressLog();
    ledger.opened('a', ['amm'], 99);
    run(ledger, 'a', 99, 105);
    log.take(ledger);
    ledger.closed('a', ['amm']);
    ledger.opened('a', ['amm'], ledger.checkpoint);
    run(ledger, 'a', 103, 115);
    log.take(ledger);
    expect(log.gapsOpened).toEqual([]);
    expect(log.checkpoints).toEqual([103, 113]);
  });

  test('a provider that ignores the slot to replay from leaves one gap up to where its stream began', () => {
    const ledger = one(99);
    const log = new ProgressLog();
    ledger.opened('a', ['amm'], 99);
    run(ledger, 'a', 99, 105);
    log.take(ledger);
    ledger.closed('a', ['amm']);
    ledger.opened('a', ['amm'], ledger.checkpoint);
    for (let slot = 120; slot <= 135; slot++) {
      run(ledger, 'a', slot, slot + 1);
      log.take(ledger);
    }
    expect(log.gapsOpened).toMatchObject([{ from: 104, to: 120, groups: ['amm'], reason: 'not-delivered' }]);
    expect(log.checkpoints.at(-1)).toBe(134);
  });

  test('a replay from the oldest available slot opens the gap as soon as it begins', () => {
    const ledger = one(99);
    const log = new ProgressLog();
    ledger.opened('a', ['amm'], 99);
    run(ledger, 'a', 99, 105);
    log.take(ledger);
    ledger.closed('a', ['amm']);
    ledger.opened('b', ['amm'], null);
    status(ledger, 'b', 400, 'confirmed');
    ledger.closed('b', ['amm']);
    ledger.opened('a', ['amm'], 250);
    run(ledger, 'a', 250, 251);
    log.take(ledger);
    expect(log.gapsOpened).toMatchObject([{ from: 104, to: 249 }]);
    run(ledger, 'a', 251, 260);
    log.take(ledger);
    expect(log.gapsOpened).toHaveLength(1);
    expect(log.checkpoints.at(-1)).toBe(258);
  });

  test('a hand-over with overlap leaves no gap, one without does', () => {
    const overlap = one(99);
    overlap.opened('a', ['amm'], 99);
    run(overlap, 'a', 99, 105);
    overlap.opened('b', ['amm'], null);
    run(overlap, 'b', 105, 106);
    run(overlap, 'a', 106, 108);
    overlap.closed('a', ['amm']);
    run(overlap, 'b', 107, 120);
    expect(overlap.progress()).toMatchObject({ gapsOpened: [], checkpoint: 118 });

    const tooEarly = one(99);
    tooEarly.opened('a', ['amm'], 99);
    run(tooEarly, 'a', 99, 105);
    tooEarly.opened('b', ['amm'], null);
    tooEarly.closed('a', ['amm']);
    run(tooEarly, 'b', 106, 120);
    expect(tooEarly.progress()).toMatchObject({ gapsOpened: [{ from: 104, to: 106 }], checkpoint: 118 });
  });

  test('a group that leaves a connection keeps what it had proven there, the others go on', () => {
    const ledger = slotLedger({ groupNames: GROUPS, checkpoint: 99 });
    ledger.opened('a', GROUPS, 99);
    run(ledger, 'a', 99, 105);
    ledger.opened('b', ['amm'], null);
    run(ledger, 'b', 104, 107);
    run(ledger, 'a', 106, 108);
    ledger.closed('a', ['amm']);
    run(ledger, 'b', 108, 120);
    run(ledger, 'a', 109, 120);
    expect(ledger.progress()).toMatchObject({ gapsOpened: [], checkpoint: 118 });
  });

  test('without a stream a group holds the checkpoint until the window ends, then the gap is told', () => {
    const ledger = slotLedger({ groupNames: GROUPS, checkpoint: 99, windowSlots: 64 });
    const log = new ProgressLog();
    ledger.opened('a', GROUPS, 99);
    run(ledger, 'a', 99, 105);
    ledger.closed('a', ['curve']);
    run(ledger, 'a', 106, 160);
    log.take(ledger);
    expect(log.checkpoints).toEqual([103]);
    run(ledger, 'a', 161, 180);
    log.take(ledger);
    expect(log.gapsOpened).toMatchObject([{ from: 104, groups: ['curve'], reason: 'held-too-long' }]);
    expect(ledger.checkpoint).toBe(log.gapsOpened[0]?.to);
    expect(ledger.rememberedSlots).toBeLessThan(200);
  });

  test('a stream whose slot messages run ahead of its replay proves nothing ahead of its data', () => {
    const ledger = one(99);
    ledger.opened('a', ['amm'], 99);
    run(ledger, 'a', 99, 100);
    for (let slot = 150; slot <= 160; slot++) status(ledger, 'a', slot, 'processed', slot - 1);
    status(ledger, 'a', 159, 'confirmed');
    run(ledger, 'a', 101, 120);
    expect(ledger.checkpoint).toBeLessThan(120);
    run(ledger, 'a', 121, 170);
    expect(ledger.progress().checkpoint).toBe(168);
    expect(ledger.gaps.list()).toEqual([]);
  });

  test('a slot that lost a fork is told dead once, with or without a dead status', () => {
    const ledger = one(99);
    const log = new ProgressLog();
    ledger.opened('a', ['amm'], 99);
    run(ledger, 'a', 99, 101);
    block(ledger, 'a', 102, 101);
    block(ledger, 'a', 103, 102);
    status(ledger, 'a', 103, 'dead');
    status(ledger, 'a', 103, 'dead');
    log.take(ledger);
    expect(log.dead).toEqual([103]);
    block(ledger, 'a', 104, 101);
    run(ledger, 'a', 105, 110);
    log.take(ledger);
    expect(log.dead).toEqual([103, 102]);
    expect([ledger.stateOf(102), log.confirmed.includes(101), log.confirmed.includes(102)]).toEqual([
      'dead',
      true,
      false,
    ]);
    expect(ledger.stateOf(103)).toBe('dead');
  });

  test('finality overrules a confirmation', () => {
    const ledger = one(99);
    const log = new ProgressLog();
    ledger.opened('a', ['amm'], 99);
    run(ledger, 'a', 99, 101);
    block(ledger, 'a', 102, 101);
    status(ledger, 'a', 102, 'confirmed');
    block(ledger, 'a', 103, 101);
    run(ledger, 'a', 104, 105);
    status(ledger, 'a', 105, 'finalized');
    log.take(ledger);
    expect(log.dead).toEqual([102]);
    expect(log.finalized).toContain(101);
    expect(ledger.stateOf(102)).toBe('dead');
  });

  test('after a restart a skipped slot is told dead though this process never saw it alive', () => {
    const ledger = one(99);
    ledger.opened('a', ['amm'], 99);
    block(ledger, 'a', 99, 98);
    block(ledger, 'a', 101, 99);
    run(ledger, 'a', 102, 104);
    expect(ledger.progress().dead).toEqual([100]);
  });

  test('two blocks for one slot are a gap, however late the second shows', () => {
    const ledger = one(99);
    ledger.opened('a', ['amm'], 99);
    run(ledger, 'a', 99, 110);
    expect(ledger.progress().gapsOpened).toEqual([]);
    ledger.opened('b', ['amm'], 99);
    ledger.blockMeta('b', meta(103, 102, 'another'));
    expect(ledger.progress().gapsOpened).toMatchObject([{ from: 103, to: 103, reason: 'two-blocks' }]);
    expect(ledger.stateOf(103)).toBe('gap');
  });

  test.each(['before it is passed', 'after it was passed'])(
    'a slot with an unreadable transaction is a gap that only another copy of its block closes: told %s',
    (when) => {
      const ledger = one(99);
      const log = new ProgressLog();
      ledger.opened('a', ['amm'], 99);
      const tellUnreadable = () => ledger.unreadable('a', 103);
      if (when === 'before it is passed') expect(tellUnreadable()).toBeNull();
      run(ledger, 'a', 99, 110);
      log.take(ledger);
      if (when !== 'before it is passed') expect(tellUnreadable()).toMatchObject({ from: 103, reason: 'unreadable' });
      expect(tellUnreadable()).toBeNull();
      log.take(ledger);
      expect(log.gapsOpened).toMatchObject([{ from: 103, to: 103, reason: 'unreadable' }]);
      expect(log.checkpoints.at(-1)).toBeGreaterThan(103);
      ledger.opened('b', ['amm'], 99);
      run(ledger, 'b', 99, 112);
      log.take(ledger);
      expect([ledger.stateOf(103), ledger.gaps.fillable().length]).toEqual(['gap', 1]);
      ledger.blockMeta('rpc', meta(103, 102));
      log.take(ledger);
      // The block that was fetched holds the same bytes: asking for it again and again would not help.
      expect(ledger.unreadable('rpc', 103)).toBeNull();
      log.take(ledger);
      expect(log.gapsClosed).toMatchObject([{ from: 103, to: 103, filledBy: 'rpc' }]);
      expect([log.gapsOpened.length, ledger.stateOf(103)]).toEqual([1, 'complete']);
    },
  );

  test('a gap closes when a later replay brings its slots, or when they are filled from elsewhere', () => {
    const ledger = one(99);
    const log = new ProgressLog();
    ledger.opened('a', ['amm'], 99);
    run(ledger, 'a', 99, 105);
    ledger.closed('a', ['amm']);
    ledger.opened('a', ['amm'], null);
    run(ledger, 'a', 110, 130);
    log.take(ledger);
    expect(log.gapsOpened).toMatchObject([{ from: 104, to: 110 }]);
    ledger.opened('b', ['amm'], 103);
    run(ledger, 'b', 103, 112);
    log.take(ledger);
    expect(log.gapsClosed).toMatchObject([{ from: 104, to: 110, filledBy: 'replay' }]);

    const [gap] = log.gapsOpened;
    const restarted = slotLedger({ groupNames: ['amm'], checkpoint: 120, openGaps: gap === undefined ? [] : [gap] });
    restarted.fill(104, 109, ['amm'], 'rpc');
    expect(restarted.progress().gapsClosed).toEqual([]);
    restarted.fill(110, 110, ['amm'], 'rpc');
    expect(restarted.progress().gapsClosed).toMatchObject([{ from: 104, to: 110, filledBy: 'rpc' }]);
  });

  test('one damaged slot number opens no gap', () => {
    const ledger = one(99);
    ledger.opened('a', ['amm'], 99);
    run(ledger, 'a', 99, 105);
    status(ledger, 'a', 9_000_000, 'confirmed');
    run(ledger, 'a', 106, 110);
    expect(ledger.progress()).toMatchObject({ gapsOpened: [], checkpoint: 108 });
  });

  test('a day without a stream is one gap and costs no memory', () => {
    const ledger = one(99);
    ledger.opened('a', ['amm'], 99);
    run(ledger, 'a', 99, 105);
    ledger.closed('a', ['amm']);
    ledger.opened('a', ['amm'], 104);
    run(ledger, 'a', 216_000, 216_020);
    const progress = ledger.progress();
    expect(progress.gapsOpened.map(({ from, to }) => [from, to])).toEqual([[104, 216_000]]);
    expect(ledger.rememberedSlots).toBeLessThan(1_000);
  });

  test('many reconnects in one window forget old streams, never slots', () => {
    const ledger = one(99);
    const log = new ProgressLog();
    ledger.opened('a', ['amm'], 99);
    run(ledger, 'a', 99, 105);
    for (let i = 0; i < 100; i++) {
      ledger.closed('a', ['amm']);
      ledger.opened('a', ['amm'], ledger.checkpoint);
      run(ledger, 'a', 103, 106);
    }
    run(ledger, 'a', 107, 120);
    log.take(ledger);
    expect(log.gapsOpened).toEqual([]);
    expect(log.checkpoints.at(-1)).toBe(118);
  });
});
