import { KeepaliveInterval } from '../../../../src/grpc/endpoint/keepalive-interval.ts';

const HOUR_MS = 3_600_000;

test('half as often after each complaint, down to every five minutes and no further', () => {
  const interval = new KeepaliveInterval(12_000);
  let nowMs = 0;
  const seen: number[] = [];
  for (let i = 0; i < 40; i++) {
    interval.complained(nowMs);
    seen.push(interval.at(nowMs));
    nowMs += 600_000;
  }
  expect(seen.slice(0, 5)).toEqual([24_000, 48_000, 96_000, 192_000, 300_000]);
  expect(Math.max(...seen)).toBe(300_000);
});

test('several connections that hear the same complaint count once', () => {
  const interval = new KeepaliveInterval(12_000);
  for (const nowMs of [0, 3, 200]) interval.complained(nowMs);
  expect(interval.at(200)).toBe(24_000);
});

test('an hour after the last complaint the usual interval is tried again', () => {
  const interval = new KeepaliveInterval(12_000);
  interval.complained(0);
  interval.complained(100_000);
  expect(interval.at(100_000 + HOUR_MS - 1)).toBe(48_000);
  expect(interval.at(100_000 + HOUR_MS)).toBe(12_000);
  interval.complained(200_000 + HOUR_MS);
  expect(interval.at(200_000 + HOUR_MS)).toBe(24_000);
});

test('an interval that is configured longer than five minutes is kept', () => {
  const interval = new KeepaliveInterval(600_000);
  interval.complained(0);
  expect(interval.at(0)).toBe(600_000);
});
