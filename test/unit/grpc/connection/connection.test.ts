import { update } from '../../../support/raw-geyser-server.ts';
import { readScripted, ScriptedProvider } from '../../../support/scripted-provider.ts';

const PING = update({ ping: {} });

/** How long after its last message the stream is given up, with the default settings and no help from the transport. */
async function noticedMs(provider: ScriptedProvider, isSpeaking: boolean): Promise<number> {
  const run = readScripted(provider, { useSmartStreaming: false });
  if (isSpeaking) await provider.play(10_000);
  const silentMs = provider.clock.monotonicMs();
  const isOver = () => run.events.some((event) => event.type === 'grpc.stream.ended');
  while (!isOver() && provider.clock.monotonicMs() < silentMs + 120_000) await provider.clock.advance(100);
  const ms = provider.clock.monotonicMs() - silentMs;
  expect(run.events.filter((event) => event.type === 'grpc.stream.stalled')).toHaveLength(1);
  await run.stop();
  return ms;
}

test('with its default settings a TCP connection that breaks in silence is noticed within 25 s', async () => {
  expect(await noticedMs(new ScriptedProvider(), true)).toBeLessThanOrEqual(25_000);
});

test('so is one that never said a word', async () => {
  expect(await noticedMs(new ScriptedProvider(), false)).toBeLessThanOrEqual(25_000);
});

test('and one on which only the pings of a proxy arrive', async () => {
  const provider = new ScriptedProvider();
  const stop = provider.clock.every(1000, () => {
    for (const call of provider.open) call.say(PING);
  });
  expect(await noticedMs(provider, true)).toBeLessThanOrEqual(25_000);
  stop();
});
