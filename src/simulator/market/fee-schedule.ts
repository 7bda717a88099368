/** What a trade pays, in basis points of its quote amount, by the market cap of the token. Pure. */
export interface FeeRates {
  readonly lp: bigint;
  readonly protocol: bigint;
  readonly creator: bigint;
}

/** Half of the protocol fee of every trade goes to a buyback account. */
export const BUYBACK_BASIS_POINTS = 5_000n;

export const CURVE_FEES: FeeRates = { lp: 0n, protocol: 95n, creator: 30n };

const SOL = 1_000_000_000n;
/** Market cap in SOL from which on the creator gets so many basis points; below the first step the pool pays the curve's rates. */
const CREATOR_STEPS: readonly (readonly [number, bigint])[] = [
  [98_240, 5n],
  [54_030, 25n],
  [49_120, 30n],
  [44_210, 35n],
  [39_300, 40n],
  [34_380, 45n],
  [29_470, 50n],
  [24_560, 55n],
  [19_650, 60n],
  [14_740, 65n],
  [9_820, 70n],
  [4_420, 75n],
  [3_440, 80n],
  [2_460, 85n],
  [1_470, 90n],
  [420, 95n],
];
const TIERS = CREATOR_STEPS.map(([cap, creator]) => ({
  from: BigInt(cap) * SOL,
  rates: { lp: 20n, protocol: 5n, creator } satisfies FeeRates,
}));
const FIRST_TIER: FeeRates = { lp: 2n, protocol: 93n, creator: 30n };

/** Rates of a canonical pool; `marketCap` in lamports. */
export function poolFees(marketCap: bigint): FeeRates {
  for (const tier of TIERS) if (marketCap >= tier.from) return tier.rates;
  return FIRST_TIER;
}
