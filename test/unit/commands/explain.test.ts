import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainCommand } from '../../../src/commands/explain.ts';
import { describeInstruction, programNames } from '../../../src/commands/explain-instruction.ts';
import { storyOf } from '../../../src/commands/explain-story.ts';
import type { CommandIo } from '../../../src/commands/io.ts';
import { auditTransaction } from '../../../src/decode/audit/audit.ts';
import { PROGRAMS } from '../../../src/decode/programs.ts';
import type { ProtocolEvent, Undecoded } from '../../../src/domain/protocol-event.ts';
import { encodeBase58 } from '../../../src/lib/base58.ts';
import {
  curveTrade,
  moved,
  movedWithFee,
  opened,
  paid,
  sale,
  saleMoves,
  VENUE,
  venueCall,
} from '../../support/audit-cases.ts';
import { type MadeUp, madeUpTransaction } from '../../support/raw-transaction.ts';
import { describeWithSamples, samplesFolder } from '../../support/samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function explain(what: string, env: CommandIo['env'] = {}): Promise<readonly string[]> {
  const lines: string[] = [];
  const never = new AbortController().signal;
  const io = { env, out: (line: string) => void lines.push(line), error: () => undefined, write: () => undefined };
  await explainCommand(what, { ...io, residentBytes: () => 0, stop: never, abandon: never });
  return lines;
}

function story(madeUp: MadeUp, events: readonly ProtocolEvent[] = [], undecoded: readonly Undecoded[] = []): string {
  const decoded = { transaction: madeUpTransaction(madeUp), events, undecoded };
  auditTransaction(decoded);
  const programs = new Map([...programNames(PROGRAMS), [VENUE, 'made-up']]);
  return storyOf(decoded, {
    programs,
    describe: (transaction, instruction) => describeInstruction(PROGRAMS, transaction, instruction),
  }).join('\n');
}

describe('the story of a transaction', () => {
  test('shows instructions as a tree, with what they moved', () => {
    const told = story({
      calls: [
        { program: 'router', inner: [venueCall([...saleMoves(100, 50), movedWithFee('a', 'b', 9, 1, 'm')])] },
        venueCall([paid('trader', 'curve', 7), opened('trader', 'curve', 8)]),
        { program: moved('a', 'b', 1, 'm').program, accounts: ['a', 'b'], data: Uint8Array.of(17) },
      ],
    });
    const tree = told.slice(told.indexOf('instructions'), told.indexOf('events'));
    expect(tree.replaceAll(/\b\w{6}…/g, 'key')).toMatchInlineSnapshot(`
"instructions
  0      6ecfdrPp9VqqC25RZ3jrFgcn9Q5o15u7Q2vco18jcr2: no data
    0.0    made-up: 1 bytes 01
      0.1    spl-token: transfer_checked 100 key → key
      0.2    spl-token: transfer_checked 50 key → key
      0.3    spl-token-2022: transfer_fee_extension 9 (1 withheld) key → key
  1      made-up: 1 bytes 01
    1.0    system: transfer 7 lamports key → key
    1.1    system: create_account 8 lamports key → key
  2      spl-token: sync_native

"
`);
  });

  test('shows the sums behind a verdict', () => {
    const fees = [{ kind: 'lp', mint: sale().quoteMint ?? '', amount: 3n }];
    const calls = [venueCall([moved('t', 'base vault', 100, 'mint'), moved('quote vault', 't', 47, 'money')])];
    const told = story({ calls }, [sale({ venue: 'pump-swap', fees })]);
    expect(told).toMatch(/audit +matched\n +base +event \+100; vault \w+: transferred \+100\n/);
    expect(told).toMatch(/quote event -50; vault \w+: transferred -47, beside it lp 3/);
    const wrong = story({ calls, lamports: { curve: [9, 5] } }, [curveTrade({ baseAmount: 99n })]);
    expect(wrong).toMatch(
      /audit +mismatched: base: event 99, transferred 100; quote: event -50, balance changed by -4/,
    );
    expect(wrong).toMatch(/quote event -50; lamports of \w+: balance changed by -4/);
  });

  test('says what the record lacks, and what nobody decoded', () => {
    const undecoded: Undecoded[] = [
      { program: VENUE, discriminator: 'c0ffee', reason: 'unknown-event', path: { outer: 0, inner: 1 }, note: 'new' },
    ];
    const told = story({ calls: [venueCall([])], recordsInner: false, tokens: null }, [sale()], undecoded);
    expect(told).toMatch(/the record lacks: inner instructions, logs, token balances/);
    expect(told).toMatch(/not decoded\n +0\.1 +made-up c0ffee: unknown-event \(new\)/);
    expect(told).toMatch(/audit +unauditable: .*\n +base .*: nothing was recorded to compare it with/);
  });

  test('says why a failed transaction has no events', () => {
    const told = story({ calls: [venueCall([])], error: { InstructionError: [0, { Custom: 6002 }] } });
    expect(told).toMatch(/failed: InstructionError 0 Custom 6002\. It changed nothing but fees/);
  });

  test('shows what a program wrote past its layout', () => {
    const tail = { unknownTail: Uint8Array.of(1, 2, 255), bodyLength: 103 };
    expect(story({ calls: [venueCall(saleMoves(100, 50))] }, [sale(tail)])).toMatch(
      /unknown tail +3 bytes of 103: 0102ff/,
    );
  });
});

test('an odd instruction is shown by its bytes', () => {
  const token = moved('a', 'b', 1, 'm').program;
  const system = paid('a', 'b', 1).program;
  const told = story({
    calls: [
      { program: token, data: Uint8Array.of(200, 1) },
      { program: token, data: new Uint8Array(0) },
      { program: system, data: Uint8Array.of(2, 0) },
      { program: system, data: Uint8Array.of(99, 0, 0, 0) },
      { program: system, data: Uint8Array.of(8, 0, 0, 0, 1, 2) },
    ],
  });
  expect(told).toMatch(
    /spl-token: 2 bytes c801\n.*spl-token: no data\n.*system: 2 bytes 0200\n.*system: 4 bytes 63000000\n.*system: allocate/,
  );
});

test('what is neither a file nor a signature, and a signature nobody has, are one sentence each', async () => {
  await expect(explain('nonsense')).rejects.toThrow('"nonsense" is neither a file nor a transaction signature.');
  const signature = madeUpTransaction({ calls: [] }).signatureText;
  await expect(explain(signature, { SLUICE_DATA_DIR: folder })).rejects.toThrow(/kept no raw bytes.*SOLANA_RPC_URLS/);
});

test('a file of several transactions is told one after the other', async () => {
  const signatures = [encodeBase58(new Uint8Array(64).fill(4))];
  const one = { slot: 5, transaction: { signatures, message: { accountKeys: [], instructions: [] } }, meta: null };
  const path = join(folder, 'two.json');
  writeFileSync(path, JSON.stringify([one, one]));
  const lines = await explain(path);
  expect(lines.filter((line) => line === `transaction ${signatures[0]}`)).toHaveLength(2);
});

describeWithSamples('mainnet transactions', (samples) => {
  test('are all told, whatever they hold', async () => {
    const root = samplesFolder() as string;
    for (const { name } of samples) {
      const lines = await explain(join(root, 'tx', `${name}.json`));
      expect(lines.length).toBeGreaterThan(5);
      expect(lines.join('\n')).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  test('show the arithmetic of a routed sale', async () => {
    const name = samples.find((sample) => sample.name.startsWith('27f6P1'))?.name;
    const told = (await explain(join(samplesFolder() as string, 'tx', `${name}.json`))).join('\n');
    expect(told).toMatch(/3\.5 +pump-swap: sell → SellEvent by self-cpi/);
    expect(told).toMatch(/3\.6 +spl-token: transfer_checked 134018503080 /);
    expect(told).toMatch(/quote event -112810637; vault \w+: transferred -112585015, .*beside it lp 225622/);
  });
});
