import { keyText } from '../../lib/base58.ts';
import { layout } from '../layout.ts';
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../spl-token/token-instruction.ts';
import type { MintAccount, TokenAccount } from './decoded-account.ts';

/**
 * State of the Token and Token-2022 programs. The base forms have fixed sizes (82 a mint, 165 an account); Token-2022 puts a type
 * byte and its extensions behind byte 165.
 */
const MINT_SIZE = 82;
const ACCOUNT_SIZE = 165;
const MULTISIG_SIZE = 355;
const TYPE_AT = 165;
const TYPE_MINT = 1;
const TYPE_ACCOUNT = 2;
const EXTENSION_TRANSFER_FEE = 1;
const EXTENSION_METADATA = 19;

const metadataLayout = layout([
  ['update_authority', 'pubkey'],
  ['mint', 'pubkey'],
  ['name', 'string'],
  ['symbol', 'string'],
  ['uri', 'string'],
]);

export function decodeTokenState(owner: string, data: Uint8Array): TokenAccount | MintAccount | null {
  if (owner !== TOKEN_PROGRAM && owner !== TOKEN_2022_PROGRAM) return null;
  const venue = owner === TOKEN_PROGRAM ? 'spl-token' : 'spl-token-2022';
  if (data.length === MINT_SIZE) return readMint(venue, data);
  if (data.length === ACCOUNT_SIZE) return readAccount(venue, data);
  if (owner === TOKEN_PROGRAM || data.length <= TYPE_AT || data.length === MULTISIG_SIZE) return null;
  if (data[TYPE_AT] === TYPE_MINT) return readMint(venue, data);
  return data[TYPE_AT] === TYPE_ACCOUNT ? readAccount(venue, data) : null;
}

function readAccount(venue: string, data: Uint8Array): TokenAccount {
  const view = viewOf(data);
  const mint = keyText(data, 0);
  const owner = keyText(data, 32);
  const amount = view.getBigUint64(64, true);
  const state = data[108] ?? 0;
  return { kind: 'token-account', venue, mint, owner, amount, fields: { mint, owner, amount, state } };
}

function readMint(venue: string, data: Uint8Array): MintAccount {
  const view = viewOf(data);
  const supply = view.getBigUint64(36, true);
  const decimals = data[44] ?? 0;
  const mintAuthority = optionalKey(data, view, 0);
  const freezeAuthority = optionalKey(data, view, 46);
  const transferFee = readTransferFee(extension(data, view, EXTENSION_TRANSFER_FEE));
  const metadata = readMetadata(extension(data, view, EXTENSION_METADATA));
  const fields = { supply, decimals, mintAuthority, freezeAuthority };
  return { kind: 'mint', venue, supply, decimals, mintAuthority, freezeAuthority, transferFee, metadata, fields };
}

/** A flag of four bytes, then the key. */
function optionalKey(data: Uint8Array, view: DataView, at: number): string | null {
  return view.getUint32(at, true) === 1 ? keyText(data, at + 4) : null;
}

/** The bytes of one extension: a row of (type, length, bytes) behind the type byte. */
function extension(data: Uint8Array, view: DataView, wanted: number): Uint8Array | null {
  let at = TYPE_AT + 1;
  while (at + 4 <= data.length) {
    const type = view.getUint16(at, true);
    const length = view.getUint16(at + 2, true);
    const end = at + 4 + length;
    if (type === 0 || end > data.length) return null;
    if (type === wanted) return data.subarray(at + 4, end);
    at = end;
  }
  return null;
}

/** Two authorities and what is withheld, then the older and the newer fee of (epoch, maximum, basis points): the newer counts. */
function readTransferFee(bytes: Uint8Array | null): MintAccount['transferFee'] {
  if (bytes === null || bytes.length < 108) return null;
  const view = viewOf(bytes);
  return { basisPoints: view.getUint16(106, true), maximum: view.getBigUint64(98, true) };
}

function readMetadata(bytes: Uint8Array | null): MintAccount['metadata'] {
  const fields = bytes === null ? null : metadataLayout.read(bytes, 0)?.fields;
  return fields == null ? null : { name: fields.name, symbol: fields.symbol, uri: fields.uri };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
