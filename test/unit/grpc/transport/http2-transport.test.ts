import { geyser } from '../../../../src/domain/geyser-messages.ts';
import { parseEndpoint } from '../../../../src/grpc/endpoint/endpoint.ts';
import { transportOptions } from '../../../../src/grpc/grpc-settings.ts';
import { Http2Transport } from '../../../../src/grpc/transport/http2-transport.ts';
import type { CallOutcome } from '../../../../src/grpc/transport/transport.ts';
import { startBlackHoleProxy } from '../../../support/black-hole-proxy.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { grpcSettings } from '../../../support/grpc-settings.ts';
import { slotUpdate, startRawGeyserServer } from '../../../support/raw-geyser-server.ts';

test('with its default settings a TCP connection that swallows everything is given up within 25 s', async () => {
  const server = await startRawGeyserServer({ onCall: (call) => call.write(slotUpdate(100)) });
  const proxy = await startBlackHoleProxy(Number(new URL(server.url).port));
  const clock = new FakeClock();
  const transport = new Http2Transport(parseEndpoint(proxy.url, ''), transportOptions(grpcSettings({})), clock);
  const arrived = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<CallOutcome>();
  transport.subscribe(geyser.SubscribeRequest.fromPartial({}), {
    onOpen: () => {},
    onMessage: () => arrived.resolve(),
    onEnd: ended.resolve,
  });
  await arrived.promise;
  proxy.swallow();
  await clock.advance(25_000);
  expect(await ended.promise).toEqual({ code: 14, message: 'Connection dropped: keepalive timeout' });
  transport.close();
  expect(clock.pendingTimers).toBe(0);
  await proxy.close();
  await server.close();
});
