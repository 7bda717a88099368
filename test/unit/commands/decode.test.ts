import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeCommand } from '../../../src/commands/decode.ts';
import { encodeBase58 } from '../../../src/lib/base58.ts';
import { keyNamed } from '../../support/raw-transaction.ts';
import { describeWithSamples, samplesFolder } from '../../support/samples.ts';

interface Run {
  readonly code: number;
  readonly lines: readonly string[];
  /** Every line as JSON. */
  readonly objects: readonly Record<string, unknown>[];
}

async function run(paths: readonly string[], json: boolean): Promise<Run> {
  const lines: string[] = [];
  const never = new AbortController().signal;
  const code = await decodeCommand(
    paths,
    { json },
    {
      env: {},
      out: (line) => void lines.push(line),
      error: () => undefined,
      write: () => undefined,
      residentBytes: () => 0,
      stop: never,
      abandon: never,
    },
  );
  return { code, lines, objects: json ? lines.map((line) => JSON.parse(line) as Record<string, unknown>) : [] };
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-decode-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const transaction = {
  slot: 5,
  transaction: {
    signatures: [encodeBase58(new Uint8Array(64).fill(4))],
    message: {
      accountKeys: [keyNamed('payer'), keyNamed('program')],
      instructions: [{ programIdIndex: 1, accounts: [], data: '' }],
    },
  },
  meta: { err: { InstructionError: [0, { Custom: 1 }] }, logMessages: null },
};

test('a transaction is one line, and the summary the last', async () => {
  const { code, objects } = await run([await file('one.json', transaction)], true);
  expect(code).toBe(0);
  expect(objects[0]).toEqual({
    signature: transaction.transaction.signatures[0],
    slot: 5,
    version: 'legacy',
    failed: true,
    events: [],
    undecoded: [],
    error: 'InstructionError 0 Custom 1',
  });
  expect(objects[1]).toEqual({
    summary: {
      transactions: 1,
      failed: 1,
      unreadable: 0,
      byProgram: {},
      byStrategy: {},
      audits: { matched: 0, mismatched: 0, unauditable: 0 },
      parseRate: 1,
    },
  });
});

test.each([
  ['an array', [transaction, transaction], 2],
  ['an RPC answer', { jsonrpc: '2.0', result: transaction }, 1],
  ['RPC answers in an array', [{ result: transaction }, { result: transaction }], 2],
  ['a block', { parentSlot: 6, transactions: [transaction, transaction, transaction] }, 3],
  ['one object per line', `${JSON.stringify(transaction)}\n${JSON.stringify(transaction)}\n`, 2],
])('%s holds every transaction in it', async (_name, content, count) => {
  const { objects } = await run([await file('many.json', content)], true);
  expect(objects).toHaveLength(count + 1);
});

test('a file that cannot be read is a line with a sentence, and the others are decoded all the same', async () => {
  await file('a-not.json', 'no json at all');
  await file('b-empty.json', '[]');
  await file('c-other.json', { pubkey: 'x' });
  await file('d-good.json', transaction);
  const { code, objects } = await run([folder, join(folder, 'missing.json')], true);
  expect(code).toBe(0);
  const errors = objects.filter((object) => 'file' in object).map((object) => object['error']);
  expect(errors).toEqual([
    'This file is not JSON.',
    'This file holds no transaction.',
    expect.stringMatching(/no readable JSON-RPC transaction/),
    'There is no such file or folder.',
  ]);
  expect(objects.at(-1)?.['summary']).toMatchObject({ transactions: 1, unreadable: 4 });
});

test('a version from the future is named beside the reason', async () => {
  const future = { ...transaction, version: 2, transaction: [Buffer.of(0x82, 1, 2, 3).toString('base64'), 'base64'] };
  const { objects } = await run([await file('future.json', future)], true);
  expect(objects[0]).toMatchObject({ version: 2, error: expect.stringMatching(/version 2 is not known/) });
});

test('when nothing could be read the exit code says so', async () => {
  expect((await run([await file('bad.json', 'x')], true)).code).toBe(1);
});

test('without --json a person reads it', async () => {
  const { lines } = await run([await file('one.json', transaction)], false);
  expect(lines[0]).toMatch(/slot 5 {2}version legacy {2}failed \(InstructionError 0 Custom 1\)/);
  expect(lines.join('\n')).toMatch(/1 transactions, 1 failed, 0 unreadable; parse rate 100\.00 %/);
});

describeWithSamples('the folder of real transactions', (samples) => {
  test('every file is read, every event has an id of its own, and all that must decode does', async () => {
    const { code, objects } = await run([join(samplesFolder() ?? '', 'tx')], true);
    expect(code).toBe(0);
    expect(objects).toHaveLength(samples.length + 1);
    const ids = objects.flatMap((object) => ((object['events'] ?? []) as { id: string }[]).map((event) => event.id));
    expect(new Set(ids).size).toBe(ids.length);
    for (const object of objects) if (object['failed'] === true) expect(object['events']).toEqual([]);
    expect(objects.at(-1)?.['summary']).toMatchObject({ unreadable: 0, parseRate: 1, audits: { mismatched: 0 } });
  });
});
