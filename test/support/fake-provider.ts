import type { SubscribeRequest } from '../../src/domain/geyser-messages.ts';
import type { CallHandlers, GeyserTransport, SubscribeCall } from '../../src/grpc/transport/transport.ts';
import { slotUpdate, transactionUpdate, update } from './raw-geyser-server.ts';

const CREATED_BANK = 5;
const CONFIRMED = 1;

/** A provider without a wire: its slots pass when the test says so, its calls end and are refused when the test says so. */
export class FakeProvider {
  slot = 1000;
  /** False: slots pass without ever being confirmed, so that no move can prove itself. */
  isConfirming = true;
  /** Says of a new call, by its groups, whether it is turned away. */
  refuses: (groups: readonly string[]) => boolean = () => false;
  readonly #calls = new Set<FakeCall>();
  #number = 0;

  /** Groups of every open call. */
  get subscriptions(): readonly (readonly string[])[] {
    return [...this.#calls].map((call) => call.groups);
  }

  readonly transport: GeyserTransport = {
    subscribe: (request, handlers) => {
      const call = new FakeCall(request, handlers, () => this.#calls.delete(call));
      if (this.refuses(call.groups)) queueMicrotask(() => handlers.onEnd({ code: 14, message: 'refused for now' }));
      else this.#calls.add(call);
      return call;
    },
    unary: () => Promise.reject(new Error('no unary calls here')),
    close: () => {},
  };

  /** One slot on every open call: two transactions per group, and the confirmation of the slot before. */
  publishSlot(): void {
    this.slot++;
    const number = ++this.#number;
    for (const call of [...this.#calls]) {
      call.send(slotUpdate(this.slot, CREATED_BANK));
      for (const group of call.groups) {
        for (const twin of [0, 1]) call.send(transactionUpdate(this.slot, number * 2 + twin, group));
      }
      call.send(slotUpdate(this.slot));
      if (this.isConfirming) call.send(slotUpdate(this.slot - 1, CONFIRMED));
    }
  }

  /** Ends the calls that carry this group. */
  cut(group: string): void {
    for (const call of [...this.#calls]) if (call.groups.includes(group)) call.end();
  }
}

class FakeCall implements SubscribeCall {
  groups: readonly string[];
  readonly #handlers: CallHandlers;
  readonly #onOver: () => void;
  readonly #held: Uint8Array[] = [];
  #isPaused = false;
  #isOver = false;

  constructor(request: SubscribeRequest, handlers: CallHandlers, onOver: () => void) {
    this.groups = Object.keys(request.transactions);
    this.#handlers = handlers;
    this.#onOver = onOver;
  }

  send(bytes: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#isPaused) this.#held.push(bytes);
    else this.#handlers.onMessage(bytes);
  }

  write(request: SubscribeRequest): void {
    this.groups = Object.keys(request.transactions);
    const id = request.ping?.id;
    if (id !== undefined) queueMicrotask(() => this.send(update({ pong: { id } })));
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    while (!this.#isPaused && this.#held.length > 0) this.send(this.#held.shift() as Uint8Array);
  }

  cancel(): void {
    this.#isOver = true;
    this.#onOver();
  }

  end(): void {
    if (this.#isOver) return;
    this.cancel();
    this.#handlers.onEnd({ code: 14, message: 'server is shutting down try again later' });
  }
}
