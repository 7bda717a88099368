import pino from 'pino';
import type { Clock } from '../lib/clock.ts';
import type { Emit, EngineEvent } from './event.ts';
import { EVENT_SPECS } from './event.ts';
import type { EventSpec } from './spec.ts';

export interface LoggerOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly format: 'text' | 'json';
  /** Removes what must never be read (tokens, passwords) from any text. */
  readonly redact: (text: string) => string;
  readonly write: (line: string) => void;
  readonly clock: Clock;
}

/** Folds engine events into log lines. What a line says stands beside the event's type, in telemetry/events. */
export function createLogger(options: LoggerOptions): Emit {
  const logger = pino(
    { level: options.level, base: null, messageKey: 'text', timestamp: () => `,"time":"${timeOf(options.clock)}"` },
    { write: (line) => options.write(options.format === 'json' ? options.redact(line) : options.redact(toText(line))) },
  );
  return (event) => {
    const spec = EVENT_SPECS[event.type] as EventSpec<EngineEvent>;
    if (spec.text === undefined || !logger.isLevelEnabled(spec.level)) return;
    logger[spec.level]({ event: event.type }, spec.text(event));
  };
}

const LEVEL_NAMES: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info ', 40: 'WARN ', 50: 'ERROR' };

function toText(line: string): string {
  const entry = JSON.parse(line) as { level: number; time: string; text: string };
  return `${entry.time.slice(11, 23)} ${LEVEL_NAMES[entry.level] ?? ''} ${entry.text}\n`;
}

function timeOf(clock: Clock): string {
  return new Date(clock.wallMs()).toISOString();
}
