import { FilterProblem } from './key-set.ts';

/** How wide a subscription may be. The plugin's own defaults allow everything; providers do not. */
export interface FilterLimits {
  /** Filters of each type (accounts, slots, transactions, …) in one request. */
  readonly filtersPerType: number;
  /** Entries of one account, owner, include, exclude or required list. */
  readonly keysPerList: number;
  /** May a transaction or account filter select everything? */
  readonly allowAny: boolean;
  /** Base58 keys nobody may include, e.g. the token program. */
  readonly rejectedKeys: readonly string[];
  readonly filterNameBytes: number;
}

export const UNLIMITED_FILTERS: FilterLimits = {
  filtersPerType: Number.POSITIVE_INFINITY,
  keysPerList: Number.POSITIVE_INFINITY,
  allowAny: true,
  rejectedKeys: [],
  filterNameBytes: 128,
};

export function checkCount(count: number, limits: FilterLimits): void {
  if (count > limits.filtersPerType) {
    throw new FilterProblem(`Max amount of filters/data_slices reached, only ${limits.filtersPerType} allowed`);
  }
}

export function checkAny(selectsEverything: boolean, limits: FilterLimits): void {
  if (selectsEverything && !limits.allowAny) {
    throw new FilterProblem('Subscribe on full stream with `any` is not allowed, at least one filter required');
  }
}

export function checkKeys(keys: readonly string[], limits: FilterLimits): void {
  if (keys.length > limits.keysPerList) {
    throw new FilterProblem(`Max amount of Pubkeys reached, only ${limits.keysPerList} allowed`);
  }
  const rejected = limits.rejectedKeys.find((key) => keys.includes(key));
  if (rejected !== undefined) throw new FilterProblem(`Pubkey ${rejected} in filters is not allowed`);
}

export function checkName(name: string, limits: FilterLimits): void {
  const size = Buffer.byteLength(name);
  if (size > limits.filterNameBytes) {
    throw new FilterProblem(`oversized filter name (max allowed size ${limits.filterNameBytes}), found ${size}`);
  }
}
