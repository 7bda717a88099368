import { createHash } from 'node:crypto';
import type { Trade } from '../../domain/protocol-event.ts';
import { decodeBase58, encodeBase58 } from '../../lib/base58.ts';
import type { InstructionContext } from '../instruction-context.ts';
import { WRAPPED_SOL } from '../token-move.ts';

/** What stands for SOL where the program names the quote mint, and for nobody where it names who was paid. */
export const NATIVE = '11111111111111111111111111111111';

/** The quote mint of a curve: absent before 2026, the system program for SOL, else the mint itself. */
export function quoteMintOf(stated: string | undefined): string {
  return stated === undefined || stated === NATIVE || stated === '' ? WRAPPED_SOL : stated;
}

/** The curve of a mint: named by the instruction, else found by its address among the accounts of the transaction; "" when it is not there. */
export function curveOf(context: InstructionContext, mint: string): string {
  return context.account('bonding_curve') || curveByAddress(context, mint);
}

const BUMP_MAX = 255;
/** Each number yields an address with even odds: of the curves there can ever be, none lies further down. */
const BUMPS_TRIED = 40;

/**
 * A curve's address is a hash of its mint and of a small number counted down from 255 until the hash is no valid public key. An account
 * of the transaction that is one of these hashes is the curve: nothing else can have such an address.
 */
function curveByAddress({ transaction, program }: InstructionContext, mint: string): string {
  const keys = new Set<string>();
  for (let index = 0; index < transaction.keyCount; index++) keys.add(transaction.key(index));
  const start = createHash('sha256').update('bonding-curve').update(decodeBase58(mint));
  const end = Buffer.concat([decodeBase58(program.program), Buffer.from('ProgramDerivedAddress')]);
  for (let bump = BUMP_MAX; bump > BUMP_MAX - BUMPS_TRIED; bump--) {
    const address = encodeBase58(start.copy().update(Uint8Array.of(bump)).update(end).digest());
    if (keys.has(address)) return address;
  }
  return '';
}

/** Where the curve keeps its tokens and its quote; SOL lies on the curve account itself. */
export function vaultsOf(
  context: InstructionContext,
  curve: string,
  isSol: boolean,
): NonNullable<Trade['vaults']> | null {
  const base = context.account('associated_bonding_curve') || context.account('associated_base_bonding_curve');
  if (base === '') return hopVaults(context, curve, isSol);
  const quote = isSol ? curve : context.account('associated_quote_bonding_curve');
  return quote === '' ? null : { base, quote };
}

/** A hop of a route lists its base mint, its quote mint, its curve and the curve's two token accounts, in this order. */
function hopVaults(context: InstructionContext, curve: string, isSol: boolean): NonNullable<Trade['vaults']> | null {
  if (context.spec?.name !== 'multi_hop_curve_swap' || curve === '') return null;
  for (let place = 2; place + 2 < context.accountCount; place++) {
    if (context.accountAt(place) !== curve) continue;
    return { base: context.accountAt(place + 1), quote: isSol ? curve : context.accountAt(place + 2) };
  }
  return null;
}
