import type { Account } from './account.ts';
import { BodyWriter } from './body-writer.ts';
import { CURVE_SUPPLY } from './curve-arithmetic.ts';
import { discriminatorOf } from './event-layouts.ts';
import type { Coin, Pool } from './world.ts';

/** The data of the accounts the pump programs own, as the newest layout lays them out. */
const CURVE = discriminatorOf('account:BondingCurve');
const POOL = discriminatorOf('account:Pool');
const CURVE_SPACE = 151;
const POOL_SPACE = 301;
const writer = new BodyWriter(512);

export function curveData(coin: Coin, defaultKey: Account): Uint8Array {
  const { reserves } = coin;
  writer
    .begin()
    .raw(CURVE)
    .u64(reserves.virtualBase)
    .u64(reserves.virtualQuote)
    .u64(reserves.realBase)
    .u64(reserves.realQuote);
  writer
    .u64(CURVE_SUPPLY)
    .u8(coin.complete ? 1 : 0)
    .raw(coin.creator.account.address)
    .u8(0)
    .u8(0);
  writer
    .raw((coin.quote.native ? defaultKey : coin.quote.mint.account).address)
    .u64(0n)
    .u8(0)
    .u8(0);
  return padded(CURVE_SPACE);
}

export function poolData(pool: Pool): Uint8Array {
  const { coin, reserves } = pool;
  writer.begin().raw(POOL).u8(pool.bump).u16(0).raw(pool.authority.address).raw(coin.mint.account.address);
  writer
    .raw(coin.quote.mint.account.address)
    .raw(pool.lpMint.account.address)
    .raw(pool.base.address)
    .raw(pool.quote.address);
  writer.u64(reserves.lpSupply).raw(coin.creator.account.address).u8(0).u8(0).i128(reserves.virtualQuote).u64(0n).u8(0);
  return padded(POOL_SPACE);
}

/** A token account as both token programs lay it out; a Token-2022 one carries its type and the immutable-owner mark. */
export function tokenAccountData(account: Account, isNewer: boolean): Uint8Array {
  const holding = account.holding;
  writer.begin();
  if (holding === null) return writer.take();
  writer.raw(holding.mint.account.address).raw(holding.holder.address).u64(holding.amount).zeros(36).u8(1);
  if (holding.mint.native) writer.u32(1).u64(account.lamports - holding.amount);
  else writer.zeros(12);
  writer.zeros(44);
  if (isNewer) writer.u8(2).u16(7).u16(0);
  return writer.take();
}

function padded(space: number): Uint8Array {
  const bytes = new Uint8Array(space);
  bytes.set(writer.take());
  return bytes;
}
