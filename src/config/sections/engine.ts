import { choiceKey, integerKey, textKey } from '../key.ts';

export const engineSection = {
  dataFolder: textKey({
    env: 'SLUICE_DATA_DIR',
    default: 'data',
    doc: 'Folder of the outbox and everything else that must survive a restart, from the working directory. The embedded simulator keeps its own in `simulator` below it.',
  }),
  logLevel: choiceKey({
    env: 'SLUICE_LOG_LEVEL',
    choices: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    doc: 'Least severe lines that are written.',
  }),
  logFormat: choiceKey({
    env: 'SLUICE_LOG_FORMAT',
    choices: ['text', 'json'],
    default: 'text',
    doc: 'text for people, json (one object per line) for log collectors.',
  }),
  poolLogIntervalMs: integerKey({
    env: 'SLUICE_POOL_LOG_INTERVAL_MS',
    default: 30_000,
    min: 0,
    max: 3_600_000,
    unit: 'ms',
    doc: 'Interval of the console pool logger; 0 turns it off.',
  }),
  quarantineSizeMb: integerKey({
    env: 'SLUICE_QUARANTINE_SIZE_MB',
    default: 256,
    min: 1,
    max: 1_000_000,
    unit: 'MiB',
    doc: 'Raw bytes kept of what could not be decoded or did not pass its audit; the oldest go first.',
  }),
  shutdownDeadlineMs: integerKey({
    env: 'SLUICE_SHUTDOWN_DEADLINE_MS',
    default: 8_000,
    min: 100,
    max: 600_000,
    unit: 'ms',
    doc: 'Time a stop may take to drain before it tells what it left and exits.',
  }),
};
