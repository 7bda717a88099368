/** Millionths of the trade fee that a tier sets aside, for the protocol and for the fund. */
const SHARES = { protocol: 120_000n, fund: 40_000n };

/** The tiers whose shares are published: all have the same. They are accounts of the program, by number from 0. */
const KNOWN: ReadonlySet<string> = new Set([
  'D4FPEruKEHrG5TenZ2mpDGEfu1iUvTiqBxvpU8HLBvC2',
  'G95xxie3XbkCqtE39GgQ9Ggc7xBC8Uceve7HFDEFApkc',
  '2fGXL8uhqxJ4tpgtosHZXT4zcQap6j62z3bMDxdkMvy5',
  'C7Cx2pMLtjybS3mDKSfsBj4zQ3PRZGkKt7RCYTTbCSx2',
  'BhH6HphjBKXu2PkUc2aw3xEMdUvK14NXxE5LbNWZNZAA',
  'BgxH5ifebqHDuiADWKhLjXGP5hWZeZLoCdmeWJLkRqLP',
  'B5u5x9S5pyaJdonf7bXUiEnBfEXsJWhNxXfLGAbRFtg2',
  'ESLj2Rzmvn3RhDo4Z18hY1wYmGyC9xM4ZtRXhvoFkDAi',
]);

/**
 * What of a trade fee a tier sets aside. Neither the event nor the vaults tell it (what waits there from earlier trades hides it), so it is
 * null for a tier that is not known.
 */
export function setAside(tier: string, tradeFee: bigint): bigint | null {
  if (!KNOWN.has(tier)) return null;
  return share(tradeFee, SHARES.protocol) + share(tradeFee, SHARES.fund);
}

function share(fee: bigint, millionths: bigint): bigint {
  return (fee * millionths) / 1_000_000n;
}
