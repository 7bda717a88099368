import { createServer, type Server } from 'node:net';
import { redisCheck } from '../../../src/commands/doctor-stores.ts';

const never = new AbortController().signal;
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A Redis that gives this answer; tells what it was asked. */
async function answering(answer: string): Promise<{ readonly place: string; readonly asked: () => string }> {
  let asked = '';
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      asked = bytes.toString();
      socket.end(answer);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { place: `127.0.0.1:${(server.address() as { port: number }).port}`, asked: () => asked };
}

test('the password of the address is used', async () => {
  const redis = await answering('+OK\r\n+PONG\r\n');
  expect(await redisCheck(`redis://u:p%40ss@${redis.place}`, never)).toMatchObject({ ok: true });
  expect(redis.asked()).toBe('*3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$4\r\np@ss\r\n*1\r\n$4\r\nPING\r\n');
});

test.each([
  ['-NOAUTH Authentication required.\r\n', false],
  ['-WRONGPASS invalid username-password pair\r\n', false],
  ['-ERR AUTH <password> called without any password configured\r\n', true],
  ['+PONG\r\n', true],
  ['HTTP/1.1 400 Bad Request\r\n', false],
])('%j', async (answer, ok) => {
  const { place } = await answering(answer);
  expect(await redisCheck(`redis://${place}`, never)).toMatchObject({ ok });
});
