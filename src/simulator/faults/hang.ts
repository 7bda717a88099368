import { faultKind, QUIET } from './fault.ts';

/** New calls get no answer at all: no headers, no status, for ever. */
export const hang = faultKind({
  kind: 'hang',
  doc: 'Never answers calls that are opened while the window is open.',
  defaults: {},
  build: () => ({ ...QUIET, admit: () => ({ type: 'hang' }) }),
});
