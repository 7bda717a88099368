import type { Clock } from '../../lib/clock.ts';
import type { Emit } from '../../telemetry/event.ts';
import type { MigrationProof } from '../../telemetry/events/grpc.ts';
import { type Migration, type MigrationOptions, migrateGroups } from './group-migration.ts';

/** Makes one migration after another and keeps what they proved. It chooses none of them. */
export class MigrationQueue {
  readonly #options: MigrationOptions;
  readonly #kept: number;
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #signal: AbortSignal;
  #waiting = 0;
  #last: Promise<unknown> = Promise.resolve();
  migrations: readonly MigrationProof[] = [];

  constructor(options: MigrationOptions, kept: number, clock: Clock, emit: Emit, signal: AbortSignal) {
    this.#options = options;
    this.#kept = kept;
    this.#clock = clock;
    this.#emit = emit;
    this.#signal = signal;
  }

  /** False while a migration is under way or waits. */
  get isEmpty(): boolean {
    return this.#waiting === 0;
  }

  /** What moves is judged when its turn has come: much may have moved before. Null: nothing is to be moved any more. */
  add(plan: () => Migration | null): Promise<MigrationProof | null> {
    this.#waiting++;
    const moved = this.#last.then(() => this.#carryOut(plan()));
    this.#last = moved;
    return moved;
  }

  async #carryOut(migration: Migration | null): Promise<MigrationProof | null> {
    const proof = migration === null ? null : await migrateGroups(migration, this.#options, this.#clock, this.#signal);
    this.#waiting--;
    if (proof === null) return null;
    this.migrations = [...this.migrations, proof].slice(-this.#kept);
    if (!this.#signal.aborted) this.#emit({ type: 'grpc.group.migrated', ...proof });
    return proof;
  }
}
