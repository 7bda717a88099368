import { CURVE_SUPPLY } from './curve-arithmetic.ts';
import { CREATE_EVENT } from './event-layouts.ts';
import type { Execution } from './execution.ts';
import { emitEvent, instruction, instructionData, type ProgramContext } from './program-context.ts';
import { quoteMintOf } from './pump-fun-trade-event.ts';
import type { Coin } from './world.ts';

/** `create_v2`: a Token-2022 mint with its metadata, the curve that holds the whole supply, and the event that announces it. */
const CREATE_V2 = instruction('create_v2');
const INITIALIZE_METADATA = Buffer.from('d2e11ea258b84d8d', 'hex');
const UPDATE_METADATA_AUTHORITY = Buffer.from('d7e4a6e45464567b', 'hex');
const MINT_RENT = 2_519_520n;
const MINT_SPACE = 234n;
const METADATA_RENT = 1_148_400n;
const CURVE_RENT = 1_941_840n;
const CURVE_SPACE = 151n;
const CREATE_UNITS = 48_000;
const MODES = 'SrwwrSrrrrrrwwrr';

export function createCoin(x: Execution, context: ProgramContext, coin: Coin): void {
  const { known } = context;
  const { mint, creator } = coin;
  const accounts = [
    ...[mint.account, known.mintAuthority, coin.curve, coin.curveBase, known.pumpGlobal, creator.account],
    ...[known.system.account, mint.program.account, known.associatedToken.account, known.mayhem.account],
    ...[
      known.mayhemGlobal,
      known.mayhemVault,
      coin.mayhemState,
      coin.mayhemTokens,
      known.pumpEventAuthority,
      known.pump.account,
    ],
  ];
  const tokenQuoted = !coin.quote.native;
  // A quote other than SOL stands among the remaining accounts.
  if (tokenQuoted) accounts.push(coin.quote.mint.account, coin.curveQuote, coin.quote.mint.program.account);
  const data = instructionData.begin().raw(CREATE_V2).text(coin.name).text(coin.symbol).text(coin.uri);
  const bytes = data.raw(creator.account.address).u8(0).u8(0).take();
  x.call(known.pump, tokenQuoted ? `${MODES}rwr` : MODES, accounts, bytes, () => {
    x.log('Instruction: CreateV2');
    x.charge(CREATE_UNITS);
    makeMint(x, context, coin);
    emitEvent(
      x,
      context,
      known.pump,
      known.pumpEventAuthority,
      CREATE_EVENT,
      'pump-fun.create',
      createdValues(coin, context),
    );
  });
}

/** The calls that make mint, curve and supply, in the program's order. */
function makeMint(x: Execution, context: ProgramContext, coin: Coin): void {
  const { known, tokens } = context;
  const { mint, creator, curve } = coin;
  const payer = creator.account;
  const at = [mint.account];
  tokens.createAccount(x, payer, mint.account, MINT_RENT, MINT_SPACE, mint.program);
  const pointer = instructionData.begin().u8(0x27).u8(0).zeros(32).raw(mint.account.address).take();
  tokens.plain(x, mint, at, pointer, 'MetadataPointerInstruction::Initialize', 925);
  const initialize = instructionData.begin().u8(0x14).u8(mint.decimals).raw(known.mintAuthority.address).u8(0).take();
  tokens.plain(x, mint, at, initialize, 'Instruction: InitializeMint2', 1_772);
  tokens.createAccount(x, payer, curve, CURVE_RENT, CURVE_SPACE, known.pump);
  tokens.createAssociated(x, payer, coin.curveBase, curve, mint, false);
  if (!coin.quote.native) tokens.createAssociated(x, payer, coin.curveQuote, curve, coin.quote.mint, true);
  tokens.transferSol(x, payer, mint.account, METADATA_RENT);
  const authority = known.mintAuthority;
  const metadata = instructionData
    .begin()
    .raw(INITIALIZE_METADATA)
    .text(coin.name)
    .text(coin.symbol)
    .text(coin.uri)
    .take();
  tokens.plain(
    x,
    mint,
    [mint.account, authority, mint.account, authority],
    metadata,
    'TokenMetadataInstruction: Initialize',
    3_522,
  );
  const update = instructionData.begin().raw(UPDATE_METADATA_AUTHORITY).zeros(32).take();
  tokens.plain(x, mint, [mint.account, authority], update, 'TokenMetadataInstruction: UpdateAuthority', 3_866);
  tokens.mintTo(x, mint, coin.curveBase, authority, CURVE_SUPPLY);
  tokens.plain(x, mint, [mint.account, authority], Uint8Array.of(6, 0, 0), 'Instruction: SetAuthority', 1_044);
}

function createdValues(coin: Coin, context: ProgramContext) {
  const { reserves } = coin;
  return {
    name: coin.name,
    symbol: coin.symbol,
    uri: coin.uri,
    mint: coin.mint.account,
    bonding_curve: coin.curve,
    user: coin.creator.account,
    creator: coin.creator.account,
    timestamp: context.blockTime,
    virtual_token_reserves: reserves.virtualBase,
    virtual_sol_reserves: coin.quote.native ? reserves.virtualQuote : 0n,
    real_token_reserves: reserves.realBase,
    token_total_supply: CURVE_SUPPLY,
    token_program: coin.mint.program.account,
    is_mayhem_mode: false,
    is_cashback_enabled: false,
    quote_mint: quoteMintOf(coin, context),
    virtual_quote_reserves: reserves.virtualQuote,
    is_holder_reward: false,
    depth: 0,
    label: coin.creator.label,
  };
}
