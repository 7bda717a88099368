import { WRAPPED_SOL } from '../../../src/domain/money.ts';
import { TokenMetadata } from '../../../src/enrich/token-metadata.ts';
import { MINT, TRADER, tokenCreated, transaction } from '../../support/protocol-events.ts';

const balance = (mint: string, decimals: number) => ({
  accountIndex: 1,
  mint,
  owner: TRADER,
  programId: TRADER,
  decimals,
  amount: 5n,
});

describe('what is known of tokens', () => {
  test('a creation tells name, symbol, decimals, supply and when', () => {
    const tokens = new TokenMetadata(10);
    tokens.learnCreated(tokenCreated(), 1_000);
    expect(tokens.facts(MINT)).toEqual({
      name: 'Name',
      symbol: 'SYM',
      decimals: 6,
      supply: 1_000_000_000_000_000n,
      createdAtMs: 1_000,
    });
  });

  test('a creation seen again keeps its first time', () => {
    const tokens = new TokenMetadata(10);
    tokens.learnCreated(tokenCreated(), 1_000);
    tokens.learnCreated(tokenCreated(), 9_000);
    expect(tokens.facts(MINT)?.createdAtMs).toBe(1_000);
  });

  test('decimals come from the balances of a transaction, read once per mint', () => {
    const tokens = new TokenMetadata(10);
    let reads = 0;
    const seen = transaction({
      get postTokenBalances() {
        reads++;
        return [balance(MINT, 4)];
      },
    });
    tokens.learnFrom(MINT, seen);
    tokens.learnFrom(MINT, seen);
    tokens.learnFrom(WRAPPED_SOL, seen);
    expect(tokens.facts(MINT)).toEqual({ decimals: 4 });
    expect(reads).toBe(1);
  });

  test('an account that was emptied tells its decimals before the transaction', () => {
    const tokens = new TokenMetadata(10);
    tokens.learnFrom(MINT, transaction({ postTokenBalances: [], preTokenBalances: [balance(MINT, 2)] }));
    expect(tokens.facts(MINT)?.decimals).toBe(2);
  });

  test('never holds more tokens than its limit and always knows the money', () => {
    const tokens = new TokenMetadata(2);
    for (const mint of ['a', 'b', 'c']) tokens.learnDecimals(mint, 6);
    expect(['a', 'b', 'c'].map((mint) => tokens.facts(mint)?.decimals)).toEqual([undefined, 6, 6]);
    expect(tokens.facts(WRAPPED_SOL)?.decimals).toBe(9);
  });
});
