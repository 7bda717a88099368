import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { geyser } from '../../../../src/domain/geyser-messages.ts';
import type { RawUpdate, SourceItem } from '../../../../src/domain/update.ts';
import { createdAtMs, readSlotNotice, transactionSlot } from '../../../../src/domain/update-reader.ts';
import { ProtobufWriter } from '../../../../src/lib/protobuf-writer.ts';
import { FlightRecorder, recordingSource } from '../../../../src/recovery/recorder/flight-recorder.ts';
import type { Missing } from '../../../../src/recovery/recorder/missing.ts';
import { recordedRange, recordedSource } from '../../../../src/recovery/recorder/recorded-stream.ts';
import type { EngineEvent } from '../../../../src/telemetry/event.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const never = new AbortController().signal;

function slotUpdate(slot: number, receivedAtMs: number): RawUpdate {
  const message = geyser.SubscribeUpdate.fromPartial({ filters: [], slot: { slot: String(slot), status: 1 } });
  const bytes = geyser.SubscribeUpdate.encode(message).finish();
  return { type: 'update', kind: 'slot', bytes, connection: 'c1', receivedAtMs };
}

function transaction(slot: number, receivedAtMs: number): RawUpdate {
  const signature = new Uint8Array(64).fill(slot % 251);
  const message = geyser.SubscribeUpdate.fromPartial({
    filters: [],
    transaction: { slot: String(slot), transaction: { signature, isVote: false, index: '0' } },
  });
  const bytes = geyser.SubscribeUpdate.encode(message).finish();
  return { type: 'update', kind: 'transaction', bytes, connection: 'c1', receivedAtMs };
}

/** The same message with a field that nobody reads. */
function padded(bytes: Uint8Array, size: number): Uint8Array {
  return Buffer.concat([bytes, new ProtobufWriter(size + 16).bytes(99, new Uint8Array(size)).finish()]);
}

const opened = (connection: string): SourceItem => ({ type: 'opened', connection, groups: ['amm'], fromSlot: null });

describe('flight recorder', () => {
  let folder = '';
  const events: EngineEvent[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-recorder-'));
    events.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function recorder(maxBytes = 1_000_000, segmentBytes = 100_000) {
    const made = new FlightRecorder({ folder, maxBytes, segmentBytes }, new FakeClock(), (event) => events.push(event));
    made.start();
    return made;
  }

  /** Slots from..to, three messages each, some of them flushed on their own. */
  async function record(made: FlightRecorder, from: number, to: number) {
    for (let slot = from; slot <= to; slot++) {
      made.record([
        transaction(slot, slot * 400),
        transaction(slot, slot * 400 + 100),
        slotUpdate(slot, slot * 400 + 200),
      ]);
      if (slot % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function play(fromSlot: number, toSlot: number, missing: Missing[] = []) {
    const items: SourceItem[] = [];
    const options = { folder, fromSlot, toSlot, speed: null };
    const source = recordedSource(options, new FakeClock(), (part) => missing.push(part));
    for await (const batch of source.updates(null, never)) items.push(...batch);
    return items;
  }

  /** What a reader of the window is told to be missing. */
  async function missingOf(fromSlot: number, toSlot: number) {
    const missing: Missing[] = [];
    await play(fromSlot, toSlot, missing);
    return missing;
  }

  const firstSegment = () => join(folder, readdirSync(folder).find((file) => file.endsWith('.rec')) ?? '');

  const slots = (items: readonly SourceItem[]) =>
    items.flatMap((item) =>
      item.type === 'update' && item.kind === 'transaction' ? [transactionSlot(item.bytes)] : [],
    );

  test('what was recorded comes back in order, and twice the same', async () => {
    const made = recorder();
    made.record([opened('c1')]);
    await record(made, 100, 160);
    await made.close();
    const [first, second] = [await play(120, 130), await play(120, 130)];
    expect(first).toEqual(second);
    expect([...new Set(slots(first))]).toEqual(Array.from({ length: 11 }, (_, i) => 120 + i));
    expect(slots(first)).toHaveLength(22);
    expect(first[0]).toEqual(opened('c1'));
    expect(recordedRange(folder)).toMatchObject({ first: 100, last: 160 });
  });

  test('what is newer than this build and what is broken comes back as it came', async () => {
    const made = recorder();
    made.record([opened('c1')]);
    await record(made, 100, 110);
    const kinds = ['unknown', 'unreadable'] as const;
    const odd = kinds.map((kind) => ({
      type: 'update' as const,
      kind,
      bytes: Uint8Array.of(0x1a, 0x7f),
      connection: 'c1',
      receivedAtMs: 5,
    }));
    made.record(odd);
    await record(made, 111, 120);
    await made.close();
    const items = await play(100, 120);
    expect(items.filter((item) => item.type === 'update' && kinds.some((kind) => kind === item.kind))).toEqual(odd);
  });

  test('slot messages a little past the window come too, data does not', async () => {
    const made = recorder();
    await record(made, 100, 300);
    await made.close();
    const items = await play(100, 110);
    expect(Math.max(...slots(items))).toBe(110);
    const last = items.at(-1);
    expect(last?.type === 'update' ? readSlotNotice(last.bytes)?.slot : 0).toBe(174);
  });

  test('the ring stays within its size, its oldest segments go first, each segment knows what was open', async () => {
    const made = recorder(40_000, 10_000);
    made.record([opened('c1'), opened('c2')]);
    for (let slot = 100; slot < 1_500; slot += 50) {
      await record(made, slot, slot + 49);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await made.close();
    const range = recordedRange(folder);
    expect(range?.bytes).toBeLessThanOrEqual(50_000);
    expect(range?.first).toBeGreaterThan(100);
    const items = await play(range?.first ?? 0, 1_500);
    expect(items.slice(0, 2)).toEqual([opened('c1'), opened('c2')]);
    expect(items.filter((item) => item.type === 'opened')).toHaveLength(2);
  });

  test('a torn tail is left out, a missing index is made again, a new recorder goes on behind it', async () => {
    const made = recorder();
    await record(made, 100, 120);
    await made.close();
    const segment = firstSegment();
    rmSync(segment.replace('.rec', '.idx'));
    truncateSync(segment, readFileSync(segment).length - 5);
    const again = recorder();
    await record(again, 121, 125);
    await again.close();
    const items = await play(100, 125);
    expect([...new Set(slots(items))]).toEqual(Array.from({ length: 26 }, (_, i) => 100 + i));
    expect(await missingOf(100, 119)).toEqual([]);
    expect(await missingOf(100, 125)).toEqual([{ reason: 'torn', fromSlot: 120, toSlot: 120, frames: null }]);
  });

  test('a damaged frame ends its segment, never the reading', async () => {
    const made = recorder();
    await record(made, 100, 120);
    await made.close();
    const segment = firstSegment();
    const bytes = readFileSync(segment);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
    writeFileSync(segment, bytes);
    const items = await play(100, 120);
    expect(slots(items).length).toBeGreaterThan(5);
    expect(slots(items).length).toBeLessThan(42);
    const [damaged, ...others] = await missingOf(100, 120);
    expect(others).toEqual([]);
    expect(damaged).toMatchObject({ reason: 'damaged', toSlot: 120, frames: 63 - items.length });
    expect(damaged?.fromSlot).toBe(Math.max(...slots(items)));
    expect(await missingOf(100, (damaged?.fromSlot ?? 0) - 1)).toEqual([]);
  });

  test('damage that took the index along is told up to where the recording goes on', async () => {
    const made = recorder();
    await record(made, 100, 120);
    await made.close();
    const again = recorder();
    await record(again, 121, 125);
    await again.close();
    const segment = firstSegment();
    const bytes = readFileSync(segment);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
    writeFileSync(segment, bytes);
    rmSync(segment.replace('.rec', '.idx'));
    const missing = await missingOf(100, 125);
    expect(missing).toContainEqual(expect.objectContaining({ reason: 'damaged', toSlot: 121, frames: null }));
    expect(missing).toContainEqual(expect.objectContaining({ reason: 'not-recorded', toSlot: 120 }));
  });

  test('what the disk was too slow for is marked, and whoever reads learns how much it was', async () => {
    const made = recorder(200_000_000, 100_000_000);
    const large = (slot: number) => ({
      ...transaction(slot, 1),
      bytes: padded(transaction(slot, 1).bytes, 12 * 1_048_576),
    });
    // One turn: nothing is written meanwhile, so what exceeds the room is left out.
    made.record([100, 101, 102, 103].map(large));
    while (made.stats().bytes < 24 * 1_048_576) await new Promise((resolve) => setTimeout(resolve, 5));
    made.record([transaction(104, 2)]);
    made.record([105, 106, 107].map(large));
    await made.close();
    expect(made.stats()).toMatchObject({ leftOut: 3 });
    const missing: Missing[] = [];
    expect(slots(await play(100, 107, missing))).toEqual([100, 101, 104, 105, 106]);
    expect(missing).toEqual([
      { reason: 'left-out', fromSlot: 102, toSlot: 103, frames: 2 },
      { reason: 'left-out', fromSlot: 107, toSlot: 107, frames: 1 },
    ]);
    expect(await missingOf(104, 106)).toEqual([]);
  });

  test('slots of which there never was a recording are told, a few without a block are not', async () => {
    const made = recorder();
    await record(made, 100, 110);
    await made.close();
    for (const from of [114, 130]) {
      const again = recorder();
      await record(again, from, from + 5);
      await again.close();
    }
    expect(await missingOf(99, 121)).toEqual([]);
    expect(await missingOf(50, 140)).toEqual([
      { reason: 'not-recorded', fromSlot: 50, toSlot: 99, frames: null },
      { reason: 'not-recorded', fromSlot: 120, toSlot: 129, frames: null },
      { reason: 'not-recorded', fromSlot: 136, toSlot: 140, frames: null },
    ]);
  });

  test('ten times as fast takes a tenth of the time', async () => {
    const made = recorder();
    await record(made, 100, 150);
    await made.close();
    const clock = new FakeClock();
    const source = recordedSource({ folder, fromSlot: 100, toSlot: 150, speed: 10 }, clock);
    const playing = source.updates(null, never)[Symbol.asyncIterator]();
    await playing.next();
    let isDone = false;
    let isRead = true;
    while (!isDone) {
      if (isRead) {
        isRead = false;
        void playing.next().then(({ done }) => {
          isDone = done === true;
          isRead = true;
        });
      }
      await clock.advance(5);
    }
    // 50 slots of 400 ms, and 200 ms within the last one.
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(2_010);
    expect(clock.monotonicMs()).toBeLessThanOrEqual(2_050);
  });

  test('a message without a time of its own gets the time it was recorded at', async () => {
    const made = recorder();
    await record(made, 100, 100);
    await made.close();
    const [item] = await play(100, 100);
    expect(item?.type === 'update' ? createdAtMs(item.bytes) : null).toBe(new FakeClock().wallMs());
  });

  test('a window that was not recorded is one clear sentence', async () => {
    const made = recorder();
    await record(made, 100, 110);
    await made.close();
    await expect(play(500, 600)).rejects.toThrow(/Nothing was recorded of slots 500 to 600: .* holds slots 100 to 110/);
  });

  test('a disk that fails stops the recording, not the stream', async () => {
    const made = recorder();
    rmSync(folder, { recursive: true });
    const source = recordingSource(
      {
        async *updates() {
          yield [transaction(100, 1)];
          await new Promise((resolve) => setTimeout(resolve, 20));
          yield [transaction(101, 2)];
        },
      },
      made,
    );
    const seen: number[] = [];
    for await (const batch of source.updates(null, never)) seen.push(...slots(batch));
    await made.close();
    expect(seen).toEqual([100, 101]);
    expect(events.map(({ type }) => type)).toEqual(['recovery.recorder.failed']);
    expect([made.stats().isBroken, existsSync(folder)]).toEqual([true, false]);
  });
});
