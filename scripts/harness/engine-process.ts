import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const READY_MS = 30_000;
const LAST_WORDS = 2_000;

/** The engine as an operator runs it: a process of its own, told everything through its environment. */
export class EngineProcess {
  readonly #child: ChildProcess;
  /** Ended, and everything it printed was read. */
  readonly #closed: Promise<unknown>;
  readonly output: string[] = [];
  url = '';

  private constructor(child: ChildProcess, onText: (text: string) => void) {
    this.#child = child;
    this.#closed = once(child, 'close');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        onText(text);
        this.output.push(text);
        if (this.output.length > 2_000) this.output.shift();
      });
    }
  }

  /** Starts the engine and waits until its API answers. Rejects with what it printed when it ends before. */
  static async start(
    env: Readonly<Record<string, string>>,
    onText: (text: string) => void = () => {},
  ): Promise<EngineProcess> {
    const engine = EngineProcess.spawn(env, onText);
    await engine.listening();
    return engine;
  }

  /** Starts the engine and waits for nothing: who kills it while it starts must hold it already. */
  static spawn(env: Readonly<Record<string, string>>, onText: (text: string) => void = () => {}): EngineProcess {
    const child = spawn(process.execPath, [join(ROOT, 'src', 'main.ts'), 'start'], {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        API_PORT: '0',
        SLUICE_POOL_LOG_INTERVAL_MS: '0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new EngineProcess(child, onText);
  }

  /** Waits until the API answers. */
  async listening(): Promise<void> {
    await this.#until(() => {
      this.url = /web page and API at ([^\s"]+)/.exec(this.text)?.[1] ?? '';
      return this.url !== '';
    });
  }

  get text(): string {
    return this.output.join('');
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until the engine says it is ready: a live stream and a running pipeline. */
  async ready(): Promise<void> {
    let isReady = false;
    await this.#until(() => {
      void fetch(`${this.url}/health/ready`).then(
        (response) => {
          isReady ||= response.ok;
        },
        () => undefined,
      );
      return isReady;
    });
  }

  /** What the API answers at a path. Rejects with the engine's last words when it does not answer. */
  async get<T>(path: string): Promise<T> {
    try {
      // A connection of its own: a pooled one may still lead to the engine that had this port before.
      const response = await fetch(`${this.url}${path}`, { headers: { connection: 'close' } });
      return ((await response.json()) as { data: T }).data;
    } catch (cause) {
      const state = this.isRunning ? 'runs' : `ended (${this.#child.exitCode ?? this.#child.signalCode})`;
      throw new Error(`no answer at ${path}; the engine ${state} and said: ${this.text.slice(-LAST_WORDS)}`, { cause });
    }
  }

  /** Resident memory, MB; null where the system does not tell. */
  residentMb(): number | null {
    try {
      const pages = Number(readFileSync(`/proc/${this.pid}/statm`, 'utf8').split(' ')[1]);
      return Math.round((pages * 4096) / 1_048_576);
    } catch {
      return null;
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits for an end that comes by itself: exit code, or null when a signal killed it. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  /** Sends the signal and waits for the end: exit code, or null when the signal killed it. */
  async stop(signal: NodeJS.Signals): Promise<number | null> {
    if (this.isRunning) this.#child.kill(signal);
    await this.#closed;
    return this.#child.exitCode;
  }

  async #until(isDone: () => boolean): Promise<void> {
    for (let waitedMs = 0; waitedMs < READY_MS; waitedMs += 25) {
      if (isDone()) return;
      if (!this.isRunning) throw new Error(`The engine ended before it was ready:\n${this.text}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    this.#child.kill('SIGKILL');
    throw new Error(`The engine was not ready after ${READY_MS} ms:\n${this.text}`);
  }
}
