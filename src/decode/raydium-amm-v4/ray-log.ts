import type { ProtocolEvent, Trade } from '../../domain/protocol-event.ts';
import type { InstructionContext } from '../instruction-context.ts';
import type { Layout } from '../layout.ts';
import { liquidityOf, poolCreatedOf, tradeOf } from '../pool-events.ts';
import { lpMoved, poolSide, vaultMint } from '../pool-movement.ts';
import { poolAccounts } from './accounts.ts';
import { depositLog, initLog, swapBaseInLog, swapBaseOutLog, withdrawLog } from './layouts.ts';

/** In a ray_log, 1 is "pc to coin" and 2 is "coin to pc". */
const COIN_TO_PC = 2n;

/** Turns the payload of a ray_log line into an event; null for a kind nobody knows or a payload that is cut off. */
export function readRayLog(payload: Uint8Array, context: InstructionContext): ProtocolEvent | null {
  switch (payload[0]) {
    case 0:
      return created(payload, context);
    case 1:
      return deposited(payload, context);
    case 2:
      return withdrawn(payload, context);
    case 3:
      return swappedBaseIn(payload, context);
    case 4:
      return swappedBaseOut(payload, context);
    default:
      return null;
  }
}

function read<T extends object>(
  layout: Layout<T>,
  name: string,
  payload: Uint8Array,
  context: InstructionContext,
): T | null {
  const reading = layout.read(payload, 0);
  if (reading === null) return null;
  context.begin(name, 'ray-log', reading.fields, reading.tail, payload.length);
  return reading.fields;
}

function created(payload: Uint8Array, context: InstructionContext): ProtocolEvent | null {
  const log = read(initLog, 'InitLog', payload, context);
  if (log === null) return null;
  const accounts = poolAccounts(context);
  return {
    ...context.head,
    ...poolCreatedOf({
      pool: accounts.pool,
      creator: accounts.user || null,
      a: {
        mint: accounts.coinMint,
        amount: log.coin_amount,
        vault: accounts.coinVault || null,
        decimals: log.coin_decimals,
      },
      b: { mint: accounts.pcMint, amount: log.pc_amount, vault: accounts.pcVault || null, decimals: log.pc_decimals },
      lpMint: accounts.lpMint || null,
      lpAmount: lpMoved(context, accounts.lpMint, 'mint'),
    }),
  };
}

function deposited(payload: Uint8Array, context: InstructionContext): ProtocolEvent | null {
  const log = read(depositLog, 'DepositLog', payload, context);
  if (log === null) return null;
  const { pool, user, lpMint, a, b } = liquiditySides(context, log, log.deduct_coin, log.deduct_pc);
  const lpSupply = log.pool_lp + log.mint_lp;
  const change = { pool, provider: user, a, b, lpAmount: log.mint_lp, lpMint, lpSupply, position: null };
  return { ...context.head, ...liquidityOf('liquidity-added', change) };
}

function withdrawn(payload: Uint8Array, context: InstructionContext): ProtocolEvent | null {
  const log = read(withdrawLog, 'WithdrawLog', payload, context);
  if (log === null) return null;
  const { pool, user, lpMint, a, b } = liquiditySides(context, log, -log.out_coin, -log.out_pc);
  const lpSupply = log.pool_lp - log.withdraw_lp;
  const change = { pool, provider: user, a, b, lpAmount: log.withdraw_lp, lpMint, lpSupply, position: null };
  return { ...context.head, ...liquidityOf('liquidity-removed', change) };
}

interface PoolBefore {
  readonly pool_coin: bigint;
  readonly pool_pc: bigint;
}

function liquiditySides(context: InstructionContext, before: PoolBefore, coin: bigint, pc: bigint) {
  const accounts = poolAccounts(context);
  return {
    pool: accounts.pool,
    user: accounts.user,
    lpMint: accounts.lpMint || null,
    a: sideOf(context, accounts.coinVault, coin, before.pool_coin),
    b: sideOf(context, accounts.pcVault, pc, before.pool_pc),
  };
}

/** `change` is signed: into the pool is positive. */
function sideOf(context: InstructionContext, vault: string, change: bigint, before: bigint) {
  const amount = change < 0n ? -change : change;
  return poolSide(vaultMint(context, '', vault), vault, amount, before + change);
}

function swappedBaseIn(payload: Uint8Array, context: InstructionContext): ProtocolEvent | null {
  const log = read(swapBaseInLog, 'SwapBaseInLog', payload, context);
  if (log === null) return null;
  return swapped(context, log, log.direction, log.amount_in, log.out_amount, {
    what: 'min-out',
    amount: log.minimum_out,
  });
}

function swappedBaseOut(payload: Uint8Array, context: InstructionContext): ProtocolEvent | null {
  const log = read(swapBaseOutLog, 'SwapBaseOutLog', payload, context);
  if (log === null) return null;
  return swapped(context, log, log.direction, log.deduct_in, log.amount_out, { what: 'max-in', amount: log.max_in });
}

function swapped(
  context: InstructionContext,
  before: PoolBefore,
  direction: bigint,
  amountIn: bigint,
  amountOut: bigint,
  limit: Trade['limit'],
): ProtocolEvent {
  const accounts = poolAccounts(context);
  const aToB = direction === COIN_TO_PC;
  return {
    ...context.head,
    ...tradeOf({
      pool: accounts.pool,
      trader: accounts.user,
      a: sideOf(context, accounts.coinVault, aToB ? amountIn : -amountOut, before.pool_coin),
      b: sideOf(context, accounts.pcVault, aToB ? -amountOut : amountIn, before.pool_pc),
      aToB,
      // The 0.25 % stay inside the pool and no log tells how much they were.
      fees: [],
      feesIncluded: true,
      limit,
    }),
  };
}
