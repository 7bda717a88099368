import type { DecodedTransaction, DecodeTransaction } from '../../domain/contracts.ts';
import type { Audit, EventHead, FeesCollected } from '../../domain/protocol-event.ts';
import type { Instruction, Transaction } from '../../domain/transaction.ts';
import { PUMP_FUN, PUMP_SWAP } from '../program-ids.ts';
import { subtreeEnd } from '../vault-flows.ts';
import { byChange } from './change-evidence.ts';
import { type Audited, type Claim, claimedAmount, isAudited, type Side } from './claim.ts';
import { type Evidence, type Finding, refuted, unknown } from './evidence.ts';
import { feeVerdict } from './fee-audit.ts';
import { byLargestFlow } from './flow-evidence.ts';
import { Movements } from './movements.ts';
import { byTransfers } from './transfer-evidence.ts';
import { vaultOf } from './vault.ts';

/**
 * Compares every trade, deposit, withdrawal, opening of a pool and collection of fees with what the transaction itself moved: first the transfers below the
 * event's own instruction, then the vault's balance before and after, over all events that touched it. It reads nothing that the decoder
 * read, so a wrong layout cannot prove itself. It never changes an amount.
 */
export function audited(decode: DecodeTransaction): DecodeTransaction {
  return (transaction) => {
    const decoded = decode(transaction);
    auditTransaction(decoded);
    return decoded;
  };
}

export function auditTransaction(decoded: DecodedTransaction): void {
  const evidence = evidenceOf(decoded);
  if (evidence === null) return;
  auditClaims(evidence);
  for (const event of decoded.events) if (event.kind === 'fees-collected') auditFees(evidence, event);
}

function auditFees(evidence: Evidence, event: FeesCollected): void {
  const { transaction } = evidence.decoded;
  const at = placeOf(transaction, event);
  const audit = feeVerdict(evidence, event, at, endOf(transaction, at));
  if (audit !== null) event.audit = audit;
}

function auditClaims(evidence: Evidence): void {
  const { claims } = evidence;
  for (let index = 0; index < claims.length; ) {
    const { event } = claims[index] as Claim;
    const findings: Finding[] = [];
    for (; claims[index]?.event === event; index++) findings.push(judge(evidence, claims[index] as Claim));
    event.audit = verdict(findings);
  }
}

/** What the events of a transaction claim and where to look for it; null when none claims anything. */
export function evidenceOf(decoded: DecodedTransaction): Evidence | null {
  let claims: Claim[] | null = null;
  for (const event of decoded.events) {
    if (event.kind === 'fees-collected') claims ??= [];
    if (!isAudited(event)) continue;
    claims ??= [];
    addClaims(decoded, event, claims);
  }
  return claims === null ? null : { decoded, movements: new Movements(decoded.transaction), claims };
}

const MATCHED: Audit = { verdict: 'matched' };

function judge(evidence: Evidence, claim: Claim): Finding {
  if (claim.vault < 0) return byLargestFlow(evidence, claim, 'the vault is not known');
  const { finding: transfers, isFinal, isElsewhere } = byTransfers(evidence, claim);
  if (isFinal) return transfers;
  if (isElsewhere) return byLargestFlow(evidence, claim, transfers.note);
  const change = byChange(evidence, claim);
  if (change.is === 'proved') return change;
  if (transfers.is === 'unknown' && change.is === 'unknown') return unknown(`${claim.side}: ${change.note}`);
  const notes = [transfers, change].filter(({ is }) => is === 'refuted').map(({ note }) => note);
  return refuted(`${claim.side}: event ${claim.amount}, ${notes.join(', ')}`);
}

/** Refuted by one side is refuted; matched asks for every side. */
function verdict(findings: readonly Finding[]): Audit {
  if (findings.every(({ is }) => is === 'proved')) return MATCHED;
  const refuted = findings.filter(({ is }) => is === 'refuted');
  if (refuted.length > 0) return { verdict: 'mismatched', note: notes(refuted) };
  return { verdict: 'unauditable', note: notes(findings.filter(({ is }) => is === 'unknown')) };
}

function notes(findings: readonly Finding[]): string {
  return findings.map(({ note }) => note).join('; ');
}

function addClaims({ transaction }: DecodedTransaction, event: Audited, claims: Claim[]): void {
  const at = routeOf(transaction, event, placeOf(transaction, event));
  const end = endOf(transaction, at);
  addClaim(transaction, event, 'base', at, end, claims);
  addClaim(transaction, event, 'quote', at, end, claims);
}

function addClaim(
  transaction: Transaction,
  event: Audited,
  side: Side,
  at: number,
  end: number,
  claims: Claim[],
): void {
  const amount = claimedAmount(event, side);
  if (amount === null) return;
  const { index, isLamports } = vaultOf(transaction, event, side, at);
  const mint = side === 'base' ? event.baseMint : event.quoteMint;
  claims.push({ event, side, mint, amount, at, end, vault: index, isLamports });
}

/** Where the calls below were not recorded, an instruction is all of itself that can be seen. */
function endOf(transaction: Transaction, at: number): number {
  if (at < 0) return -1;
  return transaction.hasInner ? subtreeEnd(transaction, at) : at + 1;
}

/** −1 when the event's instruction is not there, or is another program's. */
function placeOf(transaction: Transaction, event: EventHead): number {
  const { instructions } = transaction;
  const { outer, inner } = event.path;
  for (let at = 0; at < instructions.length; at++) {
    const instruction = instructions[at] as Instruction;
    if (instruction.outer !== outer || instruction.inner !== inner) continue;
    return transaction.key(instruction.programIndex) === event.program ? at : -1;
  }
  return -1;
}

/**
 * Place of the instruction below which all of an event's transfers stand. A hop of a route over PumpSwap and pump.fun is paid by the hop
 * before it and pays the hop after it, also where the two stand in different programs: it is judged by what the whole route moved.
 */
function routeOf({ instructions }: Transaction, event: EventHead, at: number): number {
  if (at < 0 || event.program !== PUMP_FUN || event.caller !== PUMP_SWAP) return at;
  const height = (instructions[at] as Instruction).stackHeight - 1;
  for (let above = at - 1; above >= 0 && height > 0; above--) {
    const instruction = instructions[above] as Instruction;
    if (instruction.outer !== event.path.outer) break;
    if ((instruction.inner < 0 ? 1 : instruction.stackHeight) === height) return above;
  }
  return at;
}
