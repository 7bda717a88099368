import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodeAccount } from '../../../../src/decode/accounts/decode-account.ts';
import { meteoraDlmmPool, raydiumAmmV4Pool } from '../../../../src/decode/accounts/layouts.ts';
import { anchorDiscriminator } from '../../../../src/decode/program.ts';
import { PROGRAMS } from '../../../../src/decode/programs.ts';
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../../../../src/decode/spl-token/token-instruction.ts';
import { WRAPPED_SOL } from '../../../../src/domain/money.ts';
import { writeBody } from '../../../support/body-writer.ts';
import { keyNamed } from '../../../support/raw-transaction.ts';
import { samplesFolder } from '../../../support/samples.ts';

interface SampleAccount {
  readonly file: string;
  readonly owner: string;
  readonly data: Uint8Array;
  /** What the publisher of the sample decoded, by field name. */
  readonly expected: Readonly<Record<string, unknown>>;
}

function samples(): readonly SampleAccount[] {
  const root = samplesFolder();
  if (root === null) return [];
  return readdirSync(join(root, 'accounts')).map((file) => {
    const json = JSON.parse(readFileSync(join(root, 'accounts', file), 'utf8'));
    const account = json.result?.value ?? json.account ?? json;
    const text = Array.isArray(account.data) ? account.data[0] : account.data;
    return { file, owner: account.owner, data: Buffer.from(text, 'base64'), expected: json.expected ?? {} };
  });
}

describe('the account samples', () => {
  test('every pool and curve reads, and as its publisher read it', () => {
    const wrong: string[] = [];
    for (const { file, owner, data, expected } of samples()) {
      const decoded = decodeAccount(owner, data);
      if (
        /pool_(account|v\d|active|migrated|nonSol|state_account)|bonding_curve|lb_pair/.test(file) &&
        decoded === null
      )
        wrong.push(`${file} is not decoded`);
      for (const [name, value] of Object.entries(decoded === null ? {} : expected)) {
        const read = decoded?.fields[name];
        if (read !== undefined && String(read) !== String(value))
          wrong.push(`${file} ${name}: ${read}, expected ${value}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('accounts cut anywhere, or of any other bytes, do not throw', () => {
    for (const { owner, data } of samples()) {
      for (const length of [0, 7, 8, 64, 165, 200]) decodeAccount(owner, data.subarray(0, length));
    }
    const owners = [...PROGRAMS.map((program) => program.program), TOKEN_PROGRAM, TOKEN_2022_PROGRAM];
    fc.assert(
      fc.property(fc.constantFrom(...owners), fc.uint8Array({ maxLength: 800 }), (owner, bytes) => {
        decodeAccount(owner, bytes);
      }),
    );
  });
});

describe('decodeAccount', () => {
  test('a pool of Raydium AMM v4 is told by its size and turned by the one rule', () => {
    const body = writeBody(raydiumAmmV4Pool.fields, {
      coin_mint: WRAPPED_SOL,
      pc_mint: 'token',
      token_coin: 'sol vault',
      token_pc: 'token vault',
      need_take_pnl_pc: 5n,
      lp_mint: 'lp mint',
      lp_amount: 9n,
    });
    const owner = '675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8';
    expect(decodeAccount(owner, body)).toBeNull();
    expect(decodeAccount(owner, Buffer.concat([body], 752))).toMatchObject({
      kind: 'pool',
      baseMint: keyNamed('token'),
      quoteMint: WRAPPED_SOL,
      baseVault: keyNamed('token vault'),
      quoteVault: keyNamed('sol vault'),
      baseOwed: 5n,
      lpSupply: 9n,
    });
  });

  test('another owner with the same bytes is nothing', () => {
    const data = Buffer.concat([
      Buffer.from(anchorDiscriminator('account', 'LbPair'), 'hex'),
      writeBody(meteoraDlmmPool.fields),
    ]);
    expect(decodeAccount('LBUZKhRxPF3XUpBCjp4YzTKgLccjZhTSDM9YuVaPwxo', data)).toMatchObject({ kind: 'pool' });
    expect(decodeAccount(keyNamed('somebody'), data)).toBeNull();
  });

  test('a Token-2022 mint tells its transfer fee and its metadata', () => {
    const base = Buffer.alloc(166);
    base.writeBigUInt64LE(1000n, 36);
    base[44] = 6;
    base[165] = 1;
    const fee = Buffer.alloc(108);
    fee.writeBigUInt64LE(77n, 98);
    fee.writeUInt16LE(250, 106);
    const metadata = writeBody(
      [
        ['authority', 'pubkey'],
        ['mint', 'pubkey'],
        ['name', 'string'],
        ['symbol', 'string'],
        ['uri', 'string'],
      ],
      { name: 'A token', symbol: 'AT', uri: 'https://example.com' },
    );
    const extension = (type: number, bytes: Uint8Array) => {
      const head = Buffer.alloc(4);
      head.writeUInt16LE(type, 0);
      head.writeUInt16LE(bytes.length, 2);
      return Buffer.concat([head, bytes]);
    };
    const data = Buffer.concat([base, extension(1, fee), extension(19, metadata)]);
    expect(decodeAccount(TOKEN_2022_PROGRAM, data)).toMatchObject({
      kind: 'mint',
      supply: 1000n,
      decimals: 6,
      transferFee: { basisPoints: 250, maximum: 77n },
      metadata: { name: 'A token', symbol: 'AT', uri: 'https://example.com' },
    });
  });
});
