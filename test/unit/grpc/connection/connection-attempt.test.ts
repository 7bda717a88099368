import { EngineError } from '../../../../src/lib/errors.ts';
import {
  readScripted,
  type ScriptedBehaviour,
  type ScriptedCall,
  ScriptedProvider,
} from '../../../support/scripted-provider.ts';

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

describe('a replay that is gone, refused in words nobody knows, to several connections at once', () => {
  const CURSOR = 500;

  async function refusing(behaviour: ScriptedBehaviour, isServed: (fromSlot: number) => boolean) {
    const provider: ScriptedProvider = new ScriptedProvider({
      ...behaviour,
      onCall: (call) => {
        const from = fromSlotOf(call);
        if (from !== null && !isServed(from)) call.end(13, `slot ${from} cannot be served`);
      },
    });
    const run = readScripted(provider, {}, { resumeFrom: () => ({ slot: CURSOR }) });
    await provider.play(30_000);
    const { healthy, connections } = run.manager.stats();
    expect(connections.length).toBeGreaterThan(1);
    expect(healthy).toBe(connections.length);
    expect(run.events.filter(({ type }) => type === 'grpc.breaker.changed')).toEqual([]);
    await run.stop();
    const { calls } = provider;
    return { asked: calls.map(fromSlotOf), connections: connections.length };
  }

  test('opens no breaker, so that each learns to do without it within 30 s', async () => {
    const { asked, connections } = await refusing({}, () => false);
    expect(asked.filter((from) => from === null)).toHaveLength(connections);
    expect(asked.length).toBeLessThanOrEqual(8 * connections);
  });

  test('goes on at the oldest slot the endpoint says it keeps, after few identical calls', async () => {
    const oldest = CURSOR + 100;
    const { asked, connections } = await refusing({ firstAvailable: () => oldest }, (from) => from >= oldest);
    expect(asked.filter((from) => from === CURSOR)).toHaveLength(3 * connections);
    expect(asked.filter((from) => from !== CURSOR)).toEqual(Array.from({ length: connections }, () => oldest));
  });

  test('an endpoint that refuses the tip as well does open its breaker', async () => {
    const provider = new ScriptedProvider({ onCall: (call) => call.end(13, 'out of order') });
    const run = readScripted(provider);
    await provider.play(60_000);
    expect(run.events).toContainEqual({ type: 'grpc.breaker.changed', endpoint: expect.any(String), state: 'open' });
    await run.stop();
  });
});

function fromSlotOf({ filters }: ScriptedCall): number | null {
  const from = filters[0]?.fromSlot;
  return from === undefined ? null : Number(from);
}
