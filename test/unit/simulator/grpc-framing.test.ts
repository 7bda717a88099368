import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { frameMessage, MessageAssembler, statusHeaders } from '../../../src/simulator/grpc-framing.ts';

describe('gRPC framing', () => {
  test('finds the same messages however the bytes are cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }), cuts, (messages, sizes) => {
        const stream = Buffer.concat(messages.map(frameMessage));
        const assembler = new MessageAssembler('', 1000);
        const found: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] as number;
          found.push(...(assembler.push(stream.subarray(at, at + size)) ?? []));
          at += size;
        }
        expect(found.map((message) => [...message])).toEqual(messages.map((message) => [...message]));
      }),
    );
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
  ])('reads %s messages', (encoding, compress) => {
    const frame = frameMessage(compress(Buffer.from('a request')));
    frame[0] = 1;
    const [message] = new MessageAssembler(encoding, 1000).push(frame) ?? [];
    expect(Buffer.from(message ?? []).toString()).toBe('a request');
  });

  test('refuses what is too long, packed or not, and what cannot be unpacked', () => {
    expect(new MessageAssembler('', 10).push(frameMessage(Buffer.alloc(11)))).toBeNull();
    const bomb = frameMessage(gzipSync(Buffer.alloc(10_000)));
    bomb[0] = 1;
    expect(new MessageAssembler('gzip', 1000).push(bomb)).toBeNull();
    const unknown = frameMessage(Buffer.from('x'));
    unknown[0] = 1;
    expect(new MessageAssembler('snappy', 1000).push(unknown)).toBeNull();
  });

  test('escapes what a header cannot carry', () => {
    expect(statusHeaders({ code: 5, message: 'no 100 % of "ü"\n' })).toEqual({
      'grpc-status': '5',
      'grpc-message': 'no 100 %25 of "%C3%BC"%0A',
    });
  });
});
