import { decodeBase58 } from '../../src/lib/base58.ts';

/** The `message` member of a JSON-RPC transaction in the json encoding, as far as serializing it needs. */
export interface JsonMessage {
  readonly header: Record<
    'numRequiredSignatures' | 'numReadonlySignedAccounts' | 'numReadonlyUnsignedAccounts',
    number
  >;
  readonly accountKeys: readonly string[];
  readonly recentBlockhash: string;
  readonly instructions: readonly {
    readonly programIdIndex: number;
    readonly accounts: readonly number[];
    readonly data: string;
  }[];
  readonly addressTableLookups?: readonly {
    readonly accountKey: string;
    readonly writableIndexes: readonly number[];
    readonly readonlyIndexes: readonly number[];
  }[];
}

export interface JsonTransactionBody {
  readonly signatures: readonly string[];
  readonly message: JsonMessage;
}

/** The wire form of a transaction, written apart from the reader it is used to test. */
export function serialize(body: JsonTransactionBody, version: 'legacy' | 0 | 1): Buffer {
  if (version === 1) return serializeVersion1(body);
  const { message, signatures } = body;
  const parts: Buffer[] = [short(signatures.length), ...signatures.map(base58)];
  if (version === 0) parts.push(Buffer.of(0x80));
  parts.push(header(message), short(message.accountKeys.length), ...message.accountKeys.map(base58));
  parts.push(base58(message.recentBlockhash), short(message.instructions.length));
  for (const each of message.instructions) {
    const data = base58(each.data);
    parts.push(
      Buffer.of(each.programIdIndex),
      short(each.accounts.length),
      Buffer.from(each.accounts),
      short(data.length),
      data,
    );
  }
  if (version === 0) {
    const lookups = message.addressTableLookups ?? [];
    parts.push(short(lookups.length));
    for (const each of lookups) {
      parts.push(base58(each.accountKey), short(each.writableIndexes.length), Buffer.from(each.writableIndexes));
      parts.push(short(each.readonlyIndexes.length), Buffer.from(each.readonlyIndexes));
    }
  }
  return Buffer.concat(parts);
}

/** Version 1 with a priority fee and a compute limit. */
function serializeVersion1({ message, signatures }: JsonTransactionBody): Buffer {
  const config = Buffer.alloc(4 + 8 + 4);
  config.writeUInt32LE(0b111, 0);
  const fee = Buffer.alloc(12);
  fee.writeBigUInt64LE(5000n, 0);
  fee.writeUInt32LE(200_000, 8);
  const payloads = message.instructions.map((each) => ({ ...each, bytes: base58(each.data) }));
  return Buffer.concat([
    Buffer.of(0x81),
    header(message),
    config.subarray(0, 4),
    base58(message.recentBlockhash),
    Buffer.of(message.instructions.length, message.accountKeys.length),
    ...message.accountKeys.map(base58),
    fee,
    ...payloads.map((each) => {
      const head = Buffer.alloc(4);
      head[0] = each.programIdIndex;
      head[1] = each.accounts.length;
      head.writeUInt16LE(each.bytes.length, 2);
      return head;
    }),
    ...payloads.flatMap((each) => [Buffer.from(each.accounts), each.bytes]),
    ...signatures.map(base58),
  ]);
}

function header(message: JsonMessage): Buffer {
  const { numRequiredSignatures, numReadonlySignedAccounts, numReadonlyUnsignedAccounts } = message.header;
  return Buffer.of(numRequiredSignatures, numReadonlySignedAccounts, numReadonlyUnsignedAccounts);
}

function short(length: number): Buffer {
  const bytes: number[] = [];
  let rest = length;
  while (rest > 127) {
    bytes.push((rest & 127) | 128);
    rest >>= 7;
  }
  return Buffer.of(...bytes, rest);
}

function base58(text: string): Buffer {
  return Buffer.from(decodeBase58(text));
}
