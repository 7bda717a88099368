import { depositLog, swapBaseInLog, swapBaseOutLog } from '../../../../src/decode/raydium-amm-v4/layouts.ts';
import { raydiumAmmV4 } from '../../../../src/decode/raydium-amm-v4/program.ts';
import type { Values } from '../../../support/body-writer.ts';
import { writeBody } from '../../../support/body-writer.ts';
import { decodeMadeUp, transfer } from '../../../support/program-calls.ts';
import { type Call, keyNamed } from '../../../support/raw-transaction.ts';

const PROGRAM = raydiumAmmV4.program;

/** A call with as many accounts as that form has: named at the places that matter, fillers elsewhere. */
function call(
  tag: number,
  count: number,
  named: Readonly<Record<number, string>>,
  amounts: readonly bigint[],
  inner: readonly Call[],
): Call {
  const data = Buffer.alloc(1 + 8 * amounts.length);
  data[0] = tag;
  for (const [index, amount] of amounts.entries()) data.writeBigUInt64LE(amount, 1 + 8 * index);
  const accounts = Array.from({ length: count }, (_, place) => named[place] ?? `filler ${place}`);
  return { program: PROGRAM, accounts, data, inner };
}

function rayLog(body: Uint8Array): readonly string[] {
  return [
    `Program ${PROGRAM} invoke [1]`,
    `Program log: ray_log: ${Buffer.from(body).toString('base64')}`,
    `Program ${PROGRAM} success`,
  ];
}

const swapLog = (values: Values) => rayLog(writeBody(swapBaseInLog.fields, { kind: 3, ...values }));

describe('swaps of Raydium AMM v4', () => {
  const forms = [
    { form: '17 accounts', tag: 9, count: 17, named: { 1: 'pool', 4: 'coin vault', 5: 'pc vault', 16: 'trader' } },
    { form: '18 accounts', tag: 9, count: 18, named: { 1: 'pool', 5: 'coin vault', 6: 'pc vault', 17: 'trader' } },
    { form: 'v2', tag: 16, count: 8, named: { 1: 'pool', 3: 'coin vault', 4: 'pc vault', 7: 'trader' } },
  ];

  test.each(forms)('the $form form is read from its ray_log', ({ tag, count, named }) => {
    const logs = swapLog({
      amount_in: 100n,
      minimum_out: 40n,
      direction: 2n,
      pool_coin: 1000n,
      pool_pc: 500n,
      out_amount: 45n,
    });
    const { events } = decodeMadeUp(raydiumAmmV4, { calls: [call(tag, count, named, [100n, 40n], [])], logs });
    expect(events).toMatchObject([
      {
        kind: 'trade',
        strategy: 'ray-log',
        pool: keyNamed('pool'),
        trader: keyNamed('trader'),
        side: 'sell',
        baseAmount: 100n,
        quoteAmount: 45n,
        baseReserve: 1100n,
        quoteReserve: 455n,
        limit: { what: 'min-out', amount: 40n },
        vaults: { base: keyNamed('coin vault'), quote: keyNamed('pc vault') },
      },
    ]);
  });

  test.each(forms)('the $form form is read from its transfers when it logged nothing', ({ tag, count, named }) => {
    const inner = [transfer('user pc', 'pc vault', 45n), transfer('coin vault', 'user coin', 90n)];
    const { events, undecoded } = decodeMadeUp(raydiumAmmV4, { calls: [call(tag, count, named, [45n, 80n], inner)] });
    expect(undecoded).toEqual([]);
    expect(events).toMatchObject([
      {
        kind: 'trade',
        strategy: 'instruction',
        side: 'buy',
        baseAmount: 90n,
        quoteAmount: 45n,
        audit: { verdict: 'matched' },
      },
    ]);
  });

  test('an exact output tells what was taken', () => {
    const body = writeBody(swapBaseOutLog.fields, {
      kind: 4,
      max_in: 70n,
      amount_out: 50n,
      direction: 1n,
      deduct_in: 66n,
    });
    const { events } = decodeMadeUp(raydiumAmmV4, {
      calls: [call(17, 8, { 1: 'pool', 3: 'coin vault', 4: 'pc vault', 7: 'trader' }, [70n, 50n], [])],
      logs: rayLog(body),
    });
    expect(events).toMatchObject([
      { kind: 'trade', side: 'buy', baseAmount: 50n, quoteAmount: 66n, limit: { what: 'max-in', amount: 70n } },
    ]);
  });

  test('a swap of which nothing is told is reported, not invented', () => {
    const { events, undecoded } = decodeMadeUp(raydiumAmmV4, {
      calls: [call(9, 17, { 1: 'pool', 4: 'coin vault', 5: 'pc vault' }, [1n, 1n], [])],
    });
    expect(events).toEqual([]);
    expect(undecoded).toMatchObject([{ discriminator: '09', reason: 'no-event' }]);
  });
});

describe('liquidity and fees of Raydium AMM v4', () => {
  test('the short form of a deposit has its accounts one place earlier', () => {
    const body = writeBody(depositLog.fields, { kind: 1, pool_lp: 500n, deduct_coin: 7n, deduct_pc: 9n, mint_lp: 5n });
    const named = { 1: 'pool', 4: 'lp mint', 5: 'coin vault', 6: 'pc vault', 10: 'provider' };
    const { events } = decodeMadeUp(raydiumAmmV4, {
      calls: [call(3, 11, named, [8n, 9n, 0n], [])],
      logs: rayLog(body),
    });
    expect(events).toMatchObject([
      {
        kind: 'liquidity-added',
        provider: keyNamed('provider'),
        lpMint: keyNamed('lp mint'),
        baseAmount: 7n,
        quoteAmount: 9n,
        lpAmount: 5n,
        lpSupply: 505n,
      },
    ]);
  });

  test('withdrawn profit is what left the vaults', () => {
    const named = { 1: 'pool', 5: 'coin vault', 6: 'pc vault', 9: 'owner' };
    const inner = [transfer('coin vault', 'owner coin', 3n), transfer('pc vault', 'owner pc', 4n)];
    const { events } = decodeMadeUp(raydiumAmmV4, { calls: [call(7, 17, named, [], inner)] });
    expect(events).toMatchObject([
      {
        kind: 'fees-collected',
        feeKind: 'protocol',
        pool: keyNamed('pool'),
        amounts: [{ amount: 3n }, { amount: 4n }],
      },
    ]);
  });

  test('the first initialize names its mints; settings say nothing and are no gap', () => {
    const named = {
      3: 'pool',
      6: 'lp mint',
      7: 'coin mint',
      8: 'pc mint',
      9: 'coin vault',
      10: 'pc vault',
      17: 'creator',
    };
    const create = call(0, 18, named, [], []);
    const { events, undecoded } = decodeMadeUp(raydiumAmmV4, { calls: [create, call(6, 2, {}, [], [])] });
    expect(undecoded).toEqual([]);
    expect(events).toMatchObject([
      { kind: 'pool-created', pool: keyNamed('pool'), baseMint: keyNamed('coin mint'), quoteMint: keyNamed('pc mint') },
    ]);
  });
});
