import { auditTransaction } from '../../src/decode/audit/audit.ts';
import { TOKEN_2022_PROGRAM, TOKEN_PROGRAM } from '../../src/decode/spl-token/token-instruction.ts';
import type { Audit, LiquidityChanged, ProtocolEvent, Trade } from '../../src/domain/protocol-event.ts';
import { liquidityChanged, SOL, trade } from './protocol-events.ts';
import { type Call, keyNamed, type MadeUp, madeUpTransaction } from './raw-transaction.ts';

/** Made-up events against made-up movements: what a test of the audit says in a line. Amounts are small numbers. */
export const VENUE = keyNamed('venue');
const SYSTEM_PROGRAM = '11111111111111111111111111111111';

/** A sale of 100 base for 50 quote in a pool whose vaults are named, in the first instruction. */
export function sale(changes: Partial<Trade> = {}): Trade {
  return trade({
    program: VENUE,
    venue: 'made-up',
    pool: keyNamed('pool'),
    side: 'sell',
    baseMint: keyNamed('mint'),
    quoteMint: keyNamed('money'),
    baseAmount: 100n,
    quoteAmount: 50n,
    fees: [],
    vaults: { base: keyNamed('base vault'), quote: keyNamed('quote vault') },
    ...changes,
  });
}

/** The same in SOL on a curve that holds it itself. */
export function curveTrade(changes: Partial<Trade> = {}): Trade {
  return sale({
    quoteMint: SOL,
    pool: keyNamed('curve'),
    vaults: { base: keyNamed('base vault'), quote: keyNamed('curve') },
    ...changes,
  });
}

export function liquidity(changes: Partial<LiquidityChanged> = {}): LiquidityChanged {
  return liquidityChanged({
    program: VENUE,
    venue: 'made-up',
    pool: keyNamed('pool'),
    baseMint: keyNamed('mint'),
    quoteMint: keyNamed('money'),
    baseAmount: 100n,
    quoteAmount: 50n,
    vaults: { base: keyNamed('base vault'), quote: keyNamed('quote vault') },
    ...changes,
  });
}

/** What the sale above moves: base into its vault, quote out of its vault. */
export function saleMoves(base: number, quote: number): readonly Call[] {
  return [moved('trader base', 'base vault', base, 'mint'), moved('quote vault', 'trader quote', quote, 'money')];
}

/** A transfer_checked, which names its mint. */
export function moved(from: string, to: string, amount: number, mint: string, program = TOKEN_PROGRAM): Call {
  return { program, accounts: [from, mint, to, 'owner'], data: Uint8Array.of(12, ...u64(amount), 6) };
}

/** A Token-2022 transfer that tells what its mint withholds. */
export function movedWithFee(from: string, to: string, amount: number, fee: number, mint: string): Call {
  const data = Uint8Array.of(26, 1, ...u64(amount), 6, ...u64(fee));
  return { program: TOKEN_2022_PROGRAM, accounts: [from, mint, to, 'owner'], data };
}

export function paid(from: string, to: string, lamports: number): Call {
  return { program: SYSTEM_PROGRAM, accounts: [from, to], data: Uint8Array.of(2, 0, 0, 0, ...u64(lamports)) };
}

export function opened(payer: string, account: string, lamports: number): Call {
  const data = Uint8Array.of(0, 0, 0, 0, ...u64(lamports), ...u64(0), ...new Uint8Array(32));
  return { program: SYSTEM_PROGRAM, accounts: [payer, account], data };
}

/** A call of the venue that names the usual accounts. */
export function venueCall(inner: readonly Call[], changes: Partial<Call> = {}): Call {
  const accounts = ['pool', 'curve', 'base vault', 'quote vault', 'trader base', 'trader quote'];
  return { program: VENUE, accounts, data: Uint8Array.of(1), inner, ...changes };
}

export function u64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** The verdicts on these events of one transaction, notes behind a colon. */
export function auditsOf(events: readonly ProtocolEvent[], madeUp: MadeUp): readonly string[] {
  auditTransaction({ transaction: madeUpTransaction(madeUp), events, undecoded: [] });
  return events.map(({ audit }) => verdictText(audit));
}

function verdictText(audit: Audit | undefined): string {
  if (audit === undefined) return 'not audited';
  return audit.note === undefined ? audit.verdict : `${audit.verdict}: ${audit.note}`;
}

/** The one verdict on one event. */
export function auditOf(event: ProtocolEvent, madeUp: MadeUp): string {
  return auditsOf([event], madeUp)[0] ?? '';
}
