import { faultKind, QUIET } from './fault.ts';

/** Narrow filters: few of each type, few keys in a list, none that selects everything, no subscription to some programs. */
export const filterWidth = faultKind({
  kind: 'filter-width',
  doc: 'Refuses requests with more than `filters` of one type or `keys` in one list; `rejected` keys (comma-separated) are never allowed.',
  defaults: { filters: 5, keys: 50, allowAny: true, rejected: 'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA' },
  build: ({ filters, keys, allowAny, rejected }) => ({
    ...QUIET,
    limits: (base) => ({
      ...base,
      filtersPerType: Math.min(base.filtersPerType, filters),
      keysPerList: Math.min(base.keysPerList, keys),
      allowAny: base.allowAny && allowAny,
      rejectedKeys: [...base.rejectedKeys, ...rejected.split(',').filter((key) => key !== '')],
    }),
  }),
});
