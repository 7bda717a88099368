import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configuredProgram } from '../../../src/decode/configured-program.ts';
import { loadConfiguredPrograms } from '../../../src/decode/configured-programs.ts';
import { WRAPPED_SOL } from '../../../src/domain/money.ts';
import {
  decodeMadeUp,
  eventBytes,
  programCall,
  programLogs,
  selfEvent,
  transfer,
} from '../../support/program-calls.ts';
import { keyNamed } from '../../support/raw-transaction.ts';

/** A program nobody has ever deployed. */
const FILE = {
  program: keyNamed('an invented exchange'),
  name: 'invented-exchange',
  eventSources: ['self-cpi', 'log'],
  instructions: [
    {
      name: 'swap',
      args: [
        ['amount_in', 'u64'],
        ['minimum_amount_out', 'u64'],
      ],
      accounts: ['pool', 'trader', 'vault_x', 'vault_y', 'mint_x', 'mint_y'],
      yields: true,
      fromMovement: {
        kind: 'trade',
        pool: 'account.pool',
        trader: 'account.trader',
        a: { mint: 'account.mint_x', vault: 'account.vault_x' },
        b: { mint: 'account.mint_y', vault: 'account.vault_y' },
      },
    },
    { name: 'set_fee' },
  ],
  events: [
    {
      name: 'Swapped',
      fields: [
        ['pool', 'pubkey'],
        ['direction', 'u8'],
        ['paid', 'u64'],
        ['got', 'u64'],
        ['fee', 'u64', { since: '2026-01' }],
      ],
      as: {
        kind: 'trade',
        pool: 'pool',
        trader: 'account.trader',
        a: { mint: 'account.mint_x', vault: 'account.vault_x' },
        b: { mint: 'account.mint_y', vault: 'account.vault_y' },
        aToB: { field: 'direction', equals: 1 },
        amountIn: 'paid',
        amountOut: 'got',
        fees: [{ kind: 'lp', amount: 'fee', on: 'input' }],
      },
    },
  ],
};

describe('a program added through configuration only', () => {
  const program = configuredProgram(FILE, 'invented-exchange.json');
  const swapped = { pool: 'pool', direction: 1, paid: 10n, got: 20n, fee: 1n };

  test('its event is a trade, from a self-CPI or from a log', () => {
    const call = programCall(program, 'swap', {}, [], { mint_y: WRAPPED_SOL });
    const bySelfCpi = decodeMadeUp(program, { calls: [{ ...call, inner: [selfEvent(program, 'Swapped', swapped)] }] });
    const byLog = decodeMadeUp(program, {
      calls: [call],
      logs: programLogs(program, [eventBytes(program, 'Swapped', swapped, 'fee')]),
    });
    const trade = { venue: 'invented-exchange', kind: 'trade', side: 'sell', baseAmount: 10n, quoteAmount: 20n };
    expect(bySelfCpi.events).toMatchObject([
      { ...trade, strategy: 'self-cpi', fees: [{ kind: 'lp', mint: keyNamed('mint_x'), amount: 1n }] },
    ]);
    expect(byLog.events).toMatchObject([{ ...trade, strategy: 'log', fees: [] }]);
  });

  test('without its event the transfers tell', () => {
    const inner = [transfer('user y', 'vault_y', 5n), transfer('vault_x', 'user x', 8n)];
    const { events } = decodeMadeUp(program, { calls: [programCall(program, 'swap', {}, inner)] });
    expect(events).toMatchObject([
      { kind: 'trade', strategy: 'instruction', side: 'buy', baseAmount: 8n, quoteAmount: 5n },
    ]);
  });

  test('what it lists without an event is known, what it does not list is reported', () => {
    const unknown = { program: program.program, data: Buffer.alloc(8, 3) };
    const { undecoded } = decodeMadeUp(program, { calls: [programCall(program, 'set_fee'), unknown] });
    expect(undecoded).toMatchObject([{ reason: 'unknown-instruction', path: { outer: 1 } }]);
  });

  test.each([
    ['a field of no known type', { events: [{ ...FILE.events[0], fields: [['pool', 'u7']] }] }],
    ['a meaning nobody knows', { events: [{ ...FILE.events[0], as: { kind: 'miracle' } }] }],
    ['a program that is no key', { program: 'nobody' }],
    ['a key that is misspelt', { instructoins: [] }],
  ])('%s is refused in one sentence that names the file', (_name, change) => {
    expect(() => configuredProgram({ ...FILE, ...change }, 'bad.json')).toThrow(
      /^The program file bad\.json is not usable: /,
    );
  });

  test('the example of the document is such a program', () => {
    const path = join(import.meta.dirname, '..', '..', '..', 'docs', 'adding-a-program.md');
    const example = /```json\n([\s\S]*?)```/.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
    const built = configuredProgram(JSON.parse(example), 'adding-a-program.md');
    const values = { pool: 'pool', x_to_y: false, paid: 3n, got: 4n };
    const call = programCall(built, 'swap', {}, [selfEvent(built, 'Swapped', values)]);
    expect(decodeMadeUp(built, { calls: [call] }).events).toMatchObject([
      { venue: 'example-exchange', kind: 'trade', side: 'buy', baseAmount: 4n, quoteAmount: 3n },
    ]);
  });

  test('a folder is read in the order of its files, and may be absent', () => {
    const folder = mkdtempSync(join(tmpdir(), 'programs-'));
    try {
      writeFileSync(join(folder, 'b.json'), JSON.stringify({ ...FILE, name: 'second' }));
      writeFileSync(join(folder, 'a.json'), JSON.stringify({ ...FILE, name: 'first' }));
      writeFileSync(join(folder, 'notes.txt'), 'not a program');
      expect(loadConfiguredPrograms(folder).map((each) => each.name)).toEqual(['first', 'second']);
      writeFileSync(join(folder, 'c.json'), '{');
      expect(() => loadConfiguredPrograms(folder)).toThrow(/is no JSON/);
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(loadConfiguredPrograms(folder)).toEqual([]);
  });
});
