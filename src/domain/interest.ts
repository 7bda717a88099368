/**
 * What a monitor wants to see. The subscription is derived from the interests of all monitors, folded per group: nobody writes a
 * subscribe request by hand.
 */
export interface Interest {
  /** Names of the program groups of the configuration (see config/groups.json) whose transactions the monitor reads. */
  readonly groups: readonly string[];
  /** Accounts owned by these programs (base58), when the monitor reads account writes. */
  readonly accountOwners?: readonly string[];
  /** Single accounts (base58) whose writes the monitor reads. */
  readonly accounts?: readonly string[];
  /** Addresses (base58: wallets, mints) whose transactions the monitor reads, whatever program they call. */
  readonly mentions?: readonly string[];
  /** Mentions also match owners of the token accounts a transaction touches, or only of those whose balance it changes. */
  readonly tokenAccounts?: 'all' | 'balance-changed';
}

/** The most important first. */
export const PRIORITIES = ['high', 'medium', 'low'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A priority's place among them: the lower, the more important. */
export function rankOf(priority: Priority): number {
  return PRIORITIES.indexOf(priority);
}

/** A program the engine follows. Groups, programs and priorities are configuration, not code. */
export interface ProgramEntry {
  /** Base58 program id. */
  readonly program: string;
  /** Short name, e.g. "pump-fun"; the name of its decoder. */
  readonly name: string;
}

export interface ProgramGroup {
  readonly name: string;
  readonly priority: Priority;
  readonly programs: readonly ProgramEntry[];
}
