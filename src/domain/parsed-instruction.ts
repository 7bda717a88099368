import { decodeBase58 } from '../lib/base58.ts';
import { asBigint, asNumber, asObject, asString, type JsonObject } from '../lib/json-value.ts';

/**
 * Turns instructions that a node has parsed (encoding jsonParsed) back into accounts and data, for the ones that move or make
 * value. Others stay known by their program alone.
 */
export interface EncodedInstruction {
  /** Base58 keys. */
  readonly accounts: readonly string[];
  readonly data: Uint8Array;
}

const SYSTEM = '11111111111111111111111111111111';
const TOKEN = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';
const TOKEN_2022 = 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb';
const MEMO = /^Memo/;

export function encodeParsedInstruction(program: string, parsed: unknown): EncodedInstruction | null {
  if (MEMO.test(program) && typeof parsed === 'string') return { accounts: [], data: Buffer.from(parsed, 'utf8') };
  const object = asObject(parsed);
  const type = asString(object?.['type']);
  const info = asObject(object?.['info']);
  if (type === null || info === null) return null;
  if (program === SYSTEM) return SYSTEM_INSTRUCTIONS[type]?.(info) ?? null;
  if (program === TOKEN || program === TOKEN_2022) return TOKEN_INSTRUCTIONS[type]?.(info) ?? null;
  return null;
}

type Encode = (info: JsonObject) => EncodedInstruction;

const SYSTEM_INSTRUCTIONS: Readonly<Record<string, Encode>> = {
  transfer: (info) => ({
    accounts: keys(info, 'source', 'destination'),
    data: join(u32(2), u64(info['lamports'])),
  }),
  createAccount: (info) => ({
    accounts: keys(info, 'source', 'newAccount'),
    data: join(u32(0), u64(info['lamports']), u64(info['space']), key(info['owner'])),
  }),
  allocate: (info) => ({ accounts: keys(info, 'account'), data: join(u32(8), u64(info['space'])) }),
  assign: (info) => ({ accounts: keys(info, 'account'), data: join(u32(1), key(info['owner'])) }),
  advanceNonce: (info) => ({
    accounts: keys(info, 'nonceAccount', 'recentBlockhashesSysvar', 'nonceAuthority'),
    data: u32(4),
  }),
};

const TOKEN_INSTRUCTIONS: Readonly<Record<string, Encode>> = {
  transfer: (info) => ({
    accounts: [...keys(info, 'source', 'destination'), ...authority(info)],
    data: join(u8(3), u64(amountOf(info))),
  }),
  transferChecked: (info) => ({
    accounts: [...keys(info, 'source', 'mint', 'destination'), ...authority(info)],
    data: join(u8(12), u64(amountOf(info)), u8(decimalsOf(info))),
  }),
  transferCheckedWithFee: (info) => ({
    accounts: [...keys(info, 'source', 'mint', 'destination'), ...authority(info)],
    data: join(u8(26), u8(1), u64(amountOf(info)), u8(decimalsOf(info)), u64(feeOf(info))),
  }),
  burn: (info) => ({
    accounts: [...keys(info, 'account', 'mint'), ...authority(info)],
    data: join(u8(8), u64(amountOf(info))),
  }),
  burnChecked: (info) => ({
    accounts: [...keys(info, 'account', 'mint'), ...authority(info)],
    data: join(u8(15), u64(amountOf(info)), u8(decimalsOf(info))),
  }),
  mintTo: (info) => ({
    accounts: [...keys(info, 'mint', 'account'), ...authority(info)],
    data: join(u8(7), u64(amountOf(info))),
  }),
  mintToChecked: (info) => ({
    accounts: [...keys(info, 'mint', 'account'), ...authority(info)],
    data: join(u8(14), u64(amountOf(info)), u8(decimalsOf(info))),
  }),
  closeAccount: (info) => ({ accounts: [...keys(info, 'account', 'destination'), ...authority(info)], data: u8(9) }),
  syncNative: (info) => ({ accounts: keys(info, 'account'), data: u8(17) }),
  initializeAccount: (info) => ({ accounts: keys(info, 'account', 'mint', 'owner', 'rentSysvar'), data: u8(1) }),
  initializeAccount2: (info) => ({
    accounts: keys(info, 'account', 'mint', 'rentSysvar'),
    data: join(u8(16), key(info['owner'])),
  }),
  initializeAccount3: (info) => ({ accounts: keys(info, 'account', 'mint'), data: join(u8(18), key(info['owner'])) }),
  initializeImmutableOwner: (info) => ({ accounts: keys(info, 'account'), data: u8(22) }),
  initializeMint: (info) => ({ accounts: keys(info, 'mint', 'rentSysvar'), data: initializeMint(0, info) }),
  initializeMint2: (info) => ({ accounts: keys(info, 'mint'), data: initializeMint(20, info) }),
  approve: (info) => ({
    accounts: [...keys(info, 'source', 'delegate'), ...authority(info)],
    data: join(u8(4), u64(amountOf(info))),
  }),
  revoke: (info) => ({ accounts: [...keys(info, 'source'), ...authority(info)], data: u8(5) }),
};

function initializeMint(kind: number, info: JsonObject): Uint8Array {
  const freeze = asString(info['freezeAuthority']);
  const tail = freeze === null ? u8(0) : join(u8(1), key(freeze));
  return join(u8(kind), u8(asNumber(info['decimals']) ?? 0), key(info['mintAuthority']), tail);
}

function keys(info: JsonObject, ...names: readonly string[]): string[] {
  return names.map((name) => asString(info[name])).filter((text) => text !== null);
}

function authority(info: JsonObject): string[] {
  const names = ['authority', 'owner', 'multisigAuthority', 'multisigOwner', 'mintAuthority'];
  const found = names.map((name) => asString(info[name])).find((text) => text !== null);
  return found === undefined ? [] : [found];
}

function amountOf(info: JsonObject): unknown {
  return info['amount'] ?? asObject(info['tokenAmount'])?.['amount'];
}

function decimalsOf(info: JsonObject): number {
  return asNumber(asObject(info['tokenAmount'])?.['decimals'] ?? info['decimals']) ?? 0;
}

function feeOf(info: JsonObject): unknown {
  return asObject(info['feeAmount'])?.['amount'] ?? info['feeAmount'];
}

function u8(value: number): Uint8Array {
  return Uint8Array.of(value);
}

function u32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function u64(value: unknown): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, asBigint(value) ?? 0n));
  return bytes;
}

function key(value: unknown): Uint8Array {
  const text = asString(value);
  return text === null ? new Uint8Array(32) : decodeBase58(text);
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts);
}
