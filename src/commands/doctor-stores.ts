import { connect } from 'node:net';
import { messageOf } from '../lib/errors.ts';
import { type DoctorCheck, failed, passed } from './doctor-check.ts';

/** Asks whether the server speaks TLS: the one question PostgreSQL answers before anybody has logged in, with one letter. */
const POSTGRES_SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);

/** Whoever has not answered by then does not speak the language. */
const ANSWER_MS = 3_000;

/** Where a PostgreSQL is said to be: reachable, and one. The log-in itself is the consumers' matter. */
export function databaseCheck(url: string, signal: AbortSignal): Promise<DoctorCheck> {
  return greet('database', 'DATABASE_URL', url, 5432, POSTGRES_SSL_REQUEST, /^[SN]/, signal);
}

/** A Redis answers PING with PONG, or with what it misses (a password, TLS). */
export function redisCheck(url: string, signal: AbortSignal): Promise<DoctorCheck> {
  return greet('redis', 'REDIS_URL', url, 6379, Buffer.from('PING\r\n'), /^(\+PONG|-NOAUTH|-DENIED|-ERR)/, signal);
}

async function greet(
  name: string,
  variable: string,
  url: string,
  usualPort: number,
  greeting: Uint8Array,
  answer: RegExp,
  stop: AbortSignal,
): Promise<DoctorCheck> {
  if (url === '') return passed(name, `none configured (${variable})`);
  const signal = AbortSignal.any([stop, AbortSignal.timeout(ANSWER_MS)]);
  if (!URL.canParse(url)) return failed(name, `${variable} is not an address`);
  const { hostname, port } = new URL(url);
  const place = `${hostname === '' ? 'localhost' : hostname}:${port === '' ? usualPort : port}`;
  try {
    const text = await exchange(
      hostname === '' ? 'localhost' : hostname,
      port === '' ? usualPort : Number(port),
      greeting,
      signal,
    );
    if (answer.test(text)) return passed(name, `${place} answers`);
    return failed(name, `${place} answers, but not as ${variable} asks for: check host and port`);
  } catch (error) {
    return failed(name, `${place} cannot be reached (${messageOf(error)}): check ${variable}`);
  }
}

/** Sends the greeting and resolves with the first bytes that come back. */
function exchange(host: string, port: number, greeting: Uint8Array, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const done = (act: () => void) => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      act();
    };
    const onAbort = () => done(() => reject(new Error('no answer in time')));
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => socket.write(greeting));
    socket.once('data', (bytes) => done(() => resolve(bytes.toString('latin1'))));
    socket.once('error', (error) => done(() => reject(error)));
    socket.once('end', () => done(() => reject(new Error('the connection was closed'))));
    if (signal.aborted) onAbort();
  });
}

/** The newest confirmed slot an RPC endpoint knows, and the host it is on; addresses can carry keys, hosts do not. */
export async function rpcSlot(
  url: string,
  signal: AbortSignal,
): Promise<{ readonly check: DoctorCheck; readonly slot: number | null }> {
  const host = URL.canParse(url) ? new URL(url).host : null;
  const name = 'rpc';
  if (host === null) return { check: failed(name, 'an entry of SOLANA_RPC_URLS is not an address'), slot: null };
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getSlot', params: [{ commitment: 'processed' }] }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
    });
    if (!response.ok)
      return {
        check: failed(name, `${host} answers HTTP ${response.status}: check SOLANA_RPC_URLS and its key`),
        slot: null,
      };
    const { result } = (await response.json()) as { result?: unknown };
    if (typeof result !== 'number') return { check: failed(name, `${host} does not answer getSlot`), slot: null };
    return { check: passed(name, `${host} is at slot ${result}`), slot: result };
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    return { check: failed(name, `${host} cannot be reached (${cause}): check SOLANA_RPC_URLS`), slot: null };
  }
}
