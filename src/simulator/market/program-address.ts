import { hash } from 'node:crypto';

/**
 * Real program-derived addresses: sha256 over the seeds, a bump and the program, the first result that is no point of the ed25519
 * curve. It keeps nothing: whoever needs an address twice keeps it.
 */
export interface ProgramAddress {
  /** 32 bytes. */
  readonly address: Uint8Array;
  readonly bump: number;
}

const MARKER = Buffer.from('ProgramDerivedAddress');
const ONE_BYTE = Buffer.alloc(1);
const PRIME = (1n << 255n) - 19n;
/** The curve's constant d = −121665/121666 mod p. */
const CURVE_D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

export function findProgramAddress(seeds: readonly Uint8Array[], program: Uint8Array): ProgramAddress {
  const preimage = Buffer.concat([...seeds, ONE_BYTE, program, MARKER]);
  const bumpAt = preimage.length - MARKER.length - program.length - 1;
  for (let bump = 255; bump >= 0; bump--) {
    preimage[bumpAt] = bump;
    const address = hash('sha256', preimage, 'buffer');
    if (!isOnCurve(address)) return { address, bump };
  }
  throw new RangeError('no bump yields a program address');
}

const ASSOCIATED_TOKEN_SEEDS = 3;

/** The associated token account of `owner` for `mint`. */
export function associatedTokenAddress(
  owner: Uint8Array,
  tokenProgram: Uint8Array,
  mint: Uint8Array,
  associatedTokenProgram: Uint8Array,
): Uint8Array {
  const seeds = new Array<Uint8Array>(ASSOCIATED_TOKEN_SEEDS);
  seeds[0] = owner;
  seeds[1] = tokenProgram;
  seeds[2] = mint;
  return findProgramAddress(seeds, associatedTokenProgram).address;
}

/** Whether 32 bytes are the compressed form of a curve point: (y² − 1)/(d·y² + 1) must be a square. */
export function isOnCurve(bytes: Uint8Array): boolean {
  const y = littleEndian(bytes) & ((1n << 255n) - 1n);
  const square = (y * y) % PRIME;
  const numerator = square - 1n;
  if (numerator === 0n) return true;
  return jacobi((numerator * (CURVE_D * square + 1n)) % PRIME, PRIME) >= 0;
}

function littleEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const high = (view.getBigUint64(24, true) << 64n) | view.getBigUint64(16, true);
  return (high << 128n) | (view.getBigUint64(8, true) << 64n) | view.getBigUint64(0, true);
}

/** The Jacobi symbol (a/n) for odd n: far cheaper than a modular power, and equal to it where n is prime. */
function jacobi(a: bigint, n: bigint): -1 | 0 | 1 {
  let top = a % n;
  if (top < 0n) top += n;
  let bottom = n;
  // The low bits of `bottom` as a number: they are known from the round before.
  let bottomLow = lowBits(n);
  let isNegative = false;
  while (top !== 0n) {
    let low = lowBits(top);
    while (low === 0) {
      top >>= 30n;
      low = lowBits(top);
    }
    const zeros = 31 - Math.clz32(low & -low);
    if (zeros > 0) {
      top >>= BigInt(zeros);
      low = zeros < 28 ? low >>> zeros : lowBits(top);
    }
    const bottomMod8 = bottomLow & 7;
    if (zeros % 2 === 1 && (bottomMod8 === 3 || bottomMod8 === 5)) isNegative = !isNegative;
    if ((low & bottomLow & 3) === 3) isNegative = !isNegative;
    const rest = bottom % top;
    bottom = top;
    bottomLow = low;
    top = rest;
  }
  if (bottom !== 1n) return 0;
  return isNegative ? -1 : 1;
}

/** Thirty of them, an even number: shifting them all out leaves the symbol as it is. */
function lowBits(value: bigint): number {
  return Number(BigInt.asUintN(30, value));
}
