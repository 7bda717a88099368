import { connect } from 'node:net';
import { messageOf } from '../lib/errors.ts';
import { type DoctorCheck, failed, passed } from './doctor-check.ts';

/** Whoever has not answered by then does not speak the language. */
const ANSWER_MS = 3_000;

/** Logs in when the address carries a password, then asks for a sign of life. */
export async function redisCheck(url: string, stop: AbortSignal): Promise<DoctorCheck> {
  const name = 'redis';
  if (url === '') return passed(name, 'none configured (REDIS_URL)');
  if (!URL.canParse(url)) return failed(name, 'REDIS_URL is not an address');
  const { hostname, port, username, password } = new URL(url);
  const [host, place] = [hostname === '' ? 'localhost' : hostname, port === '' ? 6379 : Number(port)];
  const login =
    password === '' ? [] : ['AUTH', ...(username === '' ? [] : [username]), password].map(decodeURIComponent);
  const signal = AbortSignal.any([stop, AbortSignal.timeout(ANSWER_MS)]);
  try {
    const text = await exchange(host, place, Buffer.from(command(login) + command(['PING'])), signal);
    // A password where none is asked for is no trouble.
    if (/^(\+OK|\+PONG|-ERR.*without any password)/.test(text)) return passed(name, `${host}:${place} answers`);
    if (/^-(NOAUTH|WRONGPASS|DENIED|NOPERM)/.test(text))
      return failed(name, `${host}:${place} does not let us in: check user and password in REDIS_URL`);
    return failed(name, `${host}:${place} answers, but not as REDIS_URL asks for: check host and port`);
  } catch (error) {
    return failed(name, `${host}:${place} cannot be reached (${messageOf(error)}): check REDIS_URL`);
  }
}

/** A command as Redis reads it; nothing when there is none. */
function command(words: readonly string[]): string {
  if (words.length === 0) return '';
  return [`*${words.length}`, ...words.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]), ''].join('\r\n');
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
