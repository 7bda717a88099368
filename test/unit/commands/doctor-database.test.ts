import { createServer, type Server } from 'node:net';
import { databaseCheck } from '../../../src/commands/doctor-database.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server that answers a log-in with these bytes. */
async function answering(bytes: Buffer): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.end(bytes));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as { port: number }).port}`;
}

/** PostgreSQL's refusal. */
function refusal(code: string, message: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from('E'), length, body]);
}

test.each([
  [
    '28P01',
    'password authentication failed for user "u"',
    /does not let us in.*check user and password in DATABASE_URL/,
  ],
  ['3D000', 'database "d" does not exist', /does not let us in.*check the name of the database/],
  ['57P03', 'the database system is starting up', /cannot be reached \(the database system is starting up\)/],
])('a log-in refused with %s is no success', async (code, message, detail) => {
  const place = await answering(refusal(code, message));
  const check = await databaseCheck(`postgres://u:canary@${place}/d`);
  expect(check).toMatchObject({ ok: false, detail: expect.stringMatching(detail) });
  expect(check.detail).not.toContain('canary');
});

test('a server of another kind is not taken for a database', async () => {
  const place = await answering(Buffer.from('-ERR unknown command\r\n'));
  expect(await databaseCheck(`postgres://${place}/d`)).toMatchObject({ ok: false });
});

test('none, or no address, is told', async () => {
  expect(await databaseCheck('')).toMatchObject({ ok: true });
  expect(await databaseCheck('db')).toMatchObject({ ok: false, detail: 'DATABASE_URL is not an address' });
});
