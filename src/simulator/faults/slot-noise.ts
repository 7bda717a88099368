import { blockMetaUpdate, slotUpdate } from '../simulated-update.ts';
import { faultKind, QUIET } from './fault.ts';

/** A status never arrives; that a later block built on the slot must tell what it would have told. */
export const dropStatus = faultKind({
  kind: 'drop-status',
  doc: 'Drops a `share` of one slot status (finalized, confirmed, processed, completed, dead, …).',
  defaults: { status: 'finalized', share: 0.05 },
  build: ({ status, share }, { random }) => ({
    ...QUIET,
    rewrite: (update) => (update.kind === 'slot' && update.status === status && random() < share ? [] : [update]),
  }),
});

/** The same status twice: first without the parent, then with it. */
export const doubleSlots = faultKind({
  kind: 'double-slots',
  doc: 'Sends a `share` of the slot statuses twice, the first time without the parent.',
  defaults: { share: 1 },
  build: ({ share }, { random }) => ({
    ...QUIET,
    rewrite: (update) =>
      update.kind === 'slot' && random() < share ? [slotUpdate(update.slot, null, update.status), update] : [update],
  }),
});

/** Statuses that do not tell their parent: the chain has to be learnt from the block metas. */
export const nullParents = faultKind({
  kind: 'null-parents',
  doc: 'Leaves the parent out of a `share` of the slot statuses.',
  defaults: { share: 1 },
  build: ({ share }, { random }) => ({
    ...QUIET,
    rewrite: (update) =>
      update.kind === 'slot' && update.parent !== null && random() < share
        ? [slotUpdate(update.slot, null, update.status)]
        : [update],
  }),
});

/** Two blocks for one slot: a second meta with another blockhash, as a node on another fork tells it. */
export const equivocation = faultKind({
  kind: 'equivocation',
  doc: 'Follows a `share` of the block metas with another for the same slot that has a different blockhash.',
  defaults: { share: 0.05 },
  build: ({ share }, { random }) => ({
    ...QUIET,
    rewrite: (update) => {
      if (update.kind !== 'blockMeta' || random() >= share) return [update];
      const blockhash = update.meta.blockhash.split('').reverse().join('');
      return [update, blockMetaUpdate({ ...update.meta, blockhash })];
    },
  }),
});
