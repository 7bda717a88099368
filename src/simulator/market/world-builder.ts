import { createHash } from 'node:crypto';
import type { Random } from '../../lib/random.ts';
import { Account, type Mint, type Program } from './account.ts';
import { newCurve } from './curve-arithmetic.ts';
import { derive, type KnownAccounts, TOKEN_ACCOUNT_RENT } from './known-accounts.ts';
import { coinName } from './names.ts';
import { associatedTokenAddress, findProgramAddress, isOnCurve } from './program-address.ts';
import type { Coin, Pool, Quote, Wallet } from './world.ts';

/**
 * Makes wallets, coins and pools with the addresses they would have on chain: every program-derived and associated address is real;
 * wallets and mints are hashes of the seed that happen to lie on the curve, so nobody has their keys.
 */
const INITIAL_QUOTE_SOL = 30_000_000_000n;
const INITIAL_QUOTE_USDC = 4_292_000_000n;
const COIN_DECIMALS = 6;
const LP_DECIMALS = 9;
const VAULT_RENT = 890_880n;

export class WorldBuilder {
  readonly known: KnownAccounts;
  readonly sol: Quote;
  readonly usdc: Quote;
  readonly #seed: number;
  readonly #random: Random;
  readonly #creators = new WeakMap<Wallet, Map<string, Account>>();
  #keys = 0;

  constructor(known: KnownAccounts, seed: number, random: Random) {
    this.known = known;
    this.sol = { mint: known.wrappedSol, native: true, initialVirtual: INITIAL_QUOTE_SOL };
    this.usdc = { mint: known.usdc, native: false, initialVirtual: INITIAL_QUOTE_USDC };
    this.#seed = seed;
    this.#random = random;
  }

  wallet(label: string, lamports: bigint, usdc: bigint): Wallet {
    const { known } = this;
    const account = new Account(this.#key(), lamports, null);
    const pumpVolume = this.#derived(known.pump, 'user_volume_accumulator', account.address);
    const dollars = this.#associated(account, known.usdc);
    if (usdc > 0n) {
      dollars.lamports = TOKEN_ACCOUNT_RENT;
      dollars.owner = known.token.account;
      dollars.holding = { mint: known.usdc, holder: account, amount: usdc };
    }
    return {
      account,
      wrappedSol: this.#associated(account, known.wrappedSol),
      usdc: dollars,
      pumpVolume,
      swapVolume: this.#derived(known.pumpSwap, 'user_volume_accumulator', account.address),
      volumeSol: this.#associated(pumpVolume, known.wrappedSol),
      volumeUsdc: this.#associated(pumpVolume, known.usdc),
      holdings: new Map(),
      shares: new Map(),
      label,
    };
  }

  coin(creator: Wallet, quote: Quote, appeal: number): Coin {
    const { known } = this;
    const account = new Account(this.#key(), 0n, null);
    const mint: Mint = { account, program: known.token2022, decimals: COIN_DECIMALS, native: false };
    const curve = this.#derived(known.pump, 'bonding-curve', account.address);
    const creatorVault = this.#ofCreator(creator, 'creator-vault', () => {
      const vault = this.#derived(known.pump, 'creator-vault', creator.account.address);
      vault.lamports = VAULT_RENT;
      return vault;
    });
    const creatorVaultQuote = this.#ofCreator(creator, `creator-vault ${quote.mint.account.text}`, () => {
      const vault = this.#associated(creatorVault, quote.mint);
      if (!quote.native) openTokens(vault, quote.mint, creatorVault);
      return vault;
    });
    const hash = createHash('sha256').update(account.address).digest('hex');
    return {
      ...coinName(this.#random),
      uri: `https://ipfs.io/ipfs/bafkrei${hash.slice(0, 52)}`,
      mint,
      creator,
      quote,
      curve,
      curveNext: this.#derived(known.pump, 'bonding-curve-v2', account.address),
      curveBase: this.#associated(curve, mint),
      curveQuote: this.#associated(curve, quote.mint),
      creatorVault,
      creatorVaultQuote,
      sharing: this.#derived(known.pumpFees, 'sharing-config', account.address),
      mayhemState: this.#derived(known.mayhem, 'mayhem-state', account.address),
      mayhemTokens: this.#associated(known.mayhemVault, mint),
      reserves: newCurve(quote.initialVirtual),
      complete: false,
      migrated: false,
      pool: null,
      appeal,
      holders: new Set(),
    };
  }

  /** The canonical pool a coin will migrate to. It has no reserves before it is created. */
  pool(coin: Coin): Pool {
    const { known } = this;
    const mint = coin.mint.account.address;
    const quote = coin.quote.mint;
    const authority = this.#derived(known.pump, 'pool-authority', mint);
    const seeds = [Buffer.from('pool'), Buffer.from([0, 0]), authority.address, mint, quote.account.address];
    const { address, bump } = findProgramAddress(seeds, known.pumpSwap.account.address);
    const account = new Account(address, 0n, null);
    const lpAccount = this.#derived(known.pumpSwap, 'pool_lp_mint', address);
    const lpMint: Mint = { account: lpAccount, program: known.token2022, decimals: LP_DECIMALS, native: false };
    const boostAuthority = this.#derived(known.pumpSwap, 'boost_vault', address);
    const creatorAuthority = this.#ofCreator(coin.creator, 'creator_vault', () =>
      this.#derived(known.pumpSwap, 'creator_vault', coin.creator.account.address),
    );
    const creatorVault = this.#ofCreator(coin.creator, `creator_vault ${quote.account.text}`, () =>
      this.#associated(creatorAuthority, quote),
    );
    return {
      coin,
      account,
      bump,
      authority,
      next: this.#derived(known.pumpSwap, 'pool-v2', mint),
      base: this.#associated(account, coin.mint),
      quote: this.#associated(account, quote),
      lpMint,
      authorityBase: this.#associated(authority, coin.mint),
      authorityQuote: this.#associated(authority, quote),
      authorityShares: this.#associated(authority, lpMint),
      boostAuthority,
      boostVault: this.#associated(boostAuthority, quote),
      creatorAuthority,
      creatorVault,
      reserves: { base: 0n, quote: 0n, virtualQuote: 0n, lpSupply: 0n },
      canBoost: false,
    };
  }

  /** The wallet's token account for a coin; named on first use, made on chain by whoever needs it. */
  seat(wallet: Wallet, coin: Coin): Account {
    const known = wallet.holdings.get(coin);
    if (known !== undefined) return known;
    const account = this.#associated(wallet.account, coin.mint);
    wallet.holdings.set(coin, account);
    coin.holders.add(wallet);
    return account;
  }

  shareSeat(wallet: Wallet, pool: Pool): Account {
    const known = wallet.shares.get(pool);
    if (known !== undefined) return known;
    const account = this.#associated(wallet.account, pool.lpMint);
    wallet.shares.set(pool, account);
    return account;
  }

  #derived(program: Program, seed: string, of: Uint8Array): Account {
    return new Account(derive(program, [seed, of]), 0n, null);
  }

  #associated(holder: Account, mint: Mint): Account {
    const program = this.known.associatedToken.account.address;
    const address = associatedTokenAddress(holder.address, mint.program.account.address, mint.account.address, program);
    return new Account(address, 0n, null);
  }

  /** What belongs to a creator is the same account for all of his coins. */
  #ofCreator(creator: Wallet, name: string, make: () => Account): Account {
    let accounts = this.#creators.get(creator);
    if (accounts === undefined) {
      accounts = new Map();
      this.#creators.set(creator, accounts);
    }
    const known = accounts.get(name) ?? make();
    accounts.set(name, known);
    return known;
  }

  #key(): Uint8Array {
    for (;;) {
      const key = createHash('sha256')
        .update(`sluice market ${this.#seed} key ${this.#keys++}`)
        .digest();
      if (isOnCurve(key)) return key;
    }
  }
}

function openTokens(account: Account, mint: Mint, holder: Account): void {
  account.lamports = TOKEN_ACCOUNT_RENT;
  account.owner = mint.program.account;
  account.holding = { mint, holder, amount: 0n };
}
