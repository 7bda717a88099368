import { decodeBase58 } from '../../lib/base58.ts';
import { Account, type Mint, newProgram, type Program } from './account.ts';
import { associatedTokenAddress, findProgramAddress } from './program-address.ts';

/** The accounts that exist before anybody trades, at their mainnet addresses. Built once per market, so that no two share state. */
export interface KnownAccounts {
  readonly system: Program;
  readonly computeBudget: Program;
  readonly token: Program;
  readonly token2022: Program;
  readonly associatedToken: Program;
  readonly vote: Program;
  readonly pump: Program;
  readonly pumpSwap: Program;
  readonly pumpFees: Program;
  readonly mayhem: Program;
  readonly rent: Account;
  readonly wrappedSol: Mint;
  readonly usdc: Mint;
  readonly pumpGlobal: Account;
  readonly pumpEventAuthority: Account;
  readonly pumpFeeConfig: Account;
  readonly pumpVolume: Account;
  readonly mintAuthority: Account;
  readonly withdrawAuthority: Account;
  readonly swapConfig: Account;
  readonly swapEventAuthority: Account;
  readonly swapFeeConfig: Account;
  readonly swapVolume: Account;
  readonly mayhemGlobal: Account;
  readonly mayhemVault: Account;
  readonly lookupTable: Account;
  readonly feeRecipients: readonly FeeRecipient[];
  readonly buybackRecipients: readonly FeeRecipient[];
}

/** Somebody who is paid fees, with the token accounts the fees of token-quoted trades go to. */
export interface FeeRecipient {
  readonly account: Account;
  readonly wrappedSol: Account;
  readonly usdc: Account;
}

const FEE_RECIPIENTS = [
  '62qc2CNXwrYqQScmEdiZFFAnJR262PxWEuNQtxfafNgV',
  '7VtfL8fvgNfhz17qKRMjzQEXgbdpnHHHQRh54R9jP2RJ',
  '7hTckgnGnLQR6sdH7YkqFTAA7VwTfYFaZ6EhEsU3saCX',
  'G5UZAVbAf46s7cKWoyKu8kYTip9DGTpbLZ2qa9Aq69dP',
];
const BUYBACK_RECIPIENTS = [
  '5YxQFdt3Tr9zJLvkFccqXVUwhdTWJQc1fFg2YPbxvxeD',
  '9M4giFFMxmFGXtc3feFzRai56WbBqehoSeRE5GK7gf7',
  'EHAAiTxcdDwQ3U4bU6YcMsQGaekdzLS3B5SmYo46kJtL',
  'A7hAgCzFw14fejgCp387JUJRMNyz4j89JKnhtKU8piqW',
];
export const TOKEN_ACCOUNT_RENT = 2_039_280n;
const RICH = 900_000_000_000n;

export function knownAccounts(): KnownAccounts {
  const system = newProgram('11111111111111111111111111111111', 1n, true);
  const token = newProgram('TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA', 200_653_906n, false);
  const token2022 = newProgram('TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb', 70_128_638n, false);
  const associatedToken = newProgram('ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL', 3_388_612_899n, false);
  const pump = newProgram('6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P', 8_592_112_342n, false);
  const pumpSwap = newProgram('pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA', 1_178_687_650n, false);
  const pumpFees = newProgram('pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ', 6_046_721n, false);
  const mayhem = newProgram('MAyhSmzXzV1pTf7LsNkrNwkWKTo4ougAJ1PPg47MD4e', 11_149_834n, false);
  const mint = (id: string, decimals: number, native: boolean): Mint => {
    return { account: new Account(decodeBase58(id), RICH, token.account), program: token, decimals, native };
  };
  const wrappedSol = mint('So11111111111111111111111111111111111111112', 9, true);
  const usdc = mint('EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', 6, false);
  const derived = (program: Program, lamports: bigint, ...seeds: readonly (string | Uint8Array)[]) =>
    new Account(derive(program, seeds), lamports, program.account);
  const recipient = (id: string): FeeRecipient => {
    const account = new Account(decodeBase58(id), RICH * 5n, null);
    const tokens = (of: Mint, amount: bigint) => {
      const address = associatedTokenAddress(
        account.address,
        token.account.address,
        of.account.address,
        associatedToken.account.address,
      );
      const at = new Account(address, TOKEN_ACCOUNT_RENT + (of.native ? amount : 0n), token.account);
      at.holding = { mint: of, holder: account, amount };
      return at;
    };
    return { account, wrappedSol: tokens(wrappedSol, RICH), usdc: tokens(usdc, 250_000_000n) };
  };
  const known: KnownAccounts = {
    system,
    computeBudget: newProgram('ComputeBudget111111111111111111111111111111', 1n, true),
    token,
    token2022,
    associatedToken,
    vote: newProgram('Vote111111111111111111111111111111111111111', 1n, true),
    pump,
    pumpSwap,
    pumpFees,
    mayhem,
    rent: new Account(decodeBase58('SysvarRent111111111111111111111111111111111'), 1_009_200n, null),
    wrappedSol,
    usdc,
    pumpGlobal: derived(pump, 4_089_612_038n, 'global'),
    pumpEventAuthority: derived(pump, 168_261_371n, '__event_authority'),
    pumpFeeConfig: derived(pumpFees, 37_290_293n, 'fee_config', pump.account.address),
    pumpVolume: derived(pump, 17_016_138n, 'global_volume_accumulator'),
    mintAuthority: derived(pump, 1_020_235_880n, 'mint-authority'),
    withdrawAuthority: new Account(decodeBase58('39azUYFWPz3VHgKCf3VChUwbpURdCHRxjWVowf5jUJjg'), RICH * 4n, null),
    swapConfig: derived(pumpSwap, 9_272_822n, 'global_config'),
    swapEventAuthority: derived(pumpSwap, 4_641_093n, '__event_authority'),
    swapFeeConfig: derived(pumpFees, 33_103_977n, 'fee_config', pumpSwap.account.address),
    swapVolume: derived(pumpSwap, 28_668_917n, 'global_volume_accumulator'),
    mayhemGlobal: derived(mayhem, 3_104_160n, 'global-params'),
    mayhemVault: derived(mayhem, RICH, 'sol-vault'),
    lookupTable: new Account(decodeBase58('Hyif6eWb8x88RVrvjPfabsgRYnwkVnyByEXTVTXbUcyP'), 8_000_000n, null),
    feeRecipients: FEE_RECIPIENTS.map(recipient),
    buybackRecipients: BUYBACK_RECIPIENTS.map(recipient),
  };
  fillLookupTable(known);
  return known;
}

/** Everything that stands in most transactions is in the market's lookup table; who signs or is newly made never is. */
function fillLookupTable(known: KnownAccounts): void {
  const recipients = [...known.feeRecipients, ...known.buybackRecipients];
  const listed = [
    ...[known.token, known.token2022, known.associatedToken, known.pumpFees, known.mayhem, known.system].map(
      (of) => of.account,
    ),
    ...[known.rent, known.wrappedSol.account, known.usdc.account, known.pumpGlobal, known.pumpEventAuthority],
    ...[known.pumpFeeConfig, known.pumpVolume, known.mintAuthority, known.withdrawAuthority, known.swapConfig],
    ...[known.swapEventAuthority, known.swapFeeConfig, known.swapVolume, known.mayhemGlobal, known.mayhemVault],
    ...[known.pump.account, known.pumpSwap.account],
    ...recipients.flatMap((of) => [of.account, of.wrappedSol, of.usdc]),
  ];
  listed.forEach((account, index) => {
    account.tableIndex = index;
  });
}

export function derive(program: Program, seeds: readonly (string | Uint8Array)[]): Uint8Array {
  const bytes = seeds.map((seed) => (typeof seed === 'string' ? Buffer.from(seed) : seed));
  return findProgramAddress(bytes, program.account.address).address;
}
