import { MEBIBYTE } from '../../lib/bytes.ts';
import { ProtobufWriter } from '../../lib/protobuf-writer.ts';
import type { Random } from '../../lib/random.ts';
import { frameMessage } from '../grpc-framing.ts';
import { faultKind, strike } from './fault.ts';

const SIZE_SEEN_IN_THE_WILD = 2_065_853_043;
const UNKNOWN_FIELD = 2_000;

/** A well-framed message whose bytes are no SubscribeUpdate. */
export const garbageFrame = faultKind({
  kind: 'garbage-frame',
  doc: 'Sends one framed message of random bytes that is no protobuf.',
  defaults: { streams: 'all', bytes: 64 },
  build: ({ streams, bytes }, { random }) =>
    strike(streams, random, (subscriber) => subscriber.inject(frameMessage(noise(bytes, random)))),
});

/** A length prefix that no message can have: what a text answer looks like when it is read as a frame. */
export const badLength = faultKind({
  kind: 'bad-length',
  doc: 'Sends a length prefix of `length` bytes, followed by text.',
  defaults: { streams: 'all', length: SIZE_SEEN_IN_THE_WILD },
  build: ({ streams, length }, { random }) =>
    strike(streams, random, (subscriber) => {
      const prefix = Buffer.alloc(5);
      prefix.writeUInt32BE(length, 1);
      subscriber.inject(Buffer.concat([prefix, Buffer.from('upstream connect error or disconnect/reset')]));
    }),
});

/** A message that is whole and honest, and larger than a reader may want. */
export const oversizedFrame = faultKind({
  kind: 'oversized-frame',
  doc: 'Sends one well-formed update of `megabytes` MiB.',
  defaults: { streams: 'all', megabytes: 40 },
  build: ({ streams, megabytes }, { random }) =>
    strike(streams, random, (subscriber) => {
      const filling = Buffer.alloc(megabytes * MEBIBYTE);
      subscriber.inject(
        frameMessage(
          new ProtobufWriter(filling.length + 32).bytes(6, new Uint8Array(0)).bytes(UNKNOWN_FIELD, filling).finish(),
        ),
      );
    }),
});

/** Starts with a wire type that does not exist, so that every decoder stumbles. */
function noise(length: number, random: Random): Uint8Array {
  return Buffer.from(Array.from({ length }, (_, index) => (index === 0 ? 0x0f : Math.floor(random() * 256))));
}
