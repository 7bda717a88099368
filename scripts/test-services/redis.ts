import { connect } from 'node:net';
import { findBinary, freePort, start, stopGroup, untilAnswering } from './processes.ts';
import { type Provider, type Service, WAIT_MS } from './types.ts';

/** Asks PING over a plain socket: enough to know a Redis (or a compatible server) from anything else on that port. */
function probe(url: string): Promise<void> {
  const { hostname, port, password } = new URL(url);
  const commands = password === '' ? 'PING\r\n' : `AUTH ${decodeURIComponent(password)}\r\nPING\r\n`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 6379), timeout: 2_000 });
    let answer = '';
    const fail = (error: Error) => {
      socket.destroy();
      reject(error);
    };
    socket.once('connect', () => socket.write(commands));
    socket.on('data', (chunk) => {
      answer += chunk.toString();
      if (answer.includes('+PONG')) {
        socket.destroy();
        resolve();
      } else if (answer.startsWith('-')) fail(new Error(answer.trim()));
    });
    socket.once('timeout', () => fail(new Error('no answer')));
    socket.once('error', fail);
    socket.once('close', () => reject(new Error('connection closed')));
  });
}

async function startOwn(folder: string): Promise<Service | null> {
  const binary = findBinary('redis-server', 'valkey-server');
  if (binary === null) return null;
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const started = start(binary, args, { env: process.env, folder });
  const url = `redis://127.0.0.1:${port}`;
  await untilAnswering('redis-server', started, () => probe(url), WAIT_MS);
  return { url, origin: `own redis-server, port ${port}`, stop: () => stopGroup(started.child, 5_000) };
}

export const redis: Provider = {
  name: 'redis',
  standardUrls: ['redis://127.0.0.1:6379'],
  probe,
  startOwn,
  container: { image: 'redis:7-alpine', port: 6379, env: [], url: (port) => `redis://127.0.0.1:${port}` },
  packages: ['redis-server'],
};
