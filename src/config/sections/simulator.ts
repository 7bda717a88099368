import { booleanKey, integerKey, textKey } from '../key.ts';

/** The simulator, embedded or alone: `sluice simulate` takes these where its own options say nothing. */
export const simulatorSection = {
  host: textKey({
    env: 'SIMULATOR_HOST',
    default: '127.0.0.1',
    doc: 'Address `sluice simulate` listens on.',
  }),
  port: integerKey({
    env: 'SIMULATOR_PORT',
    default: 10_000,
    min: 0,
    max: 65_535,
    unit: 'port',
    doc: 'Port `sluice simulate` listens on; 0 takes a free one. The embedded simulator always takes a free one.',
  }),
  token: textKey({
    env: 'SIMULATOR_TOKEN',
    default: '',
    doc: 'x-token a client of `sluice simulate` must send. Empty: none.',
    secret: true,
  }),
  source: textKey({
    env: 'SIMULATOR_SOURCE',
    default: '',
    doc: 'File or folder of JSON-RPC transactions to replay. Empty: the market model.',
  }),
  originalSlots: booleanKey({
    env: 'SIMULATOR_ORIGINAL_SLOTS',
    default: false,
    doc: 'Replay a recording under its own slot numbers, once, instead of one slot after the other at the rate.',
  }),
  loop: booleanKey({
    env: 'SIMULATOR_LOOP',
    default: true,
    doc: 'Start a recording again at its end, with other signatures.',
  }),
  seed: integerKey({
    env: 'SIMULATOR_SEED',
    default: 1,
    min: 0,
    max: 4_294_967_295,
    unit: 'number',
    doc: 'Seed of the market model: the same seed makes the same market.',
  }),
  rate: integerKey({
    env: 'SIMULATOR_RATE',
    default: 100,
    min: 1,
    max: 100_000,
    unit: 'transactions/s',
    doc: 'Transactions per second, on average.',
  }),
  slotMs: integerKey({
    env: 'SIMULATOR_SLOT_MS',
    default: 400,
    min: 0,
    max: 60_000,
    unit: 'ms',
    doc: 'Time a slot takes; 0: as fast as the readers follow.',
  }),
  script: textKey({
    env: 'SIMULATOR_SCRIPT',
    default: '',
    doc: 'Fault script (JSON, see config/faults): what shall go wrong, by slot and seed. Empty: nothing.',
  }),
};
