import type { Random } from '../../src/lib/random.ts';

type Mutation = (bytes: Uint8Array, random: Random, others: readonly Uint8Array[]) => Uint8Array;

const at = (bytes: Uint8Array, random: Random): number => Math.floor(random() * bytes.length);

/** What the wire, a bug or an attacker may do to a message. */
const MUTATIONS: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const copy = new Uint8Array(bytes);
    for (let i = 0; i < 1 + random() * 8; i++) {
      const place = at(copy, random);
      copy[place] = (copy[place] as number) ^ (1 << Math.floor(random() * 8));
    }
    return copy;
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, at(bytes, random));
  },
  function extremeByte(bytes, random) {
    const copy = new Uint8Array(bytes);
    copy[at(copy, random)] = random() < 0.5 ? 0xff : 0x00;
    return copy;
  },
  function extremeRun(bytes, random) {
    const copy = new Uint8Array(bytes);
    const from = at(copy, random);
    copy.fill(random() < 0.5 ? 0xff : 0, from, from + 1 + Math.floor(random() * 12));
    return copy;
  },
  function cutOut(bytes, random) {
    const from = at(bytes, random);
    const length = Math.floor(random() * 64);
    return concat(bytes.subarray(0, from), bytes.subarray(from + length));
  },
  function insert(bytes, random) {
    const from = at(bytes, random);
    const noise = Uint8Array.from({ length: Math.floor(random() * 64) }, () => random() * 256);
    return concat(bytes.subarray(0, from), noise, bytes.subarray(from));
  },
  function splice(bytes, random, others) {
    const other = others[Math.floor(random() * others.length)] as Uint8Array;
    return concat(bytes.subarray(0, at(bytes, random)), other.subarray(at(other, random)));
  },
  function repeat(bytes, random) {
    const from = at(bytes, random);
    const part = bytes.subarray(from, from + Math.floor(random() * 256));
    return concat(bytes.subarray(0, from), part, part, part, bytes.subarray(from));
  },
];

/** Those that keep every length, so that the damage reaches the decoders instead of ending at the message's frame. */
const KEEPING = MUTATIONS.filter(({ name }) => ['flipBits', 'extremeByte', 'extremeRun'].includes(name));

/** One to three mutations of a message; the original is left as it is. */
export function mutate(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  let mutated = bytes;
  const from = random() < 0.5 ? KEEPING : MUTATIONS;
  for (let i = 0; i < 1 + Math.floor(random() * 3) && mutated.length > 0; i++) {
    mutated = (from[Math.floor(random() * from.length)] as Mutation)(mutated, random, others);
  }
  return mutated;
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
