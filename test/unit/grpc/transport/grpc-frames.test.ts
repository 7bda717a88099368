import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { FrameReader, frameOf } from '../../../../src/grpc/transport/grpc-frames.ts';

const message = fc.uint8Array({ maxLength: 200 });

test('messages come out as they went in, wherever the chunks are cut', () => {
  fc.assert(
    fc.property(
      fc.array(message, { minLength: 1, maxLength: 8 }),
      fc.array(fc.nat(60), { minLength: 1 }),
      (messages, cuts) => {
        const wire = Buffer.concat(messages.map(frameOf));
        const reader = new FrameReader(1000);
        const got: Buffer[] = [];
        for (let at = 0, turn = 0; at < wire.length; turn++) {
          const size = 1 + (cuts[turn % cuts.length] as number);
          reader.push(wire.subarray(at, at + size), (bytes) => got.push(Buffer.from(bytes)));
          at += size;
        }
        expect(got).toEqual(messages.map((bytes) => Buffer.from(bytes)));
      },
    ),
  );
});

test('a message within one chunk is a view of it', () => {
  const chunk = frameOf(Uint8Array.of(1, 2, 3));
  new FrameReader(100).push(chunk, (bytes) => expect(bytes.buffer).toBe(chunk.buffer));
});

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const)('%s messages are unpacked, and never past the limit', (encoding, pack) => {
  const frame = (bytes: Uint8Array) => {
    const framed = frameOf(pack(bytes));
    framed[0] = 1;
    return framed;
  };
  const reader = new FrameReader(1000);
  reader.encoding = encoding;
  const got: Uint8Array[] = [];
  reader.push(frame(Buffer.alloc(900, 7)), (bytes) => got.push(bytes));
  expect(got[0]?.length).toBe(900);
  expect(() => reader.push(frame(Buffer.alloc(100_000)), () => {})).toThrow(/decompress/);
});

test('a length that is none is refused before anything is collected for it', () => {
  expect(() => new FrameReader(1000).push(Buffer.from('HTTP/1.1 403'), () => {})).toThrow(
    /larger than max \(1414549295 vs 1000\)|larger than max/,
  );
  const reader = new FrameReader(1000);
  expect(() => reader.push(Uint8Array.of(1, 0, 0, 0, 1, 9), () => {})).toThrow(/unsupported compression/);
});
