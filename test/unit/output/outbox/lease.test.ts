import { type LeaseRow, mayTake } from '../../../../src/output/outbox/lease.ts';

const current: LeaseRow = { host: 'here', pid: 7, instance: 'a', fencing: 1, acquiredMs: 1_000, renewedMs: 50_000 };
const view = (openHere: boolean, alive: boolean) => ({ isOpenHere: () => openHere, isProcessAlive: () => alive });
const elsewhere = { host: 'there', pid: 8, instance: 'b' };
const besides = { host: 'here', pid: 8, instance: 'b' };
const samePid = { host: 'here', pid: 7, instance: 'b' };

describe('who may take the lease', () => {
  test.each([
    ['nobody held it', null, elsewhere, 51_000, view(false, true), true],
    ['it was given back', { ...current, renewedMs: 0 }, elsewhere, 51_000, view(false, true), true],
    ['a holder on another host gave a sign of life', current, elsewhere, 55_000, view(false, false), false],
    ['a holder on another host is silent', current, elsewhere, 60_001, view(false, false), true],
    ['the holder lives on this host', current, besides, 55_000, view(false, true), false],
    ['the holder on this host is dead', current, besides, 50_001, view(false, false), true],
    ['the holder is this very process', current, samePid, 50_001, view(true, true), false],
    ['an earlier process had our id', current, samePid, 50_001, view(false, true), true],
    ['the clock went back', current, elsewhere, 1_000, view(false, true), false],
  ])('%s', (_, row, claimant, nowMs, holderView, expected) => {
    expect(mayTake(row, claimant, nowMs, 10_000, holderView)).toBe(expected);
  });
});
