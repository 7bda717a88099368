import { type Account, line, type Mint, type Program } from './account.ts';
import { BodyWriter } from './body-writer.ts';
import type { Execution } from './execution.ts';
import { type KnownAccounts, TOKEN_ACCOUNT_RENT } from './known-accounts.ts';

/** The System, compute budget, token and associated-token programs: what the pump programs call, with the marks they leave. */
const TOKEN_2022_ACCOUNT_RENT = 2_074_080n;
const LOG_TRANSFER = line('Program log: Instruction: TransferChecked');
const LOG_DATA_SIZE = line('Program log: Instruction: GetAccountDataSize');
const LOG_IMMUTABLE = line('Program log: Instruction: InitializeImmutableOwner');
const LOG_INITIALIZE = line('Program log: Instruction: InitializeAccount3');
const LOG_CREATE_ACCOUNT = line('Program log: Initialize the associated token account');
const LOG_CLOSE = line('Program log: Instruction: CloseAccount');
const LOG_BURN = line('Program log: Instruction: Burn');
const LOG_MINT_TO = line('Program log: Instruction: MintTo');
const DATA_SIZE = Uint8Array.of(0x15, 7, 0);
const ONE = Uint8Array.of(1);
const NONE = new Uint8Array(0);
const INSUFFICIENT_FUNDS = 1;

export class TokenPrograms {
  readonly #known: KnownAccounts;
  readonly #writer = new BodyWriter(256);

  constructor(known: KnownAccounts) {
    this.#known = known;
  }

  computeBudget(x: Execution, unitPrice: bigint): void {
    const limit = this.#writer.begin().u8(2).u32(x.unitLimit).take();
    x.call(this.#known.computeBudget, '', [], limit, nothing);
    x.call(this.#known.computeBudget, '', [], this.#writer.begin().u8(3).u64(unitPrice).take(), nothing);
  }

  transferSol(x: Execution, from: Account, to: Account, lamports: bigint): void {
    const data = this.#writer.begin().u32(2).u64(lamports).take();
    x.call(this.#known.system, 'Sw', [from, to], data, () => {
      if (from.lamports < lamports) {
        x.fail(INSUFFICIENT_FUNDS, `Transfer: insufficient lamports ${from.lamports}, need ${lamports}`);
      }
      from.lamports -= lamports;
      to.lamports += lamports;
    });
  }

  createAccount(x: Execution, payer: Account, created: Account, lamports: bigint, space: bigint, owner: Program): void {
    const data = this.#writer.begin().u32(0).u64(lamports).u64(space).raw(owner.account.address).take();
    x.call(this.#known.system, 'SS', [payer, created], data, () => {
      payer.lamports -= lamports;
      created.lamports += lamports;
      created.owner = owner.account;
    });
  }

  /** Makes the associated token account where there is none yet; costs its rent. */
  createAssociated(x: Execution, payer: Account, at: Account, holder: Account, mint: Mint, idempotent: boolean): void {
    const { system, associatedToken } = this.#known;
    const accounts = [payer, at, holder, mint.account, system.account, mint.program.account];
    x.call(associatedToken, 'Swrrrr', accounts, idempotent ? ONE : NONE, () => {
      x.log(idempotent ? 'CreateIdempotent' : 'Create');
      x.charge(at.holding === null ? 9_800 : 5_857);
      if (at.holding === null) this.#initializeAccount(x, payer, at, holder, mint);
    });
  }

  #initializeAccount(x: Execution, payer: Account, at: Account, holder: Account, mint: Mint): void {
    const newer = mint.program === this.#known.token2022;
    const rent = newer ? TOKEN_2022_ACCOUNT_RENT : TOKEN_ACCOUNT_RENT;
    this.#tokenCall(x, mint, [mint.account], DATA_SIZE, newer ? LOG_DATA_SIZE : null, newer ? 1_523 : 179, () =>
      x.returns(newer ? DATA_SIZE_2022 : DATA_SIZE_CLASSIC),
    );
    this.createAccount(x, payer, at, rent, newer ? 170n : 165n, mint.program);
    x.logLine(LOG_CREATE_ACCOUNT);
    this.#tokenCall(x, mint, [at], Uint8Array.of(0x16), newer ? LOG_IMMUTABLE : null, newer ? 736 : 37, nothing);
    const data = this.#writer.begin().u8(0x12).raw(holder.address).take();
    this.#tokenCall(x, mint, [at, mint.account], data, newer ? LOG_INITIALIZE : null, newer ? 2_153 : 229, () => {
      at.holding = { mint, holder, amount: 0n };
    });
  }

  transfer(x: Execution, mint: Mint, from: Account, to: Account, authority: Account, amount: bigint): void {
    const newer = mint.program === this.#known.token2022;
    const data = this.#writer.begin().u8(0x0c).u64(amount).u8(mint.decimals).take();
    const accounts = [from, mint.account, to, authority];
    this.#tokenCall(x, mint, accounts, data, newer ? LOG_TRANSFER : null, newer ? 2_562 : 112, () => {
      const source = from.holding;
      const target = to.holding;
      if (source === null || target === null || source.amount < amount) {
        x.fail(INSUFFICIENT_FUNDS, 'Error: insufficient funds');
      }
      source.amount -= amount;
      target.amount += amount;
      if (mint.native) {
        from.lamports -= amount;
        to.lamports += amount;
      }
    });
  }

  /** Lets a wrapped-SOL account count the lamports that were sent to it. */
  syncNative(x: Execution, at: Account): void {
    this.#tokenCall(x, this.#known.wrappedSol, [at], Uint8Array.of(0x11), null, 140, () => {
      if (at.holding !== null) at.holding.amount = at.lamports - TOKEN_ACCOUNT_RENT;
    });
  }

  /** Closes an empty token account, or a wrapped-SOL account with what it holds; the lamports go to `to`. */
  close(x: Execution, mint: Mint, at: Account, to: Account, authority: Account): void {
    const newer = mint.program === this.#known.token2022;
    const accounts = [at, to, authority];
    this.#tokenCall(x, mint, accounts, Uint8Array.of(9), newer ? LOG_CLOSE : null, newer ? 1_595 : 116, () => {
      to.lamports += at.lamports;
      at.lamports = 0n;
      at.owner = null;
      at.holding = null;
    });
  }

  mintTo(x: Execution, mint: Mint, to: Account, authority: Account, amount: bigint): void {
    const data = this.#writer.begin().u8(7).u64(amount).take();
    this.#tokenCall(x, mint, [mint.account, to, authority], data, LOG_MINT_TO, 1_307, () => {
      if (to.holding !== null) to.holding.amount += amount;
    });
  }

  burn(x: Execution, mint: Mint, from: Account, authority: Account, amount: bigint): void {
    const data = this.#writer.begin().u8(8).u64(amount).take();
    this.#tokenCall(x, mint, [from, mint.account, authority], data, LOG_BURN, 1_427, () => {
      if (from.holding !== null) from.holding.amount -= amount;
      x.record('spl-token.burn', { mint: mint.account, account: from, authority, amount });
    });
  }

  /** Any other instruction of a token program, e.g. the setting up of a mint. */
  plain(x: Execution, mint: Mint, accounts: readonly Account[], data: Uint8Array, log: string, units: number): void {
    this.#tokenCall(x, mint, accounts, data, line(`Program log: ${log}`), units, nothing);
  }

  #tokenCall(
    x: Execution,
    mint: Mint,
    accounts: readonly Account[],
    data: Uint8Array,
    log: Uint8Array | null,
    units: number,
    body: () => void,
  ): void {
    // The classic program has stopped naming its instructions in the log; the newer one still does.
    const modes = accounts.length === 1 ? 'w' : 'wwS';
    x.call(mint.program, modes, accounts, data, () => {
      if (log !== null) x.logLine(log);
      x.charge(units);
      body();
    });
  }
}

const DATA_SIZE_2022 = Uint8Array.of(170, 0, 0, 0, 0, 0, 0, 0);
const DATA_SIZE_CLASSIC = Uint8Array.of(165, 0, 0, 0, 0, 0, 0, 0);

function nothing(): void {}
