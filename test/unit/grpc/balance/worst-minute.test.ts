import { planConnections } from '../../../../src/grpc/connection-plan.ts';
import { endpointsOf, type GrpcSettings, planOptions } from '../../../../src/grpc/grpc-settings.ts';
import { compressAddresses } from '../../../../src/grpc/subscription/compressed-addresses.ts';
import { SubscriptionBuilder } from '../../../../src/grpc/subscription/subscription-builder.ts';
import { seededRandom } from '../../../../src/lib/random.ts';
import { ALL_GROUPS, GROUPS, grpcSettings, PROFILES } from '../../../support/grpc-settings.ts';
import { readScripted, type ScriptedBehaviour, ScriptedProvider } from '../../../support/scripted-provider.ts';

/** No limiter in the way: what is counted is what the engine asks for by itself. */
const UNLIMITED = { openings: [], rewriteCountsAsSubscription: true };

function planned(settings: Partial<GrpcSettings>): number {
  const full = grpcSettings({ url: 'https://a.example', ...settings });
  const monitors = [{ monitor: 'trading-activity', interest: { groups: ALL_GROUPS } }];
  const builder = new SubscriptionBuilder(GROUPS, monitors, full, compressAddresses);
  return planConnections(planOptions(full, endpointsOf(full, PROFILES), builder)).worstCaseOpeningsPerMinute;
}

/** Most openings in any 60 s, counted with nothing in common with the engine's own books. */
function worstWindow(openings: readonly { readonly atMs: number }[]): number {
  return Math.max(
    0,
    ...openings.map(({ atMs }) => openings.filter((one) => one.atMs > atMs - 60_000 && one.atMs <= atMs).length),
  );
}

/** Every call dies by itself after what the script draws for it. */
function mortal(lifeMs: () => number, code = 14): ScriptedBehaviour & { clock: ScriptedProvider['clock'] | null } {
  const behaviour: ReturnType<typeof mortal> = {
    clock: null,
    onCall: (call) => void behaviour.clock?.after(lifeMs(), () => call.end(code, 'server is shutting down')),
  };
  return behaviour;
}

async function run(behaviour: ReturnType<typeof mortal>, settings: Partial<GrpcSettings>, ms: number) {
  const provider = new ScriptedProvider(behaviour);
  behaviour.clock = provider.clock;
  const reading = readScripted(provider, settings, { profile: UNLIMITED });
  await provider.play(ms);
  await reading.stop();
  return provider.openings;
}

test('a server whose streams die just after they proved themselves is asked no more often than the plan says', async () => {
  const openings = await run(
    mortal(() => 1700),
    { useSmartStreaming: false },
    600_000,
  );
  expect(openings.length).toBeGreaterThan(60);
  expect(worstWindow(openings)).toBeLessThanOrEqual(8);
  expect(planned({ useSmartStreaming: false })).toBeGreaterThanOrEqual(worstWindow(openings));
});

test.each(Array.from({ length: 12 }, (_, seed) => seed))(
  'however streams die, no minute has more openings than the plan says (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const mean = [800, 1200, 3000, 8000, 20_000][seed % 5] as number;
    const settings: Partial<GrpcSettings> = {
      maxConnections: 1 + (seed % 3),
      connectionTtlMs: [0, 10_000, 60_000][seed % 3] as number,
      attemptsPerMinute: [8, 3, 20][seed % 3] as number,
    };
    const openings = await run(
      mortal(() => 200 + random() * 2 * mean),
      settings,
      240_000,
    );
    expect(openings.length).toBeGreaterThan(4);
    const worst = worstWindow(openings);
    const plan = planned(settings);
    if (worst > plan) throw new Error(`seed ${seed}: ${worst} openings in a minute, ${plan} were planned`);
  },
);
