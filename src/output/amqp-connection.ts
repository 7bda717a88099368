import { type ChannelModel, connect } from 'amqplib';

/** Opening and ending single AMQP connections without ever waiting for a broker that does not answer. */

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
  const { stream } = connection.connection as unknown as { readonly stream: { destroy(error: Error): void } };
  stream.destroy(new Error(reason));
}
