import { runOnce } from './fault/runner.ts';
import { engineKill9 } from './fault/scenarios/engine-kill9.ts';
import { engineSigterm } from './fault/scenarios/engine-sigterm.ts';
import { twoHolders } from './fault/scenarios/two-holders.ts';
import { runSession, type SessionStage } from './harness/session.ts';

interface Recovery {
  readonly checkpoint: number | null;
  readonly head: number | null;
  readonly breakers: readonly { readonly kind: string; readonly part: string; readonly state: string }[];
  readonly failedConnections: readonly string[];
  readonly recoveries: number;
  readonly openGaps: readonly { readonly from: number; readonly to: number }[];
}

interface Alert {
  readonly key: string;
  readonly message: string;
  readonly sinceMs: number;
  readonly clearedMs: number | null;
}

/** Nobody listens here: a broker that is away. */
const NO_BROKER = 'amqp://guest:guest@127.0.0.1:9';
const RECOVERY_MAX_MS = 30_000;

/** `npm run test-session-8`: fault tolerance. */
await runSession(
  {
    title: 'Session 8: fault tolerance',
    rate: 200,
    slotMs: 100,
    env: { RABBITMQ_URL: NO_BROKER, ALERT_INTERVAL_MS: '500' },
  },
  async (stage) => {
    await stage.engine.ready();
    await brokerAway(stage);
    if (stage.simulator !== null) {
      await connectionLost(stage);
      await replayIgnored(stage);
    }
    await scenarios(stage);
  },
);

async function brokerAway({ engine, check, until }: SessionStage): Promise<void> {
  const alerted = await until(async () => (await alertOf(engine, 'broker')) !== undefined, 10_000);
  check('a broker that is away is an alert, not an end', alerted === null ? 'no alert' : 'alerted', alerted !== null);
  const pending = async () => (await engine.get<{ pending: number }>('/api/output/stats')).pending;
  const before = await pending();
  const grew = await until(async () => (await pending()) > before, 10_000);
  check('meanwhile events wait in the outbox', `${await pending()} wait`, grew !== null);
}

async function connectionLost({ engine, simulator, check, until }: SessionStage): Promise<void> {
  const recovery = () => engine.get<Recovery>('/api/recovery/stats');
  const checkpoint = await until(async () => (await recovery()).checkpoint !== null, 10_000);
  check('a checkpoint is kept', (await recovery()).checkpoint, checkpoint !== null);
  const { recoveries } = await recovery();
  simulator?.server.disconnectAll();
  const back = await until(async () => {
    const now = await recovery();
    return now.recoveries > recoveries && now.failedConnections.length === 0;
  }, RECOVERY_MAX_MS);
  check(
    'lost connections are back within 30 s',
    back === null ? 'not within 30 s' : `after ${(back / 1000).toFixed(1)} s`,
    back !== null,
  );
  const cleared = (await alerts(engine)).filter(({ key, clearedMs }) => key.startsWith('connection/') && clearedMs);
  check('the failure was one alert per connection, and it cleared', `${cleared.length} cleared`, cleared.length > 0);
  const open = (await recovery()).openGaps.length;
  check('the replay left no gap', `${open} open`, open === 0);
  const passed = (await recovery()).head ?? 0;
  const caughtUp = await until(async () => ((await recovery()).checkpoint ?? 0) >= passed, 15_000);
  check('the checkpoint goes on', (await recovery()).checkpoint, caughtUp !== null);
}

async function replayIgnored({ engine, simulator, check, until }: SessionStage): Promise<void> {
  const end = simulator?.faults.inject('replay-ignored', {});
  const refuse = simulator?.faults.inject('refuse', { code: 14, message: 'upstream connect error' });
  simulator?.server.disconnectAll();
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  refuse?.();
  const gaps = async () => (await engine.get<Recovery>('/api/recovery/stats')).openGaps;
  const opened = await until(async () => (await gaps()).length > 0, RECOVERY_MAX_MS);
  end?.();
  const [gap] = await gaps();
  check('a provider that ignores the replay leaves an open gap, not silence', JSON.stringify(gap), opened !== null);
  if (gap === undefined) return;
  const { slots } = await engine.get<{ slots: Readonly<Record<string, number>> }>(
    `/api/completeness?from=${gap.from}&to=${gap.to}`,
  );
  check('/api/completeness names its slots', JSON.stringify(slots), (slots['gap'] ?? 0) > 0);
  const alert = (await alerts(engine)).find(({ key, clearedMs }) => key === 'gaps' && clearedMs === null);
  check('and an alert stands', alert?.message, alert !== undefined);
}

/** One run each of what needs an engine that dies, on the broker at hand. */
async function scenarios({ check }: SessionStage): Promise<void> {
  const setup = {
    brokerUrl: process.env['RABBITMQ_URL'] || 'amqp://guest:guest@127.0.0.1:5672',
    broker: null,
    // The session's own engine runs beside it: only the bound that holds everywhere is asked for.
    isTimed: false,
    pileUp: null,
  };
  for (const scenario of [engineKill9, engineSigterm, twoHolders]) {
    const { lost, duplicated, events, problems, recoverySeconds } = await runOnce(scenario, 1, setup, () => {});
    const measured = `${events} events, ${lost} lost, ${duplicated} duplicated, back after ${recoverySeconds.map((s) => s.toFixed(1)).join(', ')} s`;
    const isBack = Math.max(...recoverySeconds) * 1_000 <= RECOVERY_MAX_MS;
    check(scenario.name, [measured, ...problems].join('; '), problems.length === 0 && isBack);
  }
}

async function alerts(engine: SessionStage['engine']): Promise<readonly Alert[]> {
  return engine.get<readonly Alert[]>('/api/alerts');
}

async function alertOf(engine: SessionStage['engine'], key: string): Promise<Alert | undefined> {
  return (await alerts(engine)).find((alert) => alert.key === key && alert.clearedMs === null);
}
