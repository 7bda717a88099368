import { createRequire } from 'node:module';
import { PROGRAMS } from '../../../src/decode/programs.ts';
import { createDecoder } from '../../../src/decode/registry.ts';
import { encodeJsonRpcTransaction } from '../../../src/domain/json-rpc-transaction.ts';
import type { Trade } from '../../../src/domain/protocol-event.ts';
import { readTransaction } from '../../../src/domain/wire-transaction.ts';
import { describeWithSamples, type Sample } from '../../support/samples.ts';

/**
 * Our trades of the six main programs against two witnesses that share no line with us: what the trader's own token accounts gained or
 * lost by the file itself, and what solana-dex-parser makes of the same file. Where they differ, the comment says who is right.
 */
const VENUES = new Set([
  'pump-fun',
  'pump-swap',
  'raydium-amm-v4',
  'raydium-cpmm',
  'raydium-clmm',
  'raydium-launchlab',
]);
const { decode } = createDecoder(PROGRAMS, null);

interface Case {
  /** First characters of the signature: enough to tell the samples apart. */
  readonly name: string;
  readonly sample: Sample;
  readonly trade: Trade;
}

function casesOf(sample: Sample): readonly Case[] {
  const transaction = readTransaction(encodeJsonRpcTransaction(sample.json, { index: 0, createdAtMs: null }));
  return decode(transaction).events.flatMap((event) =>
    event.kind === 'trade' && VENUES.has(event.venue) ? [{ name: sample.name.slice(0, 6), sample, trade: event }] : [],
  );
}

interface JsonBalance {
  readonly owner?: string;
  readonly mint: string;
  readonly uiTokenAmount: { readonly amount: string };
}

/** What all token accounts of an owner gained in a mint, as the file tells; null when it tells nothing. */
function gained(sample: Sample, owner: string, mint: string | null): bigint | null {
  const meta = (sample.json['meta'] ?? {}) as Record<string, readonly JsonBalance[] | null | undefined>;
  let sum: bigint | null = null;
  for (const [side, sign] of [
    ['postTokenBalances', 1n],
    ['preTokenBalances', -1n],
  ] as const) {
    for (const balance of meta[side] ?? []) {
      if (balance.owner !== owner || balance.mint !== mint) continue;
      sum = (sum ?? 0n) + sign * BigInt(balance.uiTokenAmount.amount);
    }
  }
  return sum;
}

/** Trades whose trader's balance tells of more than the trade. In each our amount is the pool's; the rest is explained. */
const TRADER_MOVED_MORE: Readonly<Record<string, string>> = {
  // The router took 134,152,655 tokens for itself in an instruction before (path 2.0).
  '27f6P1': 'base -134152655',
  // A mint with a transfer fee: 358,800 left the trader, 14,352 were withheld, 344,448 reached the pool. Both are right.
  '2bhr1F': 'base -14352',
  // Bought in one pool and sold in another: the trader's tokens end where they began.
  '4naLFM': 'base 2536145089',
  // The same, with a profit of 609,661 in the token.
  '5QBqQc': 'base 159803239',
  // The same over three pools, one of a program we do not follow.
  rNMFZp: 'base 634862142081',
};

interface ParsedTrade {
  readonly amm?: string;
  readonly idx: string;
  readonly inputToken: { readonly amountRaw: string };
  readonly outputToken: { readonly amountRaw: string };
}

function dexParser(): (sample: Sample) => readonly ParsedTrade[] {
  const require = createRequire(import.meta.url);
  const { DexParser } = require('solana-dex-parser') as {
    DexParser: new () => { parseTrades(transaction: unknown): readonly ParsedTrade[] };
  };
  const parser = new DexParser();
  return ({ json }) => {
    try {
      return parser.parseTrades(json);
    } catch {
      return [];
    }
  };
}

const AMMS: Readonly<Record<string, string>> = {
  'pump-fun': 'Pumpfun',
  'pump-swap': 'Pumpswap',
  'raydium-amm-v4': 'RaydiumV4',
  'raydium-cpmm': 'RaydiumCPMM',
  'raydium-clmm': 'RaydiumCL',
  'raydium-launchlab': 'RaydiumLaunchpad',
};

/** How the parser's trades in the same top instruction compare with ours. */
function comparedWith(parsed: readonly ParsedTrade[], { trade }: Case): string {
  const here = parsed.filter(({ amm, idx }) => amm === AMMS[trade.venue] && idx.startsWith(`${trade.path.outer}-`));
  if (here.length === 0) return 'absent';
  const isBuy = trade.side === 'buy';
  const [input, output] = isBuy ? [trade.quoteAmount, trade.baseAmount] : [trade.baseAmount, trade.quoteAmount];
  const differing = here.find(
    (each) => each.inputToken.amountRaw !== `${input}` || each.outputToken.amountRaw !== `${output}`,
  );
  if (differing !== undefined) {
    const by = (told: string, ours: bigint) => String(BigInt(told) - ours);
    return `in ${by(differing.inputToken.amountRaw, input)}, out ${by(differing.outputToken.amountRaw, output)}`;
  }
  return here.length > 1 ? 'twice' : 'same';
}

/** Where solana-dex-parser says something else. We are right in each, as the audit and the trader's balance bear out. */
const PARSER_DIFFERS: Readonly<Record<string, string>> = {
  // It finds no trade: an unknown event body, an instruction it does not know, or a file without inner transfers.
  '27f6P1': 'absent',
  '2eC4dq': 'absent',
  '3J7xWK': 'absent',
  '3USu3Y': 'absent',
  '3mpAjS': 'absent',
  '3tVQzG': 'absent',
  '3tkxRj': 'absent',
  '4GtxzH': 'absent',
  '56Rbkz': 'absent',
  '57qfbs': 'absent',
  '5EDHe1': 'absent',
  '5e5t9J': 'absent',
  VLzYfu: 'absent',
  // It tells one swap of a router twice, by the event and by the transfers.
  '2NPwso': 'twice',
  '3whMuG': 'twice',
  '3yJfXH': 'twice',
  '5aTjNT': 'twice',
  rNMFZp: 'twice',
  // A curve quoted in USDC: it reads the SOL field, which is 0. The trader's balance says 3,517,192.
  '2m5nWL': 'in -3517192, out 0',
  // The mint withholds 14,352 of the input: it tells what left the trader, we what reached the pool, with the fee beside it.
  '2bhr1F': 'in 14352, out 0',
  // PumpSwap: it adds the fee of the liquidity providers to what was paid, or takes all fees off what was got; we tell the pool's
  // own amount, with the fees beside it. Both add up to what the trader's balance says.
  '31V8YG': 'in 2792684, out 0',
  '4pCgZ2': 'in 1390496, out 0',
  '3K8QKe': 'in 0, out -202198',
  '4naLFM': 'in 0, out -212954',
};

describeWithSamples('trades of the main programs', (samples) => {
  const cases = samples.flatMap(casesOf);

  test('are what the trader’s own token accounts gained or lost', () => {
    const differing: Record<string, string> = {};
    let same = 0;
    for (const { name, sample, trade } of cases) {
      const change = gained(sample, trade.trader, trade.baseMint);
      if (change === null) continue;
      const told = trade.side === 'buy' ? trade.baseAmount : -trade.baseAmount;
      if (change === told) same++;
      else differing[name] = `base ${change - told}`;
    }
    expect(differing).toEqual(TRADER_MOVED_MORE);
    expect(same).toBeGreaterThanOrEqual(35);
  });

  test('cost the trader the quote and its fees, where the quote lies in a token account that outlives the trade', () => {
    const borneOut = cases.flatMap(({ name, sample, trade }) => {
      const change = gained(sample, trade.trader, trade.quoteMint);
      const fees = trade.feesIncluded ? 0n : trade.fees.reduce((sum, { amount }) => sum + amount, 0n);
      return change !== null && trade.side === 'buy' && change === -(trade.quoteAmount + fees) ? [name] : [];
    });
    // Elsewhere wrapped SOL is opened and closed on the way, or a route spends what it got.
    expect(borneOut).toEqual(['2m5nWL', '31V8YG']);
  });

  test('are what solana-dex-parser tells, where it is right', () => {
    const parse = dexParser();
    const differing: Record<string, string> = {};
    for (const each of cases) {
      const compared = comparedWith(parse(each.sample), each);
      // Four trades of one transaction share a name; they are told apart by their instruction.
      if (compared !== 'same') differing[each.name] = compared;
    }
    expect(differing).toEqual(PARSER_DIFFERS);
  });
});
