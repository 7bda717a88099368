/**
 * The closed list of what can go wrong, by code. A code says who acts: a retryable one is retried by the station that met it,
 * any other reaches an operator as one sentence. Callers branch on `code`, never on the text.
 */
export const ERROR_CODES = [
  'CONFIG_INVALID',
  'CONFIG_DATA_DIR',
  'GRPC_AUTH',
  'GRPC_CLOSED',
  'GRPC_PLAN',
  'DECODE_MALFORMED',
  'DECODE_LAYOUT',
  'PIPELINE_ABORTED',
  'OUTPUT_BROKER_DOWN',
  'OUTPUT_TOPOLOGY',
  'OUTPUT_DISK_FULL',
  'OUTPUT_CORRUPT',
  'OUTPUT_LOCKED',
  'RECOVERY_GAVE_UP',
  'RPC_FAILED',
  'API_PORT_TAKEN',
  'API_UNAUTHORIZED',
  'SIMULATOR_SOURCE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface EngineErrorOptions {
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** An error an operator may read: one sentence with what to do, a stable code, never a secret. */
export class EngineError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: EngineErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'EngineError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** sysexits' EX_CONFIG: an operator has to act, starting again as it is cannot help. */
export const FINAL_EXIT_CODE = 78;

/** Errors that no repetition cures: the configuration, the data or the rights have to change first. */
const FINAL_CODES: ReadonlySet<ErrorCode> = new Set([
  'CONFIG_INVALID',
  'CONFIG_DATA_DIR',
  'GRPC_AUTH',
  'GRPC_PLAN',
  'OUTPUT_TOPOLOGY',
  'OUTPUT_CORRUPT',
  'OUTPUT_LOCKED',
  'API_PORT_TAKEN',
  'SIMULATOR_SOURCE',
]);

export function isFinal(error: unknown): error is EngineError {
  return error instanceof EngineError && FINAL_CODES.has(error.code);
}

/** What a process that ends with this error tells its supervisor: 78 where an operator has to act first, 1 for everything else. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof EngineError)) return 1;
  if (error.code === 'RECOVERY_GAVE_UP' && error.cause !== undefined) return exitCodeOf(error.cause);
  return isFinal(error) ? FINAL_EXIT_CODE : 1;
}

/** The text of anything thrown, without its stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A programmer's mistake: stop at once instead of going on with a broken promise. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new EngineError('INTERNAL', message);
}
