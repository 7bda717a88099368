import type { RawUpdate } from '../../../../src/domain/update.ts';
import { ProviderRace } from '../../../../src/grpc/connection/provider-race.ts';
import { transactionUpdate } from '../../../support/raw-geyser-server.ts';

const seen = (slot: number, number: number, receivedAtMs: number): RawUpdate => ({
  type: 'update',
  kind: 'transaction',
  bytes: transactionUpdate(slot, number, 'amm'),
  connection: 'c1',
  receivedAtMs,
});

test('counts who was first, how late the other was, and what it never sent', () => {
  const race = new ProviderRace(['a', 'b']);
  race.wholeFrom(0, 10);
  race.wholeFrom(1, 10);
  race.see(0, seen(10, 1, 100));
  race.see(1, seen(10, 1, 130));
  race.see(1, seen(10, 2, 131));
  race.see(0, seen(10, 2, 141));
  race.see(0, seen(10, 3, 150));
  race.see(0, seen(100, 4, 9000));
  const [a, b] = race.scores();
  expect(a).toMatchObject({ endpoint: 'a', late: 1, missed: 0, lateMs: { p50: 10 }, slotsCompared: 1 });
  expect(b).toMatchObject({ endpoint: 'b', first: 1, late: 1, missed: 1, lateMs: { p50: 30 }, slotsCompared: 1 });
});

test('slots that one of them did not deliver whole are not compared', () => {
  const race = new ProviderRace(['a', 'b']);
  race.wholeFrom(0, 3);
  race.wholeFrom(1, 22);
  race.see(0, seen(10, 1, 100));
  race.see(0, seen(21, 2, 100));
  race.see(0, seen(22, 3, 100));
  race.see(0, seen(200, 4, 100));
  expect(race.scores()[1]).toMatchObject({ missed: 1, slotsCompared: 1 });
  race.wholeFrom(1, Number.POSITIVE_INFINITY);
  race.see(0, seen(210, 5, 100));
  race.see(0, seen(400, 6, 100));
  expect(race.scores()[1]?.missed).toBe(1);
});

test('an update that breaks off anywhere hurts nobody', () => {
  const race = new ProviderRace(['a', 'b']);
  const whole = seen(10, 1, 100);
  for (let cut = 0; cut < whole.bytes.length; cut++) {
    expect(() => race.see(0, { ...whole, bytes: whole.bytes.subarray(0, cut) })).not.toThrow();
  }
});
