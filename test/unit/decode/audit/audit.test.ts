import { TOKEN_2022_PROGRAM } from '../../../../src/decode/spl-token/token-instruction.ts';
import type { Fee, FeesCollected } from '../../../../src/domain/protocol-event.ts';
import {
  auditOf,
  auditsOf,
  curveTrade,
  liquidity,
  moved,
  movedWithFee,
  opened,
  paid,
  sale,
  saleMoves,
  u64,
  VENUE,
  venueCall,
} from '../../../support/audit-cases.ts';
import { eventHead, poolCreated, tokenCreated } from '../../../support/protocol-events.ts';
import { type Call, keyNamed } from '../../../support/raw-transaction.ts';

const at = (outer: number, inner = -1) => ({ path: { outer, inner } });
const inQuote = (kind: string, amount: bigint): Fee => ({ kind, mint: keyNamed('money'), amount });
const tokens = (account: string, mint: string, before: bigint | null, after: bigint | null) => ({
  account,
  mint,
  owner: 'pool authority',
  before,
  after,
});

describe('transfers below the instruction', () => {
  const calls = [venueCall(saleMoves(100, 50))];

  test('that say the same prove a trade', () => {
    expect(auditOf(sale(), { calls })).toBe('matched');
  });

  test.each([
    ['base', sale({ baseAmount: 101n }), 'mismatched: base: event 101, transferred 100'],
    ['quote', sale({ quoteAmount: 49n }), 'mismatched: quote: event -49, transferred -50'],
    ['an amount that is zero', sale({ quoteAmount: 0n }), 'mismatched: quote: event 0, transferred -50'],
    [
      'the wrong direction',
      sale({ side: 'buy' }),
      'mismatched: base: event -100, transferred 100; quote: event 50, transferred -50',
    ],
    [
      'exchanged sides',
      sale({ baseAmount: 50n, quoteAmount: 100n }),
      'mismatched: base: event 50, transferred 100; quote: event -100, transferred -50',
    ],
  ])('refute %s', (_what, event, verdict) => {
    expect(auditOf(event, { calls })).toBe(verdict);
  });

  test('refute an event in another mint', () => {
    const event = sale({ baseMint: keyNamed('other mint') });
    expect(auditOf(event, { calls })).toMatch(/^mismatched: base: event in \w+, transferred in \w+$/);
  });

  test('prove and refute deposits, withdrawals and openings', () => {
    const inwards = [
      moved('a', 'base vault', 100, 'mint'),
      moved('b', 'quote vault', 20, 'money'),
      moved('b', 'quote vault', 30, 'money'),
    ];
    expect(auditOf(liquidity(), { calls: [venueCall(inwards)] })).toBe('matched');
    expect(auditOf(liquidity({ kind: 'liquidity-removed' }), { calls: [venueCall(inwards)] })).toMatch('mismatched');
    const { program, pool: at, vaults } = liquidity();
    const minted = { baseMint: keyNamed('mint'), quoteMint: keyNamed('money'), baseAmount: 100n, quoteAmount: 50n };
    const pool = poolCreated({ program, pool: at, ...minted, ...(vaults === undefined ? {} : { vaults }) });
    expect(auditOf(pool, { calls: [venueCall(inwards)] })).toBe('matched');
    expect(auditOf({ ...pool, quoteAmount: 51n }, { calls: [venueCall(inwards)] })).toMatch('mismatched: quote');
  });

  test('nothing is asked of a pool that is opened empty, nor of events that move nothing', () => {
    expect(auditOf(poolCreated({ baseAmount: null, quoteAmount: 0n }), { calls })).toBe('not audited');
    expect(auditOf(tokenCreated(), { calls })).toBe('not audited');
  });

  test('are told apart for several trades in one pool, even when their sum would agree', () => {
    const twice = [venueCall(saleMoves(100, 50)), venueCall(saleMoves(10, 5))];
    const second = { ...sale({ baseAmount: 10n, quoteAmount: 5n }), ...at(1) };
    expect(auditsOf([sale(), second], { calls: twice })).toEqual(['matched', 'matched']);
    const exchanged = [sale({ baseAmount: 10n, quoteAmount: 5n }), { ...sale(), ...at(1) }];
    const balances = [tokens('base vault', 'mint', 0n, 110n), tokens('quote vault', 'money', 55n, 0n)];
    for (const verdict of auditsOf(exchanged, { calls: twice, tokens: balances }))
      expect(verdict).toMatch('mismatched');
  });

  test('count for all events of one instruction together', () => {
    const rebalanced = [moved('base vault', 'a', 30, 'mint'), moved('b', 'quote vault', 5, 'money')];
    const events = [
      liquidity({ kind: 'liquidity-removed', baseAmount: 100n, quoteAmount: 50n }),
      liquidity({ kind: 'liquidity-added', baseAmount: 70n, quoteAmount: 55n }),
    ];
    expect(auditsOf(events, { calls: [venueCall(rebalanced)] })).toEqual(['matched', 'matched']);
    expect(auditsOf([events[0] as never], { calls: [venueCall(rebalanced)] })[0]).toMatch('mismatched');
  });

  test('count for an event and for those nested in its instruction', () => {
    const nested = venueCall(saleMoves(10, 5));
    const calls = [venueCall([...saleMoves(100, 50), nested])];
    const events = [sale(), { ...sale({ baseAmount: 10n, quoteAmount: 5n }), ...at(0, 2) }];
    expect(auditsOf(events, { calls })).toEqual(['matched', 'matched']);
  });

  test('in a batch count one by one', () => {
    const [base, quote] = saleMoves(100, 50) as [Call, Call];
    const parts = [base, quote].flatMap(({ accounts, data }) => [
      accounts?.length ?? 0,
      data?.length ?? 0,
      ...(data ?? []),
    ]);
    const batch = {
      ...base,
      accounts: [...(base.accounts ?? []), ...(quote.accounts ?? [])],
      data: Uint8Array.of(255, ...parts),
    };
    expect(auditOf(sale(), { calls: [venueCall([batch])] })).toBe('matched');
    expect(auditOf(sale({ quoteAmount: 51n }), { calls: [venueCall([batch])] })).toMatch('mismatched');
  });

  test('of another program’s instruction prove nothing', () => {
    const other = { ...venueCall(saleMoves(100, 50)), program: 'another venue' };
    expect(auditOf(sale(), { calls: [other] })).toMatch(/^unauditable/);
  });
});

describe('fees', () => {
  const calls = [venueCall([moved('a', 'base vault', 100, 'mint'), moved('quote vault', 'b', 47, 'money')])];
  const fees = [inQuote('lp', 3n), inQuote('protocol', 2n)];

  test('explain a difference where the venue keeps or pays them apart', () => {
    expect(auditOf(sale({ venue: 'pump-swap', fees }), { calls })).toBe('matched');
    expect(auditOf(sale({ fees }), { calls })).toBe('matched');
    expect(auditOf(sale({ fees: [] }), { calls })).toMatch('mismatched');
  });

  test('explain nothing where the venue never mixes them with the amount', () => {
    expect(auditOf(sale({ venue: 'pump-fun', fees }), { calls })).toMatch('mismatched');
    expect(auditOf(sale({ venue: 'pump-swap', quoteAmount: 49n, fees }), { calls })).toMatch('mismatched');
  });

  test('explain a difference in their own direction only', () => {
    const opposite = [venueCall([moved('a', 'base vault', 100, 'mint'), moved('quote vault', 'b', 53, 'money')])];
    expect(auditOf(sale({ venue: 'pump-swap', fees }), { calls: opposite })).toMatch('mismatched');
    const hosted = [inQuote('referral', 3n), inQuote('lp', 1n)];
    expect(auditOf(sale({ venue: 'meteora-dlmm', fees: hosted }), { calls: opposite })).toBe('matched');
    expect(auditOf(sale({ venue: 'meteora-dlmm', fees: hosted }), { calls })).toMatch('mismatched');
  });

  test('of the other mint explain nothing', () => {
    const inBase = [{ kind: 'lp', mint: keyNamed('mint'), amount: 3n }];
    expect(auditOf(sale({ fees: inBase }), { calls })).toMatch('mismatched');
  });

  test('that are many count all together or not at all', () => {
    const many = Array.from({ length: 9 }, () => inQuote('share', 1n));
    const all = [venueCall([moved('a', 'base vault', 100, 'mint'), moved('quote vault', 'b', 41, 'money')])];
    expect(auditOf(sale({ fees: many }), { calls: all })).toBe('matched');
    expect(auditOf(sale({ fees: many }), { calls })).toMatch('mismatched');
  });

  test('collected by the same instruction left the same vault; those of another instruction did not', () => {
    const collected = {
      ...eventHead,
      kind: 'fees-collected' as const,
      pool: keyNamed('pool'),
      feeKind: 'lp',
      collector: null,
      amounts: [{ mint: keyNamed('money'), amount: 7n }],
    };
    const closing = [moved('base vault', 'a', 100, 'mint'), moved('quote vault', 'b', 57, 'money')];
    const removal = liquidity({ kind: 'liquidity-removed' });
    expect(auditsOf([removal, collected], { calls: [venueCall(closing)] })[0]).toBe('matched');
    expect(auditsOf([removal, { ...collected, ...at(1) }], { calls: [venueCall(closing), venueCall([])] })[0]).toMatch(
      'mismatched',
    );
  });
});

describe('Token-2022 transfer fees', () => {
  const quote = moved('quote vault', 'b', 50, 'money');
  const balances = [tokens('base vault', 'mint', 0n, 98n), tokens('quote vault', 'money', 50n, 0n)];

  test('that the transfer tells are taken off what arrives', () => {
    const calls = [venueCall([movedWithFee('a', 'base vault', 102, 2, 'mint'), quote])];
    expect(auditOf(sale(), { calls })).toBe('matched');
    expect(auditOf(sale({ baseAmount: 102n }), { calls })).toMatch('mismatched');
  });

  test('that only the balances tell are believed both ways', () => {
    const calls = [venueCall([moved('a', 'base vault', 100, 'mint', TOKEN_2022_PROGRAM), quote])];
    expect(auditOf(sale({ baseAmount: 100n }), { calls, tokens: balances })).toBe('matched');
    expect(auditOf(sale({ baseAmount: 98n }), { calls, tokens: balances })).toBe('matched');
    expect(auditOf(sale({ baseAmount: 99n }), { calls, tokens: balances })).toBe(
      'mismatched: base: event 99, balance changed by 98',
    );
  });

  test('that nothing tells leave the amount open', () => {
    const calls = [venueCall([moved('a', 'base vault', 100, 'mint', TOKEN_2022_PROGRAM), quote])];
    expect(auditOf(sale({ baseAmount: 98n }), { calls })).toMatch('unauditable: base');
  });
});

describe('SOL', () => {
  const baseIn = moved('a', 'base vault', 100, 'mint');
  const baseOut = moved('base vault', 'a', 100, 'mint');

  test('reaches a curve by system transfers', () => {
    const calls = [venueCall([baseOut, paid('trader', 'curve', 50), paid('trader', 'fee account', 3)])];
    expect(auditOf(curveTrade({ side: 'buy' }), { calls })).toBe('matched');
    expect(auditOf(curveTrade({ side: 'buy', quoteAmount: 53n }), { calls, lamports: { curve: [900, 950] } })).toBe(
      'mismatched: quote: event 53, transferred 50, balance changed by 50',
    );
  });

  test('leaves a curve without a trace but its balance', () => {
    const calls = [venueCall([baseIn])];
    expect(auditOf(curveTrade(), { calls, lamports: { curve: [900, 850] } })).toBe('matched');
    expect(auditOf(curveTrade(), { calls, lamports: { curve: [900, 849] } })).toBe(
      'mismatched: quote: event -50, balance changed by -51',
    );
    expect(auditOf(curveTrade(), { calls, tokens: null })).toMatch('unauditable: quote');
  });

  test('of several sales on one curve must add up', () => {
    const calls = [venueCall([baseIn]), venueCall([baseIn])];
    const events = (quoteAmount: bigint) => [curveTrade(), { ...curveTrade({ quoteAmount }), ...at(1) }];
    expect(auditsOf(events(20n), { calls, lamports: { curve: [900, 830] } })).toEqual(['matched', 'matched']);
    expect(auditsOf(events(21n), { calls, lamports: { curve: [900, 830] } })[1]).toBe(
      'mismatched: quote: event -21, balance changed by -70 for -71 over 2 events',
    );
  });

  test('for rent and top-ups beside the trade is not the trade’s', () => {
    const opening = venueCall([opened('creator', 'curve', 7), paid('creator', 'curve', 2)], { program: 'launchpad' });
    const calls = [opening, venueCall([baseOut, paid('trader', 'curve', 50)])];
    const buy = { ...curveTrade({ side: 'buy' }), ...at(1) };
    expect(auditOf(buy, { calls, lamports: { curve: [0, 59] } })).toBe('matched');
    const sell = { ...curveTrade(), ...at(1) };
    const selling = [opening, venueCall([baseIn])];
    expect(auditOf(sell, { calls: selling, lamports: { curve: [100, 59] } })).toBe('matched');
    expect(auditOf(sell, { calls: selling, lamports: { curve: [100, 58] } })).toBe(
      'mismatched: quote: event -50, balance changed by -42, 9 of it apart from the event',
    );
  });

  test('that another call of the program may have taken leaves the amount open', () => {
    const calls = [venueCall([]), venueCall([baseIn])];
    const verdict = auditOf({ ...curveTrade(), ...at(1) }, { calls, lamports: { curve: [900, 800] } });
    expect(verdict).toBe('unauditable: quote: balance changed by -100');
  });

  test('in a wrapped vault is a token like any other', () => {
    const wrapped = sale({ quoteMint: curveTrade().quoteMint });
    const sol = wrapped.quoteMint ?? '';
    const calls = [venueCall([baseIn, moved('quote vault', 'b', 50, sol)])];
    expect(auditOf(wrapped, { calls, lamports: { pool: [5, 9] } })).toBe('matched');
    expect(auditOf({ ...wrapped, quoteAmount: 4n }, { calls, lamports: { pool: [5, 9] } })).toMatch('mismatched');
  });
});

describe('balances before and after', () => {
  const balances = [tokens('base vault', 'mint', 10n, 110n), tokens('quote vault', 'money', 50n, null)];

  test('prove and refute where inner calls were not recorded', () => {
    const madeUp = { calls: [venueCall([])], recordsInner: false, tokens: balances };
    expect(auditOf(sale(), madeUp)).toBe('matched');
    expect(auditOf(sale({ baseAmount: 99n }), madeUp)).toBe('mismatched: base: event 99, balance changed by 100');
  });

  test('leave out what the transaction visibly moved beside the event', () => {
    const calls = [moved('someone', 'base vault', 4, 'mint'), venueCall([])];
    const event = (baseAmount: bigint) => ({ ...sale({ baseAmount }), ...at(1) });
    expect(auditOf(event(96n), { calls, recordsInner: false, tokens: balances })).toBe('matched');
    expect(auditOf(event(100n), { calls, recordsInner: false, tokens: balances })).toMatch('mismatched');
  });

  test('refute nothing while another call may have moved something unseen', () => {
    const calls = [venueCall([]), venueCall([])];
    const madeUp = { calls, recordsInner: false, tokens: balances };
    expect(auditOf(sale(), madeUp)).toBe('matched');
    expect(auditOf(sale({ baseAmount: 99n }), madeUp)).toMatch(/^unauditable: base: balance changed by 100/);
  });

  test('decide where old nodes left open which call made a transfer', () => {
    const inner = venueCall([...saleMoves(100, 50), moved('a', 'base vault', 1, 'mint')]);
    const calls = [{ program: 'router', inner: [inner] }];
    const event = (baseAmount: bigint) => ({ ...sale({ baseAmount }), ...at(0, 0) });
    const grown = [tokens('base vault', 'mint', 10n, 110n), tokens('quote vault', 'money', 50n, 0n)];
    expect(auditOf(event(100n), { calls, recordsHeight: false, tokens: grown })).toBe('matched');
    expect(auditOf(event(99n), { calls, recordsHeight: false, tokens: grown })).toMatch('mismatched');
    expect(auditOf(event(99n), { calls, recordsHeight: false })).toMatch('unauditable');
  });

  test('that are missing as well as the transfers leave nothing to audit by', () => {
    expect(auditOf(sale(), { calls: [venueCall([])], recordsInner: false, tokens: null })).toBe(
      'unauditable: base: neither transfers nor balances were recorded; quote: neither transfers nor balances were recorded',
    );
    // Recorded calls that hold no transfer at all are a record with holes, not a trade of nothing.
    expect(auditOf(sale({ baseAmount: 0n }), { calls: [venueCall([])], tokens: null })).toMatch('unauditable');
  });
});

describe('a vault that is not named', () => {
  const { vaults: _vaults, ...unnamed } = sale();
  const owned = { account: 'base vault', mint: 'mint', owner: 'pool', before: 0n, after: 100n };
  const calls = [venueCall(saleMoves(100, 50))];

  test('is the pool’s only token account of the mint', () => {
    const quote = { account: 'quote vault', mint: 'money', owner: 'pool', before: 50n, after: 0n };
    expect(auditOf(unnamed, { calls, tokens: [owned, quote] })).toBe('matched');
    expect(auditOf({ ...unnamed, quoteAmount: 51n }, { calls, tokens: [owned, quote] })).toMatch('mismatched');
  });

  test('is the account that gained or lost most', () => {
    const withFee = [venueCall([...saleMoves(100, 48), moved('quote vault', 'fee account', 2, 'money')])];
    expect(auditOf(unnamed, { calls: withFee })).toBe('matched');
    expect(auditOf({ ...unnamed, quoteAmount: 48n }, { calls: withFee })).toMatch('mismatched: quote: event -48');
    expect(auditOf({ ...unnamed, baseAmount: 2n }, { calls: withFee })).toMatch('mismatched: base: event 2');
  });

  test('is not guessed at among the transfers of several pools', () => {
    const both = [unnamed, { ...unnamed, baseAmount: 7n, pool: keyNamed('second pool') }];
    const crowded = [venueCall([...saleMoves(100, 50), moved('a', 'second vault', 7, 'mint')])];
    expect(auditsOf(both, { calls: crowded })[1]).toMatch('unauditable');
  });

  test('moved nothing when all that moved is accounted for', () => {
    const oneSided = { ...liquidity({ baseMint: null, baseAmount: 0n }), vaults: undefined };
    const { vaults: _none, ...event } = oneSided;
    const quoteOwned = [{ account: 'quote vault', mint: 'money', owner: 'pool', before: 0n, after: 50n }];
    const alone = [venueCall([moved('b', 'quote vault', 50, 'money')])];
    expect(auditOf(event, { calls: alone, tokens: quoteOwned })).toBe('matched');
    const more = [venueCall([moved('b', 'quote vault', 50, 'money'), moved('b', 'elsewhere', 5, 'mint')])];
    expect(auditOf(event, { calls: more, tokens: quoteOwned })).toMatch('unauditable: base');
    expect(auditOf({ ...event, baseMint: keyNamed('mint') }, { calls: more, tokens: quoteOwned })).toMatch('base');
    expect(
      auditOf({ ...event, baseMint: keyNamed('mint'), baseAmount: 1n }, { calls: alone, tokens: quoteOwned }),
    ).toBe('mismatched: base: event 1, nothing was transferred');
  });

  test('may hold bare lamports: then token transfers refute nothing', () => {
    const { vaults: _curve, ...curve } = curveTrade();
    const calls = [venueCall([moved('a', 'base vault', 100, 'mint')])];
    expect(auditOf(curve, { calls, lamports: { curve: [900, 850] } })).toBe('matched');
    expect(auditOf(curve, { calls, lamports: { curve: [900, 851] } })).toMatch('mismatched: quote');
    expect(auditOf(curve, { calls, tokens: null })).toMatch('unauditable: quote');
  });

  test('named wrongly is looked for, never believed', () => {
    const misnamed = sale({ vaults: { base: keyNamed('trader quote'), quote: keyNamed('nobody') } });
    expect(auditOf(misnamed, { calls })).toMatch('mismatched');
    expect(auditOf(sale({ vaults: { base: keyNamed('curve'), quote: keyNamed('quote vault') } }), { calls })).toBe(
      'matched',
    );
    expect(
      auditOf(sale({ baseAmount: 99n, vaults: { base: keyNamed('curve'), quote: keyNamed('quote vault') } }), {
        calls,
      }),
    ).toMatch('mismatched');
  });
});

test('short and foreign token instructions are passed over', () => {
  const odd: Call[] = [
    { program: moved('a', 'b', 1, 'm').program, accounts: ['base vault'], data: Uint8Array.of(3, ...u64(5)) },
    { program: moved('a', 'b', 1, 'm').program, accounts: ['a', 'base vault', 'c'], data: Uint8Array.of(3, 1, 2) },
    { program: VENUE, accounts: ['a', 'base vault', 'c'], data: Uint8Array.of(3, ...u64(5)) },
    { program: moved('a', 'b', 1, 'm').program, accounts: ['a'], data: Uint8Array.of(255, 3, 200, 3) },
  ];
  expect(auditOf(sale(), { calls: [venueCall([...odd, ...saleMoves(100, 50)])] })).toBe('matched');
});

describe('collected fees', () => {
  const collected = (changes: Partial<FeesCollected> = {}): FeesCollected => ({
    ...eventHead,
    program: VENUE,
    kind: 'fees-collected',
    pool: keyNamed('pool'),
    feeKind: 'lp',
    collector: null,
    amounts: [
      { mint: keyNamed('mint'), amount: 7n },
      { mint: keyNamed('money'), amount: 0n },
    ],
    ...changes,
  });
  const calls = [venueCall([moved('base vault', 'a', 7, 'mint')])];
  const inMint = (amount: bigint) => [{ mint: keyNamed('mint'), amount }];

  test('are what an account lost in their mint', () => {
    expect(auditOf(collected(), { calls })).toBe('matched');
    expect(auditOf(collected({ amounts: inMint(8n) }), { calls })).toMatch(
      /^mismatched: fees: event 8 in \w+, transferred 7$/,
    );
    const twice = [venueCall([moved('base vault', 'a', 4, 'mint'), moved('base vault', 'b', 3, 'mint')])];
    expect(auditOf(collected(), { calls: twice })).toBe('matched');
  });

  test('in SOL may be paid in bare lamports', () => {
    const amounts = [{ mint: curveTrade().quoteMint, amount: 7n }];
    const paying = [venueCall([paid('fee account', 'creator', 7)])];
    expect(auditOf(collected({ amounts }), { calls: paying })).toBe('matched');
    expect(auditOf(collected({ amounts: [{ mint: curveTrade().quoteMint, amount: 8n }] }), { calls: paying })).toMatch(
      'unauditable',
    );
  });

  test('of nothing are not audited, and without a record cannot be', () => {
    expect(auditOf(collected({ amounts: inMint(0n) }), { calls })).toBe('not audited');
    expect(auditOf(collected(), { calls, recordsInner: false })).toBe('unauditable: transfers were not recorded');
    expect(auditOf(collected(), { calls: [venueCall([])] })).toMatch('unauditable: fees: event 7');
  });

  test('that leave with a withdrawal in one transfer are left open, and the withdrawal is proved with them', () => {
    const closing = [moved('base vault', 'a', 107, 'mint'), moved('quote vault', 'b', 50, 'money')];
    const events = [liquidity({ kind: 'liquidity-removed' }), collected()];
    expect(auditsOf(events, { calls: [venueCall(closing)] })).toEqual([
      'matched',
      expect.stringMatching('unauditable'),
    ]);
  });
});
