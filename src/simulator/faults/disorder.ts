import type { Random } from '../../lib/random.ts';
import type { SimulatedUpdate } from '../simulated-update.ts';
import { faultKind, QUIET } from './fault.ts';

/** The block meta of a slot overtakes its transactions: a meta is no proof that a slot is complete. */
export const metaFirst = faultKind({
  kind: 'meta-first',
  doc: "Holds back a `share` of each slot's transactions and account writes until its block meta and status are out.",
  defaults: { share: 1 },
  build: ({ share }, { random }) => {
    const held: SimulatedUpdate[] = [];
    const release = (): readonly SimulatedUpdate[] => held.splice(0);
    return {
      ...QUIET,
      rewrite: (update) => {
        const isData = update.kind === 'transaction' || update.kind === 'account' || update.kind === 'entry';
        if (isData && random() < share) {
          held.push(update);
          return [];
        }
        const endsSlot = update.kind === 'slot' && update.status === 'processed';
        return endsSlot ? [update, ...release()] : [update];
      },
      flush: release,
    };
  },
});

export const duplicates = faultKind({
  kind: 'duplicates',
  doc: 'Sends a `share` of all updates twice; the second comes up to `distance` updates later.',
  defaults: { share: 0.1, distance: 20 },
  build: ({ share, distance }, { random }) => {
    const due: { readonly update: SimulatedUpdate; after: number }[] = [];
    return {
      ...QUIET,
      rewrite: (update) => {
        for (const later of due) later.after--;
        const ripe = due.filter((later) => later.after <= 0).map((later) => later.update);
        due.splice(0, due.length, ...due.filter((later) => later.after > 0));
        if (random() < share) due.push({ update, after: Math.ceil(random() * distance) });
        return [update, ...ripe];
      },
      flush: () => due.splice(0).map((later) => later.update),
    };
  },
});

/** Whatever happens within a few slots comes in any order: confirmed before processed, meta before data, a status too late. */
export const shuffle = faultKind({
  kind: 'shuffle',
  doc: 'Collects the updates of `depth` slots and sends them in random order.',
  defaults: { depth: 3 },
  build: ({ depth }, { random }) => {
    const held: SimulatedUpdate[] = [];
    let started = 0;
    const release = (): readonly SimulatedUpdate[] => shuffled(held.splice(0), random);
    return {
      ...QUIET,
      rewrite: (update) => {
        const starts = update.kind === 'slot' && update.status === 'firstShredReceived';
        const full = starts && ++started > depth;
        const out = full ? release() : [];
        if (full) started = 1;
        held.push(update);
        return out;
      },
      flush: release,
    };
  },
});

function shuffled(updates: SimulatedUpdate[], random: Random): readonly SimulatedUpdate[] {
  for (let i = updates.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [updates[i], updates[j]] = [updates[j] as SimulatedUpdate, updates[i] as SimulatedUpdate];
  }
  return updates;
}
