import type { AddressInfo } from 'node:net';
import { createConnection, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
}

/**
 * A TCP proxy in front of any server, for what happens below HTTP/2: bytes that stop without a FIN, a connection cut in the middle,
 * one direction closed. It looks at no byte.
 */
export class FaultProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #target: { readonly host: string; readonly port: number };
  #blackHole = false;
  #bytesLeft = Number.POSITIVE_INFINITY;
  /** Bytes passed on to clients. */
  bytesDown = 0;

  constructor(target: { readonly host: string; readonly port: number }) {
    this.#target = target;
    this.#server = createServer((client) => this.#connect(client));
  }

  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, '127.0.0.1', () => resolve((this.#server.address() as AddressInfo).port));
    });
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Nothing passes in either direction any more, nothing closes: the cable is cut and nobody told. */
  blackHole(on: boolean): void {
    this.#blackHole = on;
    for (const { client, upstream } of this.#pairs) {
      for (const socket of [client, upstream]) {
        if (on) socket.pause();
        else socket.resume();
      }
    }
  }

  /** Connections end (RST) after so many more bytes towards the client, in the middle of whatever that is. */
  cutAfter(bytes: number): void {
    this.#bytesLeft = bytes;
  }

  /** The server seems to have said its last word (FIN), while the client may still talk. */
  halfClose(): void {
    for (const { client } of this.#pairs) client.end();
  }

  /** Every connection ends at once (RST). */
  drop(): void {
    for (const { client, upstream } of this.#pairs) {
      client.resetAndDestroy();
      upstream.destroy();
    }
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.drop();
    await closed;
  }

  #connect(client: Socket): void {
    const upstream = createConnection(this.#target);
    const pair = { client, upstream };
    this.#pairs.add(pair);
    const end = (): void => {
      this.#pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.on('error', end);
      socket.on('close', end);
    }
    client.on('data', (bytes) => forward(client, upstream, bytes));
    upstream.on('data', (bytes) => this.#down(pair, bytes));
    if (this.#blackHole) for (const socket of [client, upstream]) socket.pause();
  }

  #down({ client, upstream }: Pair, bytes: Buffer): void {
    const passed = bytes.subarray(0, Math.min(bytes.length, this.#bytesLeft));
    this.#bytesLeft -= passed.length;
    this.bytesDown += passed.length;
    forward(upstream, client, passed);
    if (passed.length < bytes.length) {
      client.end(() => client.destroy());
      upstream.destroy();
    }
  }
}

/** Passes bytes on and slows the sender to the pace of the receiver. */
function forward(from: Socket, to: Socket, bytes: Buffer): void {
  if (to.destroyed || to.write(bytes)) return;
  from.pause();
  to.once('drain', () => from.resume());
}
