import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Channel } from 'amqplib';
import { gatherWrites } from '../../../src/output/amqp-connection.ts';

const BUFFER_BYTES = 4_096;

/** A socket that remembers what left together; each piece takes a turn, as a real one may. */
function socket() {
  const pieces: number[][] = [];
  const stream = new Duplex({
    writableHighWaterMark: BUFFER_BYTES,
    read() {},
    write(chunk: Buffer, _encoding, done) {
      pieces.push([chunk.length]);
      setImmediate(done);
    },
    writev(chunks, done) {
      pieces.push(chunks.map(({ chunk }) => (chunk as Buffer).length));
      setImmediate(done);
    },
  });
  return { stream, pieces, channel: { connection: { stream } } as unknown as Channel };
}

describe('gathering what is written', () => {
  test('sends what one turn publishes as one piece, also where the library writes a turn later', async () => {
    const { stream, pieces, channel } = socket();
    const gather = gatherWrites(channel);
    for (let i = 0; i < 10; i++) gather();
    setImmediate(() => {
      for (let i = 0; i < 10; i++) stream.write(Buffer.alloc(100));
    });
    await turns(4);
    expect(pieces).toEqual([Array(10).fill(100)]);
  });

  test('holds nothing back for longer than two turns, and gathers again the next time', async () => {
    const { stream, pieces, channel } = socket();
    const gather = gatherWrites(channel);
    for (let round = 1; round <= 3; round++) {
      gather();
      stream.write(Buffer.alloc(10));
      stream.write(Buffer.alloc(20));
      await turns(4);
      expect(pieces).toHaveLength(round);
      expect(pieces.at(-1)).toEqual([10, 20]);
      expect(stream.writableCorked).toBe(0);
    }
  });

  test('gathers what the library goes on to write once a full buffer is empty', async () => {
    const { stream, pieces, channel } = socket();
    const gather = gatherWrites(channel);
    stream.on('drain', () => {
      if (pieces.length > 1) return;
      for (let i = 0; i < 5; i++) stream.write(Buffer.alloc(50));
    });
    gather();
    expect(stream.write(Buffer.alloc(BUFFER_BYTES))).toBe(false);
    await turns(8);
    expect(pieces).toEqual([[BUFFER_BYTES], Array(5).fill(50)]);
  });

  test('does nothing to a socket that was destroyed meanwhile', async () => {
    const { stream, channel } = socket();
    const gather = gatherWrites(channel);
    gather();
    stream.destroy();
    await turns(4);
    gather();
    await turns(4);
    expect(stream.destroyed).toBe(true);
  });
});

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}
