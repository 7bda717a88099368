import type { DecodeObserver } from '../../../src/decode/decode-observer.ts';
import { layout } from '../../../src/decode/layout.ts';
import {
  anchorDiscriminator,
  anchorEvent,
  anchorInstruction,
  otherEvent,
  type ProgramDecoder,
  taggedInstruction,
} from '../../../src/decode/program.ts';
import { createDecoder } from '../../../src/decode/registry.ts';
import type { ProtocolEvent } from '../../../src/domain/protocol-event.ts';
import { encodeBase58 } from '../../../src/lib/base58.ts';
import { type Call, keyNamed, type MadeUp, madeUpTransaction } from '../../support/raw-transaction.ts';

/** A made-up program: swaps tell their amount, mints fail when the amount is 13. */
const counted = layout([
  ['amount', 'u64'],
  ['extra', 'u8', { since: '2026-01' }],
]);

function burned(amount: bigint, head: ProtocolEvent | object): ProtocolEvent {
  return { ...head, kind: 'token-burned', mint: 'm', account: 'a', authority: null, amount } as ProtocolEvent;
}

function program(name: string, sources: ProgramDecoder['eventSources']): ProgramDecoder {
  return {
    program: keyNamed(name),
    name,
    eventSources: sources,
    instructions: [
      anchorInstruction('swap', { args: counted, accounts: ['user'], yields: true }),
      anchorInstruction('guess', {
        args: counted,
        accounts: ['user'],
        yields: true,
        fromInstruction: (context) => burned(context.argument('amount') ?? 0n, context.headFromInstruction()),
      }),
      anchorInstruction('set', { args: null, accounts: [], yields: false }),
      anchorInstruction('nothing', { args: null, accounts: [], yields: true, isIdle: () => true }),
      taggedInstruction('old', '09', { args: null, accounts: [], yields: false }),
    ],
    events: [
      anchorEvent('SwapEvent', counted, (fields, context) => {
        if (fields.amount === 13n) throw new Error('unlucky');
        return burned(fields.amount, context.head);
      }),
      otherEvent('SetEvent', counted),
    ],
  };
}

const both = program('both', ['self-cpi', 'log']);
const logsOnly = program('logs', ['log']);
const { decode } = createDecoder([both, logsOnly], null);

function bytes(hex: string, amount?: bigint, tail = ''): Uint8Array {
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(amount ?? 0n);
  return Buffer.concat([
    Buffer.from(hex, 'hex'),
    amount === undefined ? Buffer.alloc(0) : number,
    Buffer.from(tail, 'hex'),
  ]);
}
const swap = (amount: bigint) => bytes(anchorDiscriminator('global', 'swap'), amount);
const body = (event: string, amount: bigint, tail = '') => bytes(anchorDiscriminator('event', event), amount, tail);
const selfCpi = (name: string, event: Uint8Array): Call => ({
  program: name,
  data: Buffer.concat([Buffer.from('e445a52e51cb9a1d', 'hex'), event]),
});
const dataLine = (event: Uint8Array) => `Program data: ${Buffer.from(event).toString('base64')}`;
const invoke = (name: string, depth: number) => `Program ${keyNamed(name)} invoke [${depth}]`;
const success = (name: string) => `Program ${keyNamed(name)} success`;

function told(madeUp: MadeUp): string[] {
  return decode(madeUpTransaction(madeUp)).events.map((event) => {
    const amount = event.kind === 'token-burned' ? event.amount : event.source;
    return `${event.path.outer}.${event.path.inner}#${event.ordinal} ${event.strategy} ${amount}`;
  });
}

function missed(madeUp: MadeUp): string[] {
  return decode(madeUpTransaction(madeUp)).undecoded.map(
    (each) => `${each.path.outer}.${each.path.inner} ${each.reason}`,
  );
}

describe('self-CPI events', () => {
  test('an event belongs to the instruction that emitted it, at any depth', () => {
    const router: Call = {
      program: 'router',
      inner: [
        { program: 'both', data: swap(1n), inner: [{ program: 'token' }, selfCpi('both', body('SwapEvent', 1n))] },
        {
          program: 'deeper',
          inner: [{ program: 'both', data: swap(2n), inner: [selfCpi('both', body('SwapEvent', 2n))] }],
        },
      ],
    };
    expect(
      told({ calls: [{ program: 'both', data: swap(3n), inner: [selfCpi('both', body('SwapEvent', 3n))] }, router] }),
    ).toEqual(['0.-1#0 self-cpi 3', '1.0#0 self-cpi 1', '1.4#0 self-cpi 2']);
  });

  test('the caller is the program one level above', () => {
    const call: Call = {
      program: 'router',
      inner: [{ program: 'both', data: swap(1n), inner: [selfCpi('both', body('SwapEvent', 1n))] }],
    };
    const { events } = decode(madeUpTransaction({ calls: [call, ...(call.inner ?? [])] }));
    expect(events.map((event) => event.caller)).toEqual([keyNamed('router'), null]);
  });

  test('an event after a nested call of the same program still belongs to the outer one', () => {
    const nested: Call = {
      program: 'both',
      data: swap(1n),
      inner: [
        { program: 'both', data: swap(2n), inner: [selfCpi('both', body('SwapEvent', 2n))] },
        selfCpi('both', body('SwapEvent', 1n)),
      ],
    };
    expect(told({ calls: [nested] })).toEqual(['0.0#0 self-cpi 2', '0.-1#0 self-cpi 1']);
  });

  test('several events of one kind under one instruction are counted from 0', () => {
    const call: Call = {
      program: 'both',
      data: swap(1n),
      inner: [
        selfCpi('both', body('SwapEvent', 1n)),
        selfCpi('both', body('SetEvent', 1n)),
        selfCpi('both', body('SwapEvent', 2n)),
      ],
    };
    expect(told({ calls: [call] })).toEqual(['0.-1#0 self-cpi 1', '0.-1#0 self-cpi SetEvent', '0.-1#1 self-cpi 2']);
  });

  test('without stack heights an event belongs to the latest instruction of its program', () => {
    const call: Call = {
      program: 'router',
      inner: [
        { program: 'both', data: swap(1n), inner: [{ program: 'token' }, selfCpi('both', body('SwapEvent', 1n))] },
        { program: 'both', data: swap(2n), inner: [{ program: 'token' }, selfCpi('both', body('SwapEvent', 2n))] },
      ],
    };
    expect(told({ calls: [call], recordsHeight: false })).toEqual(['0.0#0 self-cpi 1', '0.3#0 self-cpi 2']);
  });
});

describe('logged events', () => {
  const log = (...amounts: bigint[]) => amounts.map((amount) => dataLine(body('SwapEvent', amount)));

  test('a line belongs to the program on top of the invoke stack, not to whoever stands below', () => {
    const calls: Call[] = [
      { program: 'router', inner: [{ program: 'logs', data: swap(1n), inner: [{ program: 'token' }] }] },
    ];
    const logs = [
      invoke('router', 1),
      ...log(7n),
      invoke('logs', 2),
      invoke('token', 3),
      ...log(8n),
      success('token'),
      ...log(1n),
      success('logs'),
      ...log(9n),
      success('router'),
    ];
    expect(told({ calls, logs })).toEqual(['0.0#0 log 1']);
  });

  test('paths are the same when inner instructions were not recorded', () => {
    const inner: Call[] = [
      { program: 'token' },
      { program: 'both', data: swap(1n), inner: [{ program: 'token' }, selfCpi('both', body('SwapEvent', 1n))] },
      { program: 'both', data: swap(2n), inner: [selfCpi('both', body('SwapEvent', 2n))] },
    ];
    const calls: Call[] = [{ program: 'budget' }, { program: 'router', inner }];
    const one = (amount: bigint, extra: string[]) => [
      invoke('both', 2),
      ...extra,
      ...log(amount),
      invoke('both', 3),
      success('both'),
      success('both'),
    ];
    const logs = [
      invoke('budget', 1),
      success('budget'),
      invoke('router', 1),
      invoke('token', 2),
      success('token'),
      ...one(1n, [invoke('token', 3), success('token')]),
      ...one(2n, []),
      success('router'),
    ];
    expect(told({ calls, logs })).toEqual(['1.1#0 self-cpi 1', '1.4#0 self-cpi 2']);
    expect(told({ calls, logs, recordsInner: false })).toEqual(['1.1#0 log 1', '1.4#0 log 2']);
  });

  test('an instruction that logs no line of its own (a precompile) does not shift the others', () => {
    const calls: Call[] = [{ program: 'precompile' }, { program: 'logs', data: swap(4n) }];
    expect(told({ calls, logs: [invoke('logs', 1), ...log(4n), success('logs')] })).toEqual(['1.-1#0 log 4']);
  });

  test('after "Log truncated" what is missing is said to be lost with the logs', () => {
    const calls: Call[] = [
      { program: 'logs', data: swap(1n) },
      { program: 'logs', data: swap(2n) },
    ];
    const logs = [invoke('logs', 1), ...log(1n), success('logs'), invoke('logs', 1), 'Log truncated'];
    expect(told({ calls, logs })).toEqual(['0.-1#0 log 1']);
    expect(missed({ calls, logs })).toEqual(['1.-1 log-truncated']);
  });

  test('after a cut inside an instruction, what it does not show is said to be lost beside what it logged', () => {
    const calls: Call[] = [{ program: 'logs', data: swap(1n) }];
    const logs = [invoke('logs', 1), ...log(1n), 'Log truncated', success('logs')];
    expect(told({ calls, logs })).toEqual(['0.-1#0 log 1']);
    expect(missed({ calls, logs })).toEqual(['0.-1 log-truncated']);
  });

  test('a cut after the end of an instruction takes nothing from it', () => {
    const calls: Call[] = [{ program: 'logs', data: swap(1n) }, { program: 'router' }];
    const logs = [invoke('logs', 1), ...log(1n), success('logs'), invoke('router', 1), 'Log truncated'];
    expect(missed({ calls, logs })).toEqual([]);
  });

  test('a cut takes nothing from an instruction that recorded its events by self-CPI', () => {
    const inner = [selfCpi('both', body('SwapEvent', 1n))];
    const calls: Call[] = [
      { program: 'both', data: swap(1n), inner },
      { program: 'logs', data: swap(2n) },
    ];
    const logs = [invoke('both', 1), ...log(1n), 'Log truncated'];
    expect(missed({ calls, logs })).toEqual(['1.-1 log-truncated']);
  });

  test('a log is the copy of the self-CPI: it adds nothing', () => {
    const calls: Call[] = [
      { program: 'both', data: swap(1n), inner: [selfCpi('both', body('SwapEvent', 1n))] },
      { program: 'both', data: swap(2n) },
    ];
    const logs = [invoke('both', 1), ...log(1n), success('both'), invoke('both', 1), ...log(2n), success('both')];
    expect(told({ calls, logs })).toEqual(['0.-1#0 self-cpi 1', '1.-1#0 log 2']);
  });

  test('a recorder that writes every line twice does not double the events', () => {
    const calls: Call[] = [{ program: 'router' }];
    const once = [
      invoke('router', 1),
      invoke('logs', 2),
      ...log(5n),
      `Program ${keyNamed('logs')} consumed 100 of 200000 compute units`,
      success('logs'),
      success('router'),
    ];
    expect(told({ calls, logs: [...once, ...once], recordsInner: false })).toEqual(['0.0#0 log 5']);
  });

  test('a program cannot forge another program’s frame by what it logs', () => {
    const calls: Call[] = [{ program: 'router' }];
    const logs = [invoke('router', 1), `Program log: ${invoke('logs', 2)}`, ...log(6n), success('router')];
    expect(told({ calls, logs })).toEqual([]);
  });
});

describe('what cannot be decoded', () => {
  test('one malformed event never hides its siblings', () => {
    const call: Call = {
      program: 'both',
      data: swap(1n),
      inner: [
        selfCpi('both', body('SwapEvent', 13n)),
        selfCpi('both', bytes(anchorDiscriminator('event', 'SwapEvent'), undefined, '0102')),
        selfCpi('both', bytes('ffffffffffffffff', 1n)),
        selfCpi('both', body('SwapEvent', 2n)),
      ],
    };
    expect(told({ calls: [call] })).toEqual(['0.-1#0 self-cpi 2']);
    expect(missed({ calls: [call] })).toEqual(['0.-1 malformed', '0.-1 malformed', '0.-1 unknown-event']);
  });

  test('an unknown instruction is reported by its discriminator', () => {
    const { undecoded } = decode(
      madeUpTransaction({ calls: [{ program: 'both', data: bytes('0102030405060708ff') }] }),
    );
    expect(undecoded).toEqual([
      {
        program: keyNamed('both'),
        discriminator: '0102030405060708',
        reason: 'unknown-instruction',
        path: { outer: 0, inner: -1 },
      },
    ]);
  });

  test('an instruction that must yield an event and did not is reported; others and idle ones are not', () => {
    const calls: Call[] = ['swap', 'set', 'nothing'].map((name) => ({
      program: 'both',
      data: bytes(anchorDiscriminator('global', name), 1n),
    }));
    expect(missed({ calls: [...calls, { program: 'both', data: bytes('09') }] })).toEqual(['0.-1 no-event']);
  });

  test('an instruction with a fallback is told by its own data when no event is there', () => {
    const data = bytes(anchorDiscriminator('global', 'guess'), 21n);
    expect(told({ calls: [{ program: 'both', data }] })).toEqual(['0.-1#0 instruction 21']);
  });

  test('empty and short data decode to nothing, without a throw', () => {
    for (const data of ['', '01', 'e445a52e51cb9a1d', 'e445a52e51cb9a1d00']) {
      expect(missed({ calls: [{ program: 'both', data: bytes(data) }] })).toHaveLength(1);
    }
  });

  test('a failed transaction yields nothing at all, and is counted', () => {
    const decoder = createDecoder([both], null);
    const call: Call = { program: 'both', data: swap(1n), inner: [selfCpi('both', body('SwapEvent', 1n))] };
    const failed = madeUpTransaction({ calls: [call], error: { InstructionError: [0, { Custom: 6000 }] } });
    expect(decoder.decode(failed)).toEqual({ transaction: failed, events: [], undecoded: [] });
    expect(decoder.counters).toMatchObject({ transactions: 1, failed: 1 });
  });
});

test('bytes past the known layout travel with the event and are told to the observer', () => {
  const seen: string[] = [];
  const observer: DecodeObserver = {
    instruction: (context, spec, events) => seen.push(`${context.program.name} ${spec?.name} ${events}`),
    event: (_program, spec, _discriminator, length, tail) => seen.push(`${spec?.name} ${length} ${tail}`),
  };
  const call: Call = { program: 'both', data: swap(1n), inner: [selfCpi('both', body('SwapEvent', 1n, '01aabb'))] };
  const { events } = createDecoder([both], observer).decode(madeUpTransaction({ calls: [call] }));
  expect(encodeBase58(events[0]?.unknownTail ?? new Uint8Array())).toBe(encodeBase58(Uint8Array.of(0xaa, 0xbb)));
  expect(events[0]?.fields).toEqual({ amount: 1n, extra: 1 });
  expect(seen).toEqual(['SwapEvent 11 2', 'both swap 1']);
});

test('each strategy has its own counter', () => {
  const decoder = createDecoder([both], null);
  const data = bytes(anchorDiscriminator('global', 'guess'), 21n);
  decoder.decode(
    madeUpTransaction({
      calls: [
        { program: 'both', data: swap(1n), inner: [selfCpi('both', body('SwapEvent', 1n))] },
        { program: 'both', data },
      ],
    }),
  );
  expect(decoder.counters.byStrategy).toEqual({ 'self-cpi': 1, log: 0, 'ray-log': 0, instruction: 1, balances: 0 });
});
