import { createHash } from 'node:crypto';
import type { ProtocolEvent } from '../domain/protocol-event.ts';
import type { InstructionContext } from './instruction-context.ts';
import type { Layout } from './layout.ts';

/**
 * HOW TO ADD A PROGRAM: one folder src/decode/<program>/ that exports one `ProgramDecoder`, and one line in programs.ts.
 *
 *   layouts.ts   export const swapEvent = layout([['pool_id', 'pubkey'], ['amount', 'u64'], ['fee', 'u64', { since: '2025-09' }]]);
 *                (fields with `since` were appended later; without it, a body that lacks the field is malformed)
 *   program.ts   export const raydiumCpmm: ProgramDecoder = {
 *                  program: 'CPMM…', name: 'raydium-cpmm', eventSources: ['log'],
 *                  instructions: [anchorInstruction('swap_base_input', { args: swapArgs, accounts: ['payer', …], yields: true,
 *                                                   fromInstruction: (context) => … })],
 *                  events: [anchorEvent('SwapEvent', swapEvent, (fields, context) => ({ ...context.head, kind: 'trade', … }))],
 *                };
 *
 * What the framework does (registry.ts), so that a program need not:
 * - It walks the instructions in execution order, finds each program's own ones by discriminator, and pairs every event with the
 *   instruction that emitted it (not with the self-CPI), so the path and ordinal, and with them the id, do not depend on the strategy.
 * - Strategies in order: self-CPI, then `Program data:` logs (only for instructions that had no self-CPI event), then ray_log
 *   (`fromRayLog`), then `fromInstruction` for instructions with `yields: true` that are still without an event, or whose logs were cut
 *   inside them (then only what no event told is kept). Where all fail, the instruction is reported as undecoded.
 * - What is no news is kept as `other`: fees of nothing (empty-fees.ts), burns that another event explains (burns.ts).
 * - `toEvent` gets the fields and the context: `context.head` (spread it first), `context.args()` (decoded arguments or null),
 *   `context.account('name')` ("" when not there; names are those of the instruction's `accounts`), `context.transfers()`
 *   (token transfers the instruction made, in order), `context.tokenChange('name')` (pre/post balances of one of its accounts),
 *   `context.mintOf('name')` (mint of one of its token accounts, as far as the transaction tells).
 *   The context may belong to no known instruction (logs without inner instructions): then accounts are "" and args() is null.
 *   Return null when the event means nothing to anybody; return { ...context.head, kind: 'other' } to keep it with its fields.
 * - `fromInstruction` builds an event from the same context when there is no event on chain; set `fields` by
 *   `context.headFromInstruction()` (or `headFromBalances()`); return null when the amounts cannot be known: it is then reported as undecoded (no-event).
 * - One failure never hides a sibling: what throws is caught per instruction and reported as malformed.
 *
 * Amounts are bigint in base units. Never assume that the quote is SOL. `baseMint`/`quoteMint` are the pool's own.
 */
export interface ProgramDecoder {
  /** Base58 program id. */
  readonly program: string;
  /** Short name: the venue of its events. */
  readonly name: string;
  readonly eventSources: readonly ('self-cpi' | 'log' | 'ray-log')[];
  readonly instructions: readonly InstructionSpec[];
  readonly events: readonly EventSpec[];
  /** True for a program that is followed for the listed instructions only: the others are passed over, not reported as unknown. */
  readonly isListedOnly?: boolean;
  /** Reads the payload of a `ray_log:` line; null where the payload tells nothing. */
  readonly fromRayLog?: (payload: Uint8Array, context: InstructionContext) => ProtocolEvent | null;
}

export interface InstructionSpec {
  readonly name: string;
  /** Hex of the leading bytes that name the instruction: 8 bytes for Anchor programs, 1 byte for hand-made ones. */
  readonly discriminator: string;
  /** Read from behind the discriminator. */
  readonly args: Layout<object> | null;
  /** Names of its leading accounts, in order. */
  readonly accounts: readonly string[];
  /** True when a successful run must yield an event: without one it is reported as undecoded. */
  readonly yields: boolean;
  readonly fromInstruction: ((context: InstructionContext) => ProtocolEvent | readonly ProtocolEvent[] | null) | null;
  /** True for a run that did nothing on purpose (asked to migrate what is migrated): then no event is missing. */
  readonly isIdle: ((context: InstructionContext) => boolean) | null;
}

export interface EventSpec {
  readonly name: string;
  readonly discriminator: string;
  readonly layout: Layout<object>;
  /** The reader's fields are those of `layout`; anchorEvent() keeps the two in step. */
  readonly toEvent: (fields: never, context: InstructionContext) => ProtocolEvent | readonly ProtocolEvent[] | null;
}

export interface InstructionOptions {
  readonly args: Layout<object> | null;
  readonly accounts: readonly string[];
  readonly yields: boolean;
  readonly fromInstruction?: (context: InstructionContext) => ProtocolEvent | readonly ProtocolEvent[] | null;
  readonly isIdle?: (context: InstructionContext) => boolean;
}

/** An instruction of an Anchor program: its discriminator follows from its name. */
export function anchorInstruction(name: string, options: InstructionOptions): InstructionSpec {
  return taggedInstruction(name, anchorDiscriminator('global', name), options);
}

/** An instruction with a discriminator of its own ("09" = the one byte 9). */
export function taggedInstruction(name: string, discriminator: string, options: InstructionOptions): InstructionSpec {
  return { fromInstruction: null, isIdle: null, ...options, name, discriminator };
}

/** An instruction of an Anchor program that must yield an event: its own, or one made of what it moved. */
export function yielding(
  name: string,
  args: Layout<object> | null,
  accounts: readonly string[],
  fromInstruction: InstructionSpec['fromInstruction'],
): InstructionSpec {
  return {
    name,
    discriminator: anchorDiscriminator('global', name),
    args,
    accounts,
    yields: true,
    fromInstruction,
    isIdle: null,
  };
}

/** Instructions of an Anchor program that are known and mean nothing to a market (settings, permissions). */
export function silentInstructions(...names: readonly string[]): readonly InstructionSpec[] {
  return names.map((name) => anchorInstruction(name, { args: null, accounts: [], yields: false }));
}

/** An event of an Anchor program: its discriminator follows from its name. */
export function anchorEvent<T extends object>(
  name: string,
  layout: Layout<T>,
  toEvent: (fields: T, context: InstructionContext) => ProtocolEvent | readonly ProtocolEvent[] | null,
): EventSpec {
  return { name, discriminator: anchorDiscriminator('event', name), layout, toEvent: toEvent as EventSpec['toEvent'] };
}

/** An event nobody turns into a domain event of its own: kept with its fields. */
export function otherEvent<T extends object>(name: string, layout: Layout<T>): EventSpec {
  return anchorEvent(name, layout, (_fields, context) => ({ ...context.head, kind: 'other' }));
}

/** An event that only accompanies another of the same instruction: its layout is known, nothing is made of it. */
export function auxiliaryEvent<T extends object>(name: string, layout: Layout<T>): EventSpec {
  return anchorEvent(name, layout, () => null);
}

/** Layouts named like their events (`tradeEvent` → TradeEvent), all kept with their fields only. */
export function otherEvents(layouts: Readonly<Record<string, Layout<object>>>): readonly EventSpec[] {
  return Object.entries(layouts).map(([name, layout]) =>
    otherEvent(name.charAt(0).toUpperCase() + name.slice(1), layout),
  );
}

export function anchorDiscriminator(namespace: 'event' | 'global' | 'account', name: string): string {
  return createHash('sha256').update(`${namespace}:${name}`).digest('hex').slice(0, 16);
}
