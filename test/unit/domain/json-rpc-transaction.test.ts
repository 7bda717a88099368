import { geyser } from '../../../src/domain/geyser-messages.ts';
import { encodeJsonRpcTransaction } from '../../../src/domain/json-rpc-transaction.ts';
import type { Transaction } from '../../../src/domain/transaction.ts';
import { describeTransactionError } from '../../../src/domain/transaction-error.ts';
import { readTransaction } from '../../../src/domain/wire-transaction.ts';
import { encodeBase58 } from '../../../src/lib/base58.ts';
import { keyNamed } from '../../support/raw-transaction.ts';
import { describeWithSamples } from '../../support/samples.ts';
import { type JsonTransactionBody, serialize } from '../../support/serialize-transaction.ts';

const OPTIONS = { index: 0, createdAtMs: null };
const TOKEN = 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA';

function read(json: unknown): Transaction {
  return readTransaction(encodeJsonRpcTransaction(json, OPTIONS));
}

/** What two encodings of one transaction must agree on. */
function essence(transaction: Transaction): unknown {
  return {
    signature: transaction.signatureText,
    slot: transaction.slot,
    version: transaction.version,
    keys: Array.from({ length: transaction.keyCount }, (_, index) => transaction.key(index)),
    instructions: transaction.instructions.map((each) => [
      each.outer,
      each.inner,
      each.programIndex,
      Buffer.from(each.accounts).toString('hex'),
      Buffer.from(each.data).toString('hex'),
    ]),
    logs: transaction.logs,
  };
}

const body: JsonTransactionBody = {
  signatures: [encodeBase58(new Uint8Array(64).fill(4))],
  message: {
    header: { numRequiredSignatures: 1, numReadonlySignedAccounts: 0, numReadonlyUnsignedAccounts: 1 },
    accountKeys: ['payer', 'vault', 'wallet'].map(keyNamed).concat(TOKEN),
    recentBlockhash: keyNamed('blockhash'),
    instructions: [
      { programIdIndex: 3, accounts: [1, 2, 0], data: encodeBase58(Uint8Array.of(3, 9, 0, 0, 0, 0, 0, 0, 0)) },
    ],
  },
};
const meta = {
  err: null,
  fee: 5000,
  preBalances: [1, 2, 3, 4],
  postBalances: [1, 2, 3, 4],
  innerInstructions: [],
  logMessages: [`Program ${TOKEN} invoke [1]`],
};
const plain = { slot: 5, transaction: body, meta, version: 'legacy' };

describe('every encoding of one transaction says the same', () => {
  const expected = essence(read(plain));
  const wire = serialize(body, 'legacy');

  test.each([
    ['a base64 pair', [wire.toString('base64'), 'base64']],
    ['a base58 pair', [encodeBase58(wire), 'base58']],
    ['bare base64 text', wire.toString('base64')],
    ['bare base58 text', encodeBase58(wire)],
  ])('%s', (_name, transaction) => {
    expect(essence(read({ ...plain, transaction }))).toEqual(expected);
  });

  test('an RPC answer around it', () => {
    expect(essence(read({ jsonrpc: '2.0', id: 1, result: plain }))).toEqual(expected);
  });

  test('jsonParsed, where the node put a parsed transfer and key objects', () => {
    const accountKeys = body.message.accountKeys.map((pubkey, index) => ({
      pubkey,
      signer: index === 0,
      writable: true,
      source: 'transaction',
    }));
    const parsed = {
      type: 'transfer',
      info: { source: keyNamed('vault'), destination: keyNamed('wallet'), authority: keyNamed('payer'), amount: '9' },
    };
    const instructions = [{ program: 'spl-token', programId: TOKEN, parsed, stackHeight: 1 }];
    const transaction = { signatures: body.signatures, message: { ...body.message, accountKeys, instructions } };
    expect(essence(read({ ...plain, transaction }))).toEqual(expected);
  });

  test('jsonParsed, where the node could not parse: accounts by key', () => {
    const instructions = body.message.instructions.map((each) => ({
      programId: TOKEN,
      accounts: each.accounts.map((index) => body.message.accountKeys[index]),
      data: each.data,
    }));
    const transaction = { signatures: body.signatures, message: { ...body.message, instructions } };
    expect(essence(read({ ...plain, transaction }))).toEqual(expected);
  });
});

describe('versions', () => {
  test('version 0: loaded addresses stand behind the static keys, writable first', () => {
    const addressTableLookups = [{ accountKey: keyNamed('table'), writableIndexes: [1], readonlyIndexes: [2] }];
    const message = { ...body.message, addressTableLookups };
    const loadedAddresses = { writable: [keyNamed('written')], readonly: [keyNamed('read')] };
    const json = { ...plain, transaction: { ...body, message }, meta: { ...meta, loadedAddresses }, version: 0 };
    const transaction = read(json);
    expect([transaction.version, transaction.keyCount, transaction.key(4), transaction.key(5)]).toEqual([
      0,
      6,
      keyNamed('written'),
      keyNamed('read'),
    ]);
    const pair = [serialize({ ...body, message }, 0).toString('base64'), 'base64'];
    expect(essence(read({ ...json, transaction: pair }))).toEqual(essence(transaction));
  });

  test('version 1: the serialized form with its configuration in front and its signatures behind', () => {
    const pair = [serialize(body, 1).toString('base64'), 'base64'];
    const bytes = encodeJsonRpcTransaction({ ...plain, version: 1, transaction: pair }, OPTIONS);
    const transaction = readTransaction(bytes);
    expect(essence(transaction)).toEqual({ ...(essence(read(plain)) as object), version: 1 });
    const config = geyser.SubscribeUpdate.decode(bytes).transaction?.transaction?.transaction?.message?.config;
    expect(config).toMatchObject({ priorityFee: '5000', computeUnitLimit: 200_000 });
  });

  test('version 1 in JSON, told by its transactionConfig', () => {
    const message = { ...body.message, transactionConfig: { priorityFee: 7, computeUnitLimit: 100 } };
    expect(read({ ...plain, version: undefined, transaction: { ...body, message } }).version).toBe(1);
  });

  test('a version nobody knows yet keeps its number and is read as far as its JSON goes', () => {
    const transaction = read({ ...plain, version: 7 });
    expect([transaction.version, transaction.instructions.length]).toEqual([7, 1]);
  });

  test('serialized bytes of a version nobody knows are refused with its number', () => {
    const wire = serialize(body, 1);
    wire[0] = 0x82;
    expect(() => read({ ...plain, version: 2, transaction: [wire.toString('base64'), 'base64'] })).toThrow(/version 2/);
  });
});

describe('what is missing stays missing', () => {
  test('no meta at all: nothing is known of what happened', () => {
    const transaction = read({ slot: 5, transaction: body });
    expect([transaction.hasInner, transaction.logs, transaction.preTokenBalances]).toEqual([false, null, null]);
  });

  test('empty lists that cannot be true count as not recorded', () => {
    const none = read({ ...plain, meta: { ...meta, logMessages: [], preBalances: [], postBalances: [] } });
    expect([none.hasInner, none.logs, none.postTokenBalances]).toEqual([false, null, null]);
    const calls = [`Program ${TOKEN} invoke [1]`, `Program ${TOKEN} invoke [2]`];
    expect(read({ ...plain, meta: { ...meta, logMessages: calls } }).hasInner).toBe(false);
    expect(read(plain).hasInner).toBe(true);
  });

  test('numbers that were spelled as text are read', () => {
    const transaction = read({
      ...plain,
      slot: '5',
      meta: { ...meta, fee: '5000', preBalances: ['18446744073709551615'] },
    });
    expect([transaction.slot, transaction.fee, transaction.preBalances[0]]).toEqual([
      5,
      5000n,
      18_446_744_073_709_551_615n,
    ]);
  });
});

test.each([
  [{ InstructionError: [4, { Custom: 6004 }] }, 'InstructionError 4 Custom 6004'],
  [{ InstructionError: [0, 'InvalidAccountData'] }, 'InstructionError 0 InvalidAccountData'],
  ['BlockhashNotFound', 'BlockhashNotFound'],
  [{ InsufficientFundsForRent: { account_index: 3 } }, 'InsufficientFundsForRent'],
])('the error %j is kept', (err, text) => {
  const transaction = read({ ...plain, meta: { ...meta, err } });
  expect(transaction.failed).toBe(true);
  expect(describeTransactionError(transaction.error ?? new Uint8Array())).toBe(text);
});

test.each([
  ['nothing', null, /no JSON object/],
  ['an account', { pubkey: 'a', data: ['', 'base64'] }, /no "transaction"/],
  ['a message without keys', { transaction: { signatures: [], message: {} } }, /accountKeys/],
  ['no signature', { ...plain, transaction: { ...body, signatures: [] } }, /signature/],
  [
    'a key of the wrong length',
    { ...plain, transaction: { ...body, message: { ...body.message, accountKeys: ['abc'] } } },
    /32 bytes/,
  ],
  ['an encoding nobody has', { ...plain, transaction: ['AA==', 'base62'] }, /base62/],
  ['bytes cut off', { ...plain, transaction: ['AQID', 'base64'] }, /ends too early/],
])('%s is refused with a sentence', (_name, json, sentence) => {
  expect(() => read(json)).toThrow(sentence);
  expect(() => read(json)).toThrow(expect.objectContaining({ code: 'DECODE_MALFORMED' }));
});

describeWithSamples('real transactions', (samples) => {
  test('the wire form of what a file tells reads the same as the file', () => {
    let compared = 0;
    for (const { json } of samples) {
      const transaction = json['transaction'] as JsonTransactionBody | readonly string[];
      if (Array.isArray(transaction)) continue;
      const { message } = transaction as JsonTransactionBody;
      if (!message.header || !message.recentBlockhash) continue;
      const known = read(json);
      if (known.version === 1) continue;
      const wire = serialize(transaction as JsonTransactionBody, known.version === 0 ? 0 : 'legacy');
      expect(essence(read({ ...json, transaction: [wire.toString('base64'), 'base64'] }))).toEqual(essence(known));
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
  });
});
