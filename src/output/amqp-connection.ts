import type { Duplex } from 'node:stream';
import { type Channel, type ChannelModel, connect } from 'amqplib';

/** What the client library leaves to its user: ending a connection without waiting for a broker that does not answer, and writing in large pieces. */

const CONNECT_TIMEOUT_MS = 5_000;
const HEARTBEAT_SECONDS = '5';

/** The signal breaks the connection, before it stands as well as after. */
export async function openConnection(url: string, signal: AbortSignal): Promise<ChannelModel> {
  const parsed = new URL(url);
  parsed.searchParams.set('heartbeat', HEARTBEAT_SECONDS);
  // The client library's types do not know that its options go on to the socket, which takes a signal.
  const options = { timeout: CONNECT_TIMEOUT_MS, noDelay: true, signal };
  const connection = await connect(parsed.toString(), options);
  // Its failures are told by the operation that was under way.
  connection.on('error', () => {});
  return connection;
}

/**
 * Ends a connection in order. The client library waits for the broker's answer for ever, also when the connection breaks
 * meanwhile; this ends with whichever comes first.
 */
export function closeConnection(connection: ChannelModel): Promise<void> {
  return new Promise((resolve) => {
    connection.once('close', () => resolve());
    connection.close().then(resolve, () => resolve());
  });
}

/** Drops a connection without the closing conversation, which a hung broker would never finish. */
export function destroySocket(connection: ChannelModel, reason: string): void {
  socketOf(connection).destroy(new Error(reason));
}

/**
 * The library writes every message by itself, and one of more than 2 KiB in two pieces: each a system call and a packet, here and at the
 * broker. Calling what this returns before publishing lets everything that is published in this turn of the event loop leave as one.
 */
export function gatherWrites(channel: Channel): () => void {
  const socket = socketOf(channel);
  let isGathering = false;
  const gather = () => {
    if (isGathering) return;
    isGathering = true;
    socket.cork();
    // The library hands what was published to the socket in the next turn; the one after it sends it.
    setImmediate(() =>
      setImmediate(() => {
        isGathering = false;
        socket.uncork();
      }),
    );
  };
  // After a full buffer the library goes on writing by itself.
  socket.prependListener('drain', gather);
  return gather;
}

function socketOf(owner: ChannelModel | Channel): Duplex {
  return (owner.connection as unknown as { readonly stream: Duplex }).stream;
}
