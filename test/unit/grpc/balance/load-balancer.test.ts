import { LoadBalancer, type LoadBalancerOptions, type LoadSample } from '../../../../src/grpc/balance/load-balancer.ts';

const OPTIONS: LoadBalancerOptions = {
  limits: { updatesPerS: 1000, bytesPerS: 1e9, lagMs: 10_000 },
  highLoad: 0.8,
  holdMs: 5000,
  gain: 0.15,
  minIntervalMs: 30_000,
  horizonMs: 0,
};

function sample(connection: string, rates: Record<string, number>, more: Partial<LoadSample> = {}): LoadSample {
  const priority = { high: 'high', medium: 'medium', low: 'low' } as const;
  const groups = Object.entries(rates).map(([name, updatesPerS]) => ({
    name,
    updatesPerS,
    priority: priority[name.split('-')[0] as keyof typeof priority],
  }));
  const updatesPerS = Object.values(rates).reduce((sum, rate) => sum + rate, 0);
  return {
    connection,
    isHealthy: true,
    isPaused: false,
    groups,
    updatesPerS,
    bytesPerS: 0,
    lagMs: null,
    queueFill: 0,
    ...more,
  };
}

/** Feeds the same picture once a second and returns the moves. */
function run(balancer: LoadBalancer, picture: readonly LoadSample[], seconds: number, canOpen = false, from = 0) {
  const moves = [];
  for (let second = 0; second < seconds; second++) {
    const move = balancer.choose(picture, canOpen, from + second * 1000);
    if (move !== null) moves.push({ second, ...move });
  }
  return moves;
}

test('moves the least important group off a connection that stays overloaded, not before', () => {
  const picture = [sample('c1', { 'high-a': 500, 'low-b': 500 }), sample('c2', { 'medium-c': 100 })];
  const moves = run(new LoadBalancer(OPTIONS), picture, 20);
  expect(moves[0]).toMatchObject({ groups: ['low-b'], from: 'c1', to: 'c2' });
  expect(moves[0]?.second).toBeGreaterThanOrEqual(5);
  expect(moves.length).toBe(1);
});

test('nothing moves when the target would be as loaded as the source was', () => {
  const picture = [sample('c1', { 'high-a': 500, 'low-b': 500 }), sample('c2', { 'medium-c': 450 })];
  expect(run(new LoadBalancer(OPTIONS), picture, 60)).toEqual([]);
});

test('a single group never moves, and an unhealthy connection takes none', () => {
  expect(run(new LoadBalancer(OPTIONS), [sample('c1', { 'high-a': 5000 }), sample('c2', { 'low-b': 1 })], 60)).toEqual(
    [],
  );
  const sick = sample('c2', { 'medium-c': 1 }, { isHealthy: false });
  expect(run(new LoadBalancer(OPTIONS), [sample('c1', { 'high-a': 900, 'low-b': 900 }), sick], 60)).toEqual([]);
});

test('a new connection is opened while there is room for one', () => {
  const moves = run(new LoadBalancer(OPTIONS), [sample('c1', { 'high-a': 500, 'low-b': 500 })], 20, true);
  expect(moves[0]).toMatchObject({ groups: ['low-b'], from: 'c1', to: null });
});

test('nothing less important moves to high, however idle that is, and of the others the likeliest company is chosen', () => {
  const loaded = sample('c2', { 'medium-b': 500, 'low-c': 500 });
  const idle = sample('c1', { 'high-a': 1 });
  expect(run(new LoadBalancer(OPTIONS), [idle, loaded], 60)).toEqual([]);
  const picture = [idle, loaded, sample('c3', { 'medium-d': 10 }), sample('c4', { 'low-e': 100 })];
  expect(run(new LoadBalancer(OPTIONS), picture, 20)[0]).toMatchObject({ groups: ['low-c'], to: 'c4' });
});

test('a connection that does not read now takes nothing', () => {
  const loaded = sample('c1', { 'medium-b': 500, 'low-c': 500 });
  const paused = sample('c2', { 'medium-d': 1 }, { isPaused: true });
  expect(run(new LoadBalancer(OPTIONS), [loaded, paused], 60)).toEqual([]);
});

test('a trend is followed before the limit is reached', () => {
  const rising = new LoadBalancer({ ...OPTIONS, horizonMs: 20_000, holdMs: 0 });
  let noticed = -1;
  for (let second = 0; second < 60 && noticed < 0; second++) {
    const rate = 100 + second * 15;
    const picture = [sample('c1', { 'high-a': rate / 2, 'low-b': rate / 2 }), sample('c2', { 'medium-c': 50 })];
    if (rising.choose(picture, false, second * 1000) !== null) noticed = rate;
  }
  expect(noticed).toBeGreaterThan(0);
  expect(noticed).toBeLessThan(800);
});

test('what parses behind the connections bounds what they can be given', () => {
  const balancer = new LoadBalancer(OPTIONS);
  const one = sample('c1', { 'high-a': 300 });
  expect(balancer.loadOf(one)).toBeCloseTo(0.3);
  balancer.noteParseRate(400);
  expect(balancer.loadOf(one)).toBeCloseTo(0.75);
  expect(balancer.loadOf({ ...one, queueFill: 0.95 })).toBeCloseTo(0.95);
  expect(balancer.loadOf({ ...one, lagMs: 20_000 })).toBeCloseTo(2);
});

test('a parse rate of zero is no capacity: the trend lives on', () => {
  const balancer = new LoadBalancer(OPTIONS);
  balancer.noteParseRate(1000);
  balancer.noteParseRate(0);
  balancer.noteParseRate(Number.NaN);
  const picture = [sample('c1', { 'high-a': 500, 'low-b': 500 }), sample('c2', { 'medium-c': 0 })];
  balancer.choose([sample('c1', {}), picture[1] as LoadSample], false, 0);
  expect(run(balancer, picture, 30, false, 1000)[0]).toMatchObject({ from: 'c1', to: 'c2' });
  expect(balancer.predicted('c1')).toBeGreaterThan(0.8);
});

test('a sample that is no number does not stay in the trend', () => {
  const balancer = new LoadBalancer(OPTIONS);
  balancer.choose([sample('c1', { 'high-a': 300 }, { lagMs: Number.POSITIVE_INFINITY })], false, 0);
  balancer.choose([sample('c1', { 'high-a': 300 }, { lagMs: Number.NaN })], false, 1000);
  balancer.choose([sample('c1', { 'high-a': 300 })], false, 2000);
  expect(balancer.predicted('c1')).toBeCloseTo(0.3);
});
