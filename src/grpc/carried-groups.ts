import type { Emit } from '../telemetry/event.ts';
import type { Lane } from './lane.ts';

/**
 * Which groups provably arrive on one connection, told in line with its data: a mark for every group that begins and every one that
 * ends. It keeps the book, it opens and closes nothing.
 */
export class CarriedGroups {
  readonly #connection: string;
  readonly #lane: Lane;
  readonly #emit: Emit;
  names: readonly string[] = [];

  constructor(connection: string, lane: Lane, emit: Emit) {
    this.#connection = connection;
    this.#lane = lane;
    this.#emit = emit;
  }

  /** Groups that arrive already are left out: they did not begin again. */
  open(groups: readonly string[], fromSlot: number | null, endpoint: string): void {
    const added = groups.filter((group) => !this.names.includes(group));
    if (added.length === 0) return;
    this.names = [...this.names, ...added];
    this.#lane.push({ type: 'opened', connection: this.#connection, groups: added, fromSlot }, 0);
    this.#emit({ type: 'grpc.stream.opened', connection: this.#connection, endpoint, groups: added, fromSlot });
  }

  close(groups: readonly string[], handedOver: boolean, reason: string): void {
    const gone = groups.filter((group) => this.names.includes(group));
    if (gone.length === 0) return;
    this.names = this.names.filter((group) => !gone.includes(group));
    this.#lane.push({ type: 'closed', connection: this.#connection, groups: gone, handedOver, reason }, 0);
  }

  closeAll(reason: string): void {
    this.close(this.names, false, reason);
  }
}
