import { createRequire } from 'node:module';
import type { CuckooFilter } from '@triton-one/yellowstone-grpc';

export type { CuckooFilter } from '@triton-one/yellowstone-grpc';

/** Null where it cannot be done: the addresses are then sent one by one. */
export type CompressAddresses = (addresses: readonly string[]) => CuckooFilter | null;

interface NativePackage {
  readonly CompressedAccountFilterSet: new (
    capacity: number,
  ) => { insert(address: string): boolean; toProto(): CuckooFilter };
}

const require = createRequire(import.meta.url);

/**
 * Packs many addresses into one small probabilistic filter (about 2.6 bytes each instead of 44), with the Triton package. Its
 * native part is loaded here and only here, and only when a list is long enough: some platforms have none. A few foreign transactions
 * may match; nothing that is wanted is missed.
 */
export const compressAddresses: CompressAddresses = (addresses) => {
  let native: NativePackage;
  try {
    native = require('@triton-one/yellowstone-grpc') as NativePackage;
  } catch {
    return null;
  }
  const set = new native.CompressedAccountFilterSet(addresses.length);
  for (const address of addresses) if (!set.insert(address)) return null;
  return set.toProto();
};
