import { encodeBase58 } from '../../lib/base58.ts';
import type { Block } from './block.ts';
import type { Floor } from './floor.ts';
import type { MarketPattern } from './ledger.ts';
import { pick } from './names.ts';
import { buyCoin, buyFromPool, curveBuyOrder, type Outcome, sellCoin, sellToPool, settle } from './orders.ts';
import { createCoin } from './pump-fun-create.ts';
import type { Coin, Pool, Wallet } from './world.ts';

/** What people do together or on purpose: launches with snipers, sandwiches, wash pairs, bundles, whales, creators who dump. */
const LAUNCH_UNITS = 480_000;

function note(
  floor: Floor,
  block: Block,
  kind: MarketPattern['kind'],
  coin: Coin,
  actors: readonly Wallet[],
  outcomes: readonly Outcome[],
): void {
  floor.ledger.pattern({
    kind,
    slot: block.context.slot,
    mint: coin.mint.account.text,
    actors: actors.map((wallet) => wallet.account.text),
    signatures: outcomes.map((outcome) => encodeBase58(outcome.signature)),
  });
}

/** A new coin, often bought by its creator at once, then by snipers; some creators leave with everything. */
export function launch(floor: Floor, block: Block): void {
  const creator = floor.newWallet('creator');
  const quote = floor.quote();
  const coin = floor.builder.coin(creator, quote, floor.random() ** 3);
  floor.coins.push(coin);
  const x = floor.desk.open(creator, 2, LAUNCH_UNITS);
  createCoin(x, floor.context, coin);
  const buysOwn = floor.chance(0.7);
  if (buysOwn) {
    const spend = floor.inQuote(coin, floor.lamports(0.2, 5));
    // A creator's own buy leaves room: it must never be the one that fails a launch.
    const order = curveBuyOrder(floor, coin, spend);
    floor.desk.buyOnCurve(x, coin, creator, { ...order, base: order.base / 2n }, []);
  }
  settle(floor, block, x, coin);
  if (floor.chance(0.5)) snipe(floor, block, coin);
  if (buysOwn && floor.chance(0.4)) {
    const slot = block.context.slot + 8 + Math.floor(floor.random() * 60);
    floor.plan(slot, (later) => dump(floor, later, coin, creator));
  }
}

function snipe(floor: Floor, block: Block, coin: Coin): void {
  const bundled = floor.chance(0.4);
  const count = bundled ? 3 : 1 + Math.floor(floor.random() * 2);
  const tipped = floor.known.feeRecipients[0]?.account;
  const snipers: Wallet[] = [];
  const outcomes: Outcome[] = [];
  for (let i = 0; i < count; i++) {
    const sniper = pickLabelled(floor, 'sniper');
    const spend = floor.inQuote(coin, floor.lamports(0.3, 3));
    outcomes.push(
      buyCoin(floor, block, coin, sniper, spend, (x) => {
        if (bundled && tipped !== undefined && i === count - 1) floor.desk.tip(x, sniper, tipped, 1_000_000n);
      }),
    );
    snipers.push(sniper);
  }
  note(floor, block, bundled ? 'bundle' : 'sniper', coin, snipers, outcomes);
}

function dump(floor: Floor, block: Block, coin: Coin, creator: Wallet): void {
  const amount = floor.holding(creator, coin);
  if (amount === 0n) return;
  if (!coin.complete) note(floor, block, 'dump', coin, [creator], [sellCoin(floor, block, coin, creator, amount)]);
  else if (coin.pool !== null && floor.pools.includes(coin.pool)) {
    note(floor, block, 'dump', coin, [creator], [sellToPool(floor, block, coin.pool, creator, amount)]);
  }
}

/** Buys before a victim and sells behind him, in one block. */
export function sandwich(floor: Floor, block: Block, market: Coin | Pool): void {
  const attacker = pickLabelled(floor, 'sandwich');
  const victim = floor.wallet();
  if (attacker === victim) return;
  const coin = 'coin' in market ? market.coin : market;
  const buy = (wallet: Wallet, low: number, high: number): Outcome => {
    const spend = floor.inQuote(coin, floor.lamports(low, high));
    return 'coin' in market
      ? buyFromPool(floor, block, market, wallet, spend)
      : buyCoin(floor, block, market, wallet, spend);
  };
  const before = floor.holding(attacker, coin);
  const front = buy(attacker, 1, 4);
  if (coin.complete && !('coin' in market)) return;
  const hit = buy(victim, 1, 6);
  const gained = floor.holding(attacker, coin) - before;
  if (gained <= 0n || (coin.complete && !('coin' in market))) return;
  const back =
    'coin' in market
      ? sellToPool(floor, block, market, attacker, gained)
      : sellCoin(floor, block, market, attacker, gained);
  if (front.failed || hit.failed || back.failed) return;
  note(floor, block, 'sandwich', coin, [attacker, victim], [front, hit, back]);
}

/** Two wallets of one owner sell each other the same amount back and forth. */
export function wash(floor: Floor, block: Block, pool: Pool): void {
  const pair = [pickLabelled(floor, 'wash'), pickLabelled(floor, 'wash')] as const;
  const [first, second] = pair;
  if (first === second) return;
  const spend = floor.inQuote(pool.coin, floor.lamports(0.5, 2));
  const opened = buyFromPool(floor, block, pool, first, spend);
  const outcomes = [opened];
  for (let round = 1; round <= 3; round++) {
    const [seller, buyer] = round % 2 === 1 ? [first, second] : [second, first];
    floor.plan(block.context.slot + round, (later) => {
      const amount = floor.holding(seller, pool.coin);
      if (amount === 0n || !floor.pools.includes(pool)) return;
      outcomes.push(sellToPool(floor, later, pool, seller, amount), buyFromPool(floor, later, pool, buyer, spend));
      if (round === 3)
        note(
          floor,
          later,
          'wash',
          pool.coin,
          pair,
          outcomes.filter((outcome) => !outcome.failed),
        );
    });
  }
}

export function whale(floor: Floor, block: Block, pool: Pool): void {
  const wallet = pickLabelled(floor, 'whale');
  const spend = floor.inQuote(pool.coin, floor.lamports(15, 60));
  const outcome = buyFromPool(floor, block, pool, wallet, spend);
  if (!outcome.failed) note(floor, block, 'whale', pool.coin, [wallet], [outcome]);
}

/** Somebody of a habit; when none can pay any more, the habit passes to somebody new. */
function pickLabelled(floor: Floor, label: string): Wallet {
  const able = floor.wallets.filter((wallet) => wallet.label === label && wallet.account.lamports > 5_000_000_000n);
  if (able.length > 1) return pick(floor.random, able);
  const fresh = floor.newWallet(label);
  const replaced = Math.floor(floor.random() * floor.wallets.length);
  floor.forget(floor.wallets[replaced] as Wallet);
  floor.wallets[replaced] = fresh;
  return fresh;
}
