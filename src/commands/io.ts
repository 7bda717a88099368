/** What a command may touch of the world: handed in by main.ts, so that tests can run a command in their own process. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** One line on standard output. */
  readonly out: (text: string) => void;
  /** One line on standard error. */
  readonly error: (text: string) => void;
  /** Text on standard output as it is. */
  readonly write: (text: string) => void;
  /** Resident memory of the process, bytes. */
  readonly residentBytes: () => number;
  /** Aborts when the operator asks to stop. */
  readonly stop: AbortSignal;
  /** Aborts when the operator asks a second time. */
  readonly abandon: AbortSignal;
}
