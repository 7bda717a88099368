import type { RawUpdate } from '../../../../src/domain/update.ts';
import { ProviderRace } from '../../../../src/grpc/connection/provider-race.ts';
import { RaceObserver } from '../../../../src/grpc/connection/race-observer.ts';
import { slotUpdate, transactionUpdate } from '../../../support/raw-geyser-server.ts';
import { readScripted, ScriptedProvider } from '../../../support/scripted-provider.ts';

const seen = (kind: 'slot' | 'transaction', connection: string, bytes: Uint8Array): RawUpdate => ({
  type: 'update',
  kind,
  bytes,
  connection,
  receivedAtMs: 0,
});

/** Two providers; the first has the connections the test opens, the second delivers everything from the start. */
function compared(wanted: readonly string[]) {
  const race = new ProviderRace(['a', 'b']);
  race.wholeFrom(1, 0);
  const observer = new RaceObserver(race, 0, 'processed', () => wanted);
  const slot = (connection: string, number: number) => observer.update(seen('slot', connection, slotUpdate(number)));
  /** Slots from..to on the connection, each with a transaction that the other provider has too. */
  const slots = (connection: string, from: number, to: number) => {
    for (let number = from; number <= to; number++) {
      slot(connection, number);
      const update = seen('transaction', connection, transactionUpdate(number, number, 'amm'));
      observer.update(update);
      race.see(1, update);
    }
  };
  return { observer, slot, slots, score: () => race.scores()[0] };
}

test('a connection that hands its groups over takes nothing from the comparison', () => {
  const { observer, slot, slots, score } = compared(['amm']);
  observer.opened('c1', ['amm']);
  slots('c1', 10, 100);
  observer.opened('c2', ['amm']);
  slot('c2', 101);
  observer.closed('c1', ['amm'], true);
  slots('c2', 101, 300);
  expect(score()).toMatchObject({ missed: 0, slotsCompared: 300 - 48 - 11 });
});

test('a group that ends without a successor takes the provider out until it is back', () => {
  const { observer, slot, slots, score } = compared(['amm', 'high']);
  observer.opened('c1', ['amm']);
  observer.opened('c2', ['high']);
  slot('c2', 9);
  slots('c1', 10, 100);
  const before = score()?.slotsCompared ?? 0;
  expect(before).toBeGreaterThan(30);
  observer.closed('c2', ['high'], false);
  slots('c1', 101, 200);
  expect(score()?.slotsCompared).toBe(before);
  observer.opened('c3', ['high']);
  slots('c1', 201, 300);
  expect(score()?.slotsCompared).toBe(before);
  slot('c3', 300);
  slots('c1', 301, 400);
  expect(score()?.slotsCompared).toBe(before + 400 - 48 - 301);
});

test('a slot notice that breaks off hurts nobody', () => {
  const { observer } = compared(['amm']);
  observer.opened('c1', ['amm']);
  const whole = slotUpdate(10);
  for (let cut = 0; cut < whole.length; cut++) {
    expect(() => observer.update(seen('slot', 'c1', whole.subarray(0, cut)))).not.toThrow();
  }
});

test.each(['fastest', 'shadow'] as const)(
  '%s: providers are compared before and after a renewal',
  async (endpointMode) => {
    const provider = new ScriptedProvider();
    const endpoints = ['https://a.example', 'https://b.example'];
    const run = readScripted(provider, { endpoints, endpointMode, connectionTtlMs: 60_000 });
    const compared = () => run.manager.stats().providers[1]?.slotsCompared ?? 0;
    await provider.play(50_000);
    const before = compared();
    expect(before).toBeGreaterThan(50);
    await provider.play(30_000);
    expect(run.manager.stats().migrations.filter(({ completed }) => completed).length).toBeGreaterThan(0);
    const renewed = compared();
    await provider.play(60_000);
    expect(compared() - renewed).toBeGreaterThan(100);
    expect(run.manager.stats().providers.map(({ missed }) => missed)).toEqual([0, 0]);
    await run.stop();
  },
);
