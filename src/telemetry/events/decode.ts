import type { SpecTable } from '../spec.ts';

/** What the decode station tells about itself. */
export type DecodeEvent = { readonly type: 'decode.station.started' };

export const decodeSpecs: SpecTable<DecodeEvent> = {
  'decode.station.started': { level: 'debug', doc: 'The decode station was built.' },
};
