import { PoolState } from '../../../src/enrich/pool-state.ts';
import { key, liquidityChanged, MINT, POOL, poolCreated, SOL, trade } from '../../support/protocol-events.ts';

const vaults = { base: key(11), quote: key(12) };
const bare = trade({ baseMint: null, quoteMint: null, vaults });

describe('what is known of pools', () => {
  test('a trade without mints gets those of an earlier one', () => {
    const pools = new PoolState(10);
    expect(pools.complete(bare)).toBe(bare);
    pools.complete(trade({ vaults }));
    expect(pools.complete(bare)).toEqual({ ...bare, baseMint: MINT, quoteMint: SOL });
  });

  test('a pool known from its creation or its account does as well', () => {
    const pools = new PoolState(10);
    pools.learnCreated(poolCreated({ vaults }));
    expect(pools.complete(liquidityChanged({ baseMint: null, quoteMint: null, vaults })).baseMint).toBe(MINT);
    pools.learn(key(20), { baseMint: SOL, quoteMint: MINT, baseVault: vaults.base, quoteVault: vaults.quote });
    expect(pools.complete({ ...bare, pool: key(20) }).baseMint).toBe(SOL);
  });

  test('an event counted the other way round is turned, amounts, side and all', () => {
    const pools = new PoolState(10);
    pools.complete(trade({ vaults }));
    const other = { ...bare, vaults: { base: vaults.quote, quote: vaults.base } };
    expect(pools.complete(other)).toMatchObject({
      side: 'sell',
      baseMint: MINT,
      quoteMint: SOL,
      baseAmount: other.quoteAmount,
      quoteAmount: other.baseAmount,
      baseReserve: other.quoteReserve,
      virtualBase: other.virtualQuote,
      vaults,
    });
  });

  test('without vaults that agree nothing is guessed', () => {
    const pools = new PoolState(10);
    pools.complete(trade({ vaults }));
    const { vaults: _, ...withoutVaults } = bare;
    expect(pools.complete(withoutVaults).baseMint).toBeNull();
    expect(pools.complete({ ...bare, vaults: { base: key(13), quote: key(14) } }).baseMint).toBeNull();
  });

  test('never holds more pools than its limit', () => {
    const pools = new PoolState(2);
    const three = [POOL, key(20), key(21)];
    for (const pool of three) pools.complete(trade({ pool, vaults }));
    expect(three.map((pool) => pools.complete({ ...bare, pool }).baseMint)).toEqual([null, MINT, MINT]);
  });
});
