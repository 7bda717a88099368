import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Holder, HolderView } from './lease.ts';

/**
 * This process as a holder, and what it can see of others. An opening is named by a random part, the time its process began, and the
 * process's world: the boot of the machine and the table of processes it stands in. A pid says nothing outside of its world, for two
 * containers may share a host name and both be process 1.
 */

/** Openings of this process. A lease that names this process but none of these was left by an earlier one with the same id. */
const openHere = new Set<string>();

/** This process as a holder of one opening. */
export function thisHolder(): Holder {
  const instance = [randomUUID(), startOf(process.pid) ?? '', world()].join(' ');
  return { host: hostname(), pid: process.pid, instance };
}

export function markOpen(holder: Holder): void {
  openHere.add(holder.instance);
}

export function markClosed(holder: Holder): void {
  openHere.delete(holder.instance);
}

export const holderView: HolderView = {
  lives: ({ host, pid, instance }) => {
    if (openHere.has(instance)) return true;
    const [, started = '', itsWorld = ''] = instance.split(' ');
    if (host !== hostname() || itsWorld !== world()) return null;
    return pid !== process.pid && isAlive(pid, started);
  },
};

function isAlive(pid: number, started: string): boolean {
  const itsStart = startOf(pid);
  if (itsStart !== null && started !== '') return itsStart === started;
  try {
    // Signal 0 only asks whether the process is there.
    process.kill(pid, 0);
    return itsStart !== DEAD;
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'EPERM';
  }
}

/** Ticks from the boot of the machine to the start of a process; null where the system does not show it. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name stands in parentheses and may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return ['Z', 'X'].includes(fields[0] ?? '') ? DEAD : (fields[STARTED_FIELD] ?? null);
  } catch {
    return null;
  }
}

/** It ended, and only waits for its parent to notice. */
const DEAD = 'dead';
/** Field 22 of the line, counted from the one behind the name. */
const STARTED_FIELD = 19;

/** Empty where the system does not say. */
function world(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}
