import { pumpSwap } from '../../../../src/decode/pump-swap/program.ts';
import {
  decodeMadeUp,
  eventBytes,
  programCall,
  programLogs,
  selfEvent,
  transfer,
} from '../../../support/program-calls.ts';
import { type Call, keyNamed } from '../../../support/raw-transaction.ts';

const PUMP_FUN = '6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P';
const bought = {
  pool: 'pool',
  user: 'trader',
  base_amount_out: 100n,
  quote_amount_in: 1000n,
  quote_amount_in_with_lp_fee: 1020n,
  lp_fee: 20n,
  pool_base_token_reserves: 10_000n,
  pool_quote_token_reserves: 50_000n,
  user_base_token_account: 'trader base',
  user_quote_token_account: 'trader quote',
};

describe('a trade whose instruction is not told', () => {
  const logs = programLogs(pumpSwap, [eventBytes(pumpSwap, 'BuyEvent', bought)]);
  const router: Call = { program: 'router', accounts: ['pool', 'v1', 'v2', 'v3'] };
  const vault = (account: string, mint: string, before: bigint) => ({
    ...{ account, mint, owner: 'pool', before, after: before + 1n },
  });
  const decoded = (tokens: readonly ReturnType<typeof vault>[]) =>
    decodeMadeUp(pumpSwap, { calls: [router], logs, recordsInner: false, tokens }).events[0];

  test('is in the mints of the vaults that held the reserves it tells', () => {
    expect(decoded([vault('v1', 'money', 50_000n), vault('v2', 'coin', 10_000n)])).toMatchObject({
      baseMint: keyNamed('coin'),
      quoteMint: keyNamed('money'),
      fees: [{ kind: 'lp', mint: keyNamed('money'), amount: 20n }],
    });
  });

  test('knows the second mint by the first', () => {
    expect(decoded([vault('v1', 'money', 7n), vault('v2', 'coin', 10_000n)])).toMatchObject({
      baseMint: keyNamed('coin'),
      quoteMint: keyNamed('money'),
    });
  });

  test('guesses no mint, neither for itself nor for its fees', () => {
    expect(decoded([vault('v1', 'money', 7n), vault('v2', 'coin', 8n)])).toMatchObject({
      baseMint: null,
      quoteMint: null,
      fees: [{ kind: 'lp', mint: null, amount: 20n }],
    });
  });
});

describe('a route over several pools', () => {
  const route = (inner: readonly Call[]): Call => {
    const call = programCall(pumpSwap, 'multi_hop_swap', { amount_in: 1020n, min_amount_out: 9n }, inner);
    const hops = [...['money coin', 'money', 'pool', 'base one', 'quote one']];
    return {
      ...call,
      accounts: [...(call.accounts ?? []), ...hops, ...['coin', 'money coin', 'far pool', 'base two', 'quote two']],
    };
  };

  test('each hop is a trade in its own pool, and the limit of the route is none of theirs', () => {
    const far = { ...bought, pool: 'far pool', base_amount_out: 7n, quote_amount_in: 100n };
    const inner = [
      transfer('trader quote', 'quote one', 1020n),
      selfEvent(pumpSwap, 'BuyEvent', bought),
      transfer('base one', 'quote two', 100n),
      transfer('base two', 'trader base', 7n),
      selfEvent(pumpSwap, 'BuyEvent', { ...far, lp_fee: 0n, quote_amount_in_with_lp_fee: 100n }),
    ];
    expect(decodeMadeUp(pumpSwap, { calls: [route(inner)] }).events).toMatchObject([
      {
        ...{ pool: keyNamed('pool'), baseMint: keyNamed('money coin'), quoteMint: keyNamed('money'), limit: null },
        vaults: { base: keyNamed('base one'), quote: keyNamed('quote one') },
        audit: { verdict: 'matched' },
      },
      {
        ...{ pool: keyNamed('far pool'), baseMint: keyNamed('coin'), quoteMint: keyNamed('money coin'), limit: null },
        ...{ ordinal: 1, vaults: { base: keyNamed('base two'), quote: keyNamed('quote two') } },
        audit: { verdict: 'matched' },
      },
    ]);
  });

  test('over curves alone it misses no event of its own', () => {
    const { events, undecoded } = decodeMadeUp(pumpSwap, { calls: [route([{ program: PUMP_FUN }])] });
    expect([events, undecoded]).toEqual([[], []]);
  });

  test('without any event it is reported', () => {
    expect(decodeMadeUp(pumpSwap, { calls: [route([])] }).undecoded).toMatchObject([{ reason: 'no-event' }]);
  });
});
