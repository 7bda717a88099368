import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replayCommand } from '../../../src/commands/replay.ts';
import { PROGRAMS } from '../../../src/decode/programs.ts';
import { createDecoder } from '../../../src/decode/registry.ts';
import type { RawUpdate } from '../../../src/domain/update.ts';
import { FlightRecorder } from '../../../src/recovery/recorder/flight-recorder.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { never, temporaryFolder } from '../../support/output.ts';
import { FIRST_SLOT, playMarket, readPlayed } from '../simulator/market/play-market.ts';

const SLOTS = 4;
/** First bytes of an instruction with which an Anchor program tells an event to itself. */
const SELF_CPI = Buffer.from('e445a52e51cb9a1d', 'hex');
const { decode } = createDecoder(PROGRAMS, null);

/** A piece of a market in which one trade's event tells another amount than was transferred. */
function misreportingMarket(): { readonly updates: readonly Uint8Array[]; readonly signature: string } {
  let signature = '';
  const updates = [...readPlayed(playMarket(SLOTS, { seed: 5, wallets: 30 }).played)].map((transaction) => {
    const trade = decode(transaction).events.find((event) => event.kind === 'trade');
    if (signature !== '' || trade?.venue !== 'pump-fun') return transaction.bytes;
    const amount = Buffer.alloc(8);
    amount.writeBigUInt64LE(trade.baseAmount);
    const bytes = Buffer.from(transaction.bytes);
    for (const { dataStart, dataEnd } of transaction.instructions) {
      const data = bytes.subarray(dataStart, dataEnd);
      const at = data.subarray(0, 8).equals(SELF_CPI) ? data.indexOf(amount) : -1;
      if (at < 0) continue;
      data.writeBigUInt64LE(trade.baseAmount + 1n, at);
      signature = transaction.signatureText;
    }
    return bytes;
  });
  return { updates, signature };
}

test('a replay tells what the engine told: also the dead letter of a trade that its transaction does not bear out', async () => {
  const folder = temporaryFolder();
  const { updates, signature } = misreportingMarket();
  const recorder = new FlightRecorder(
    { folder: folder.path, maxBytes: 100_000_000, segmentBytes: 10_000_000 },
    new FakeClock(),
    () => {},
  );
  recorder.start();
  const item = (bytes: Uint8Array): RawUpdate => ({
    type: 'update',
    kind: 'transaction',
    bytes,
    connection: 'a',
    receivedAtMs: 1,
  });
  recorder.record([{ type: 'opened', connection: 'a', groups: ['bonding-curve'], fromSlot: null }]);
  recorder.record(updates.map(item));
  await recorder.close();

  const out = join(folder.path, 'events');
  const flags = { fromSlot: FIRST_SLOT, toSlot: FIRST_SLOT + SLOTS, speed: null, folder: folder.path, out, json: true };
  const ignore = () => undefined;
  await replayCommand(flags, {
    // Absolute, as an operator's own file is.
    env: { GRPC_GROUPS_FILE: join(import.meta.dirname, '..', '..', '..', 'config', 'groups.json') },
    out: ignore,
    error: ignore,
    write: ignore,
    residentBytes: () => 0,
    stop: never,
    abandon: never,
  });
  const told = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; signature: string });
  folder.remove();
  expect(told.filter(({ type }) => type === 'trade.swap.executed').length).toBeGreaterThan(5);
  expect(told.filter(({ type }) => type.startsWith('audit.')).map((one) => [one.type, one.signature])).toEqual([
    ['audit.trade.mismatched', signature],
  ]);
});
