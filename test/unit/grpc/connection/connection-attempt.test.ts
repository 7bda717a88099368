import { EngineError } from '../../../../src/lib/errors.ts';
import { readScripted, ScriptedProvider } from '../../../support/scripted-provider.ts';

const TOKEN = 'canary-token';

test.each(['transport', 'subscribe'] as const)(
  'a throw of the %s ends the attempt, and another follows',
  async (what) => {
    let throws = 3;
    const provider = new ScriptedProvider({
      throwsOn: (where) => (where === what && throws-- > 0 ? new TypeError(`bad header "${TOKEN}"`) : null),
    });
    const run = readScripted(provider, { useSmartStreaming: false, token: TOKEN });
    await provider.play(60_000);
    const ended = run.events.filter((event) => event.type === 'grpc.stream.ended');
    expect(ended.map(({ reason, detail }) => [reason, detail])).toEqual(
      Array.from({ length: 3 }, () => ['local', 'bad header "…"']),
    );
    expect(run.events.filter((event) => event.type === 'grpc.stream.stalled')).toEqual([]);
    expect(run.manager.stats().healthy).toBe(1);
    await run.stop();
    expect(provider.clock.pendingTimers).toBe(0);
  },
);

test('a transport that this machine has not got ends the reading with its sentence, not the process', async () => {
  const missing = new EngineError('CONFIG_INVALID', 'The native binary is missing. Use grpc-js.');
  const provider = new ScriptedProvider({ throwsOn: () => missing });
  const run = readScripted(provider);
  await provider.clock.advance(60_000);
  expect(await run.ended).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining('Use grpc-js') });
  expect(provider.calls).toEqual([]);
});
