import { createServer, type Socket } from 'node:net';
import { transportOptions } from '../../../../src/grpc/grpc-settings.ts';
import { TritonTransport } from '../../../../src/grpc/transport/triton-transport.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { grpcSettings } from '../../../support/grpc-settings.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A transport to a server that takes connections and never says a word. */
async function toSilence() {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => void sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const name = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const clock = new FakeClock();
  const options = { ...transportOptions(grpcSettings({})), keepaliveMs: 10_000 };
  const transport = new TritonTransport({ name, target: name, secure: false, token: '' }, options, clock);
  closers.push(async () => {
    transport.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { clock, transport };
}

test('a question that is not answered ends at its deadline', async () => {
  const { clock, transport } = await toSilence();
  const asked = expect(transport.unary('GetVersion', {}, new AbortController().signal)).rejects.toMatchObject({
    outcome: { code: 4, message: 'no answer in time' },
  });
  await clock.advance(5_000);
  await asked;
  expect(clock.pendingTimers).toBe(0);
});

test('a question that is called off ends at once, also one that was called off before', async () => {
  const { clock, transport } = await toSilence();
  const stop = new AbortController();
  const called = { outcome: { code: 1, message: 'called off' } };
  const asked = expect(transport.unary('SubscribeReplayInfo', {}, stop.signal)).rejects.toMatchObject(called);
  stop.abort();
  await asked;
  await expect(transport.unary('GetVersion', {}, stop.signal)).rejects.toMatchObject(called);
  expect(clock.pendingTimers).toBe(0);
});
