import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Holder, HolderView } from './lease.ts';

/** Openings of this process. A lease that names this process but none of these was left by an earlier one with the same id. */
const openHere = new Set<string>();

/** This process as a holder of one opening. */
export function thisHolder(): Holder {
  return { host: hostname(), pid: process.pid, instance: randomUUID() };
}

export function markOpen(holder: Holder): void {
  openHere.add(holder.instance);
}

export function markClosed(holder: Holder): void {
  openHere.delete(holder.instance);
}

export const holderView: HolderView = {
  isOpenHere: (instance) => openHere.has(instance),
  isProcessAlive: (pid) => {
    try {
      // Signal 0 only asks whether the process is there.
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as { readonly code?: unknown }).code === 'EPERM';
    }
  },
};
