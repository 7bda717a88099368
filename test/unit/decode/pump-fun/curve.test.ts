import { pumpFun } from '../../../../src/decode/pump-fun/program.ts';
import { TOKEN_PROGRAM } from '../../../../src/decode/spl-token/token-instruction.ts';
import { WRAPPED_SOL } from '../../../../src/decode/token-move.ts';
import {
  decodeMadeUp,
  eventBytes,
  programCall,
  programLogs,
  selfEvent,
  transfer,
} from '../../../support/program-calls.ts';
import { type Call, keyNamed } from '../../../support/raw-transaction.ts';

/** A coin of mainnet and its curve. */
const COIN = 'CWiTGbCiDd8BKtNYNE2boT9fJGFG2MU53Uf6HQk4pump';
const CURVE = '3jJ83NDorkbFkF1JKbEfFWGeX16aXUiwby9RwJm9kat3';
const PUMP_SWAP = 'pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA';
const traded = { mint: COIN, user: 'trader', is_buy: true, token_amount: 500n, sol_amount: 1000n };

describe('the curve of a trade whose instruction does not name it', () => {
  const logs = programLogs(pumpFun, [eventBytes(pumpFun, 'TradeEvent', traded)]);
  const router: Call = { program: 'router', accounts: ['bystander', CURVE] };
  const tokens = [
    { account: 'a', mint: COIN, owner: 'bystander', before: 5n, after: 9n },
    { account: 'b', mint: COIN, owner: CURVE, before: 900n, after: 400n },
  ];

  test('is the account with its address, not the first other holder of the coin', () => {
    const [trade] = decodeMadeUp(pumpFun, { calls: [router], logs, recordsInner: false, tokens }).events;
    expect(trade).toMatchObject({ kind: 'trade', pool: CURVE });
  });

  test('is not told where that account is not there', () => {
    const calls = [{ ...router, accounts: ['bystander'] }];
    const [trade] = decodeMadeUp(pumpFun, { calls, logs, recordsInner: false, tokens: tokens.slice(0, 1) }).events;
    expect(trade).toMatchObject({ kind: 'trade', pool: '' });
  });
});

test('each hop of a route over curves is a trade on its own curve, with its own vaults', () => {
  const accounts = [...['user', 'global'], ...['quote coin', WRAPPED_SOL, 'first', 'first base', 'no account']];
  const hop = { ...traded, ix_name: 'multi_hop_swap', fee_recipient: '11111111111111111111111111111111' };
  const second = { ...hop, sol_amount: 0n, quote_mint: 'quote coin', quote_amount: 500n };
  const inner = [
    transfer('first base', 'curve quote', 500n),
    selfEvent(pumpFun, 'TradeEvent', { ...hop, mint: 'quote coin' }),
    transfer('curve base', 'user base', 500n),
    selfEvent(pumpFun, 'TradeEvent', second),
  ];
  const call = programCall(pumpFun, 'multi_hop_curve_swap', {}, inner);
  const route = { ...call, accounts: [...accounts, COIN, 'quote coin', CURVE, 'curve base', 'curve quote'] };
  const { events, undecoded } = decodeMadeUp(pumpFun, { calls: [route] });
  expect(undecoded).toEqual([]);
  expect(events[1]).toMatchObject({
    kind: 'trade',
    pool: CURVE,
    baseMint: COIN,
    quoteMint: keyNamed('quote coin'),
    quoteAmount: 500n,
    feesKept: 0n,
    vaults: { base: keyNamed('curve base'), quote: keyNamed('curve quote') },
    audit: { verdict: 'matched' },
  });
});

test('a hop paid by the PumpSwap pool before it is proved by what the whole route moved', () => {
  const hop = { ...traded, sol_amount: 0n, quote_mint: 'quote coin', quote_amount: 500n };
  const call = programCall(pumpFun, 'multi_hop_curve_swap', {}, [
    transfer('curve base', 'user base', 500n),
    selfEvent(pumpFun, 'TradeEvent', hop),
  ]);
  const curveHop = {
    ...call,
    accounts: [...['user', 'global'], COIN, 'quote coin', CURVE, 'curve base', 'curve quote'],
  };
  const route = { program: PUMP_SWAP, inner: [transfer('pool base', 'curve quote', 500n), curveHop] };
  expect(decodeMadeUp(pumpFun, { calls: [route] }).events).toMatchObject([{ audit: { verdict: 'matched' } }]);
});

describe('what no event tells', () => {
  const args = { name: 'Coin', symbol: 'COIN', uri: 'https://example.org' };

  test('a creation says what the coin is quoted in where the instruction names it', () => {
    const call = programCall(pumpFun, 'create_v2', args, [], { quote_mint: COIN, quote_token_program: TOKEN_PROGRAM });
    expect(decodeMadeUp(pumpFun, { calls: [call] }).events).toMatchObject([{ kind: 'token-created', quoteMint: COIN }]);
  });

  test('a creation without these accounts is quoted in SOL', () => {
    const call = programCall(pumpFun, 'create_v2', args);
    const calls = [{ ...call, accounts: (call.accounts ?? []).slice(0, 16) }];
    expect(decodeMadeUp(pumpFun, { calls }).events).toMatchObject([{ kind: 'token-created', quoteMint: WRAPPED_SOL }]);
    const marked = [{ ...call, accounts: [...(call.accounts ?? []).slice(0, 16), 'a mark of the sender'] }];
    expect(decodeMadeUp(pumpFun, { calls: marked }).events).toMatchObject([{ quoteMint: WRAPPED_SOL }]);
  });

  test('the withdrawal of a completed curve is its graduation to Raydium', () => {
    const inner = [transfer('associated_bonding_curve', 'associated_user', 206n)];
    const lamports = { bonding_curve: [86, 1] } as const;
    const { events } = decodeMadeUp(pumpFun, { calls: [programCall(pumpFun, 'withdraw', {}, inner)], lamports });
    expect(events).toMatchObject([
      {
        kind: 'curve-graduated',
        mint: keyNamed('mint'),
        curve: keyNamed('bonding_curve'),
        pool: null,
        destination: 'raydium-amm-v4',
        quoteMint: WRAPPED_SOL,
        baseAmount: 206n,
        quoteAmount: 85n,
      },
    ]);
  });
});
