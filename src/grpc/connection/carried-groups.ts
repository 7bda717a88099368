import type { ConnectionParts } from './connection-parts.ts';

type CarriedParts = Pick<ConnectionParts, 'lane' | 'emit' | 'observer'>;

/**
 * Which groups provably arrive on one connection, told in line with its data: a mark for every group that begins and every one that
 * ends. It keeps the book, it opens and closes nothing.
 */
export class CarriedGroups {
  readonly #connection: string;
  readonly #parts: CarriedParts;
  names: readonly string[] = [];

  constructor(connection: string, parts: CarriedParts) {
    this.#connection = connection;
    this.#parts = parts;
  }

  /** Groups that arrive already are left out: they did not begin again. */
  open(groups: readonly string[], fromSlot: number | null, endpoint: string): void {
    const added = groups.filter((group) => !this.names.includes(group));
    if (added.length === 0) return;
    this.names = [...this.names, ...added];
    const { lane, emit, observer } = this.#parts;
    lane.push({ type: 'opened', connection: this.#connection, groups: added, fromSlot }, 0);
    observer?.opened(this.#connection, added);
    emit({ type: 'grpc.stream.opened', connection: this.#connection, endpoint, groups: added, fromSlot });
  }

  close(groups: readonly string[], handedOver: boolean, reason: string): void {
    const gone = groups.filter((group) => this.names.includes(group));
    if (gone.length === 0) return;
    this.names = this.names.filter((group) => !gone.includes(group));
    const { lane, observer } = this.#parts;
    lane.push({ type: 'closed', connection: this.#connection, groups: gone, handedOver, reason }, 0);
    observer?.closed(this.#connection, gone, handedOver);
  }

  closeAll(reason: string): void {
    this.close(this.names, false, reason);
  }
}
