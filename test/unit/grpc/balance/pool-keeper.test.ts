import { FakePool } from '../../../support/fake-pool.ts';

const ALL = ['high-a', 'medium-b', 'low-c'];
const pools: FakePool[] = [];

/** A pool that stands, with every group arriving. */
async function standing(...setup: ConstructorParameters<typeof FakePool>): Promise<FakePool> {
  const pool = new FakePool(...setup);
  pools.push(pool);
  await pool.run(1_000);
  expect(pool.healthy()).toBe(true);
  return pool;
}

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

test('a shed group comes back although its connection was renewed meanwhile', async () => {
  const pool = await standing(ALL, ALL, { restoreAfterMs: 30_000, connectionTtlMs: 10_000 });
  expect(pool.carried).toEqual({ c1: ['high-a'], c2: ['medium-b', 'low-c'] });
  pool.isHeld = true;
  await pool.until('shed', () => pool.manager.stats().shedGroups.includes('low-c'));
  pool.isHeld = false;
  await pool.until('renewed', () => pool.carried['c1'] === undefined && pool.carried['c2'] === undefined);
  expect(pool.manager.stats().shedGroups).toContain('low-c');
  await pool.until('back', () => pool.manager.stats().shedGroups.length === 0);
  await pool.until('placed', () => Object.values(pool.carried).flat().includes('low-c'));
});

test('a shed group that nobody wants any more does not come back', async () => {
  const pool = await standing(ALL, ALL, { restoreAfterMs: 5_000 });
  pool.isHeld = true;
  await pool.until('shed', () => pool.manager.stats().shedGroups.includes('low-c'));
  pool.isHeld = false;
  pool.manager.removeMonitor('low-c');
  await pool.run(20_000);
  expect(pool.manager.stats().shedGroups).toEqual([]);
  expect(Object.values(pool.carried).flat().sort()).toEqual(['high-a', 'medium-b']);
});

test('groups of a dead connection go to the least important company, not to high', async () => {
  const pool = await standing(ALL, ALL, { maxConnections: 3 });
  pool.provider.refuses = (groups) => groups.join() === 'low-c';
  pool.provider.cut('low-c');
  await pool.until('failover', () => pool.carried['c2']?.includes('low-c') === true);
  expect(pool.carried['c1']).toEqual(['high-a']);
});

test('a connection that waits because of pressure does not fail over onto what causes it', async () => {
  const pool = await standing(ALL, ['high-a', 'low-c'], { shedAfterMs: 600_000 });
  pool.isHeld = true;
  await pool.until('delayed', () => pool.events.some(({ type }) => type === 'grpc.group.delayed'));
  pool.provider.cut('low-c');
  await pool.run(5_000);
  expect(pool.carried).toEqual({ c1: ['high-a'], c2: ['low-c'] });
});

test('groups go home in the end although the first try to hand them back fails', async () => {
  const pool = await standing(ALL, ALL);
  pool.provider.refuses = () => true;
  pool.provider.cut('low-c');
  await pool.until('failover', () => pool.carried['c1']?.length === 3);
  pool.provider.isConfirming = false;
  pool.provider.refuses = () => false;
  await pool.until('given up', () => pool.manager.stats().migrations.some(({ completed }) => !completed));
  pool.provider.isConfirming = true;
  await pool.until('home', () => pool.carried['c1']?.join() === 'high-a');
  expect(pool.carried['c2']).toEqual(['medium-b', 'low-c']);
  expect(pool.healthy()).toBe(true);
});

test('a guest that is renewed gives back what it took over', async () => {
  const pool = await standing(ALL, ALL, { connectionTtlMs: 10_000 });
  pool.provider.refuses = (groups) => groups.join() === 'medium-b,low-c';
  pool.provider.cut('low-c');
  await pool.until('failover', () => pool.carried['c1']?.length === 3);
  await pool.until('renewed', () => pool.carried['c1'] === undefined);
  pool.provider.refuses = () => false;
  await pool.until('each once', () => Object.values(pool.carried).flat().length === 3 && pool.healthy());
  expect(Object.values(pool.carried)).toContainEqual(['high-a']);
});

test('a group that is added during a renewal stays', async () => {
  const pool = await standing(ALL, ['high-a', 'medium-b'], { maxConnections: 1, connectionTtlMs: 10_000 });
  await pool.until('renewing', () => pool.carried['c2'] !== undefined);
  pool.want('low-c');
  await pool.until('renewed', () => pool.carried['c1'] === undefined);
  await pool.run(1_000);
  expect(Object.values(pool.carried).flat().sort()).toEqual([...ALL].sort());
  expect(pool.provider.subscriptions.flat().sort()).toEqual([...ALL].sort());
});

test('a move that waited its turn starts where the group is by then', async () => {
  const pool = await standing(ALL, ALL, { maxConnections: 3 });
  const proofs = Promise.all([pool.manager.migrateGroup('low-c', 'c2'), pool.manager.migrateGroup('low-c', 'c1')]);
  await pool.run(10_000);
  expect(await proofs).toMatchObject([
    { from: 'c3', to: 'c2', completed: true },
    { from: 'c2', to: 'c1', completed: true },
  ]);
  expect(Object.values(pool.carried).flat().sort()).toEqual([...ALL].sort());
});

test('high groups that are added later share with high, and never with what is less important', async () => {
  const pool = await standing([...ALL, 'high-d', 'high-e'], ALL);
  pool.want('high-d');
  pool.want('high-e');
  expect(pool.carried).toEqual({ c1: ['high-a', 'high-d', 'high-e'], c2: ['medium-b', 'low-c'] });
});

test('high groups that took every connection make room for the others', async () => {
  const pool = await standing([...ALL, 'high-d'], ['high-a']);
  pool.want('high-d');
  await pool.until('two connections', () => Object.keys(pool.carried).length === 2 && pool.healthy());
  pool.want('low-c');
  await pool.until('apart', () => Object.values(pool.carried).some((groups) => groups.join() === 'low-c'));
  expect(Object.values(pool.carried).flat().sort()).toEqual(['high-a', 'high-d', 'low-c']);
});

test('what was placed by hand beside high stays there', async () => {
  const pool = await standing(ALL, ALL);
  const proof = pool.manager.migrateGroup('medium-b', 'c1');
  await pool.run(10_000);
  expect(await proof).toMatchObject({ completed: true });
  await pool.run(10_000);
  expect(pool.carried).toEqual({ c1: ['high-a', 'medium-b'], c2: ['low-c'] });
});

test('high does not wait for the backlog of a group that is moved to it', async () => {
  const pool = await standing(ALL, ALL, { shedAfterMs: 600_000 });
  pool.isHeld = true;
  await pool.run(1_500);
  const proof = pool.manager.migrateGroup('low-c', 'c1');
  await pool.run(2_000);
  expect(pool.carried['c1']).toEqual(['high-a']);
  pool.isHeld = false;
  await pool.run(5_000);
  expect(await proof).toMatchObject({ completed: true, lost: 0 });
});

test('high that comes home does not wait for the backlog of who stood in for it', async () => {
  const pool = await standing(ALL, ALL, { shedAfterMs: 600_000 });
  pool.provider.refuses = () => true;
  pool.provider.cut('high-a');
  await pool.until('failover', () => pool.carried['c2']?.length === 3);
  pool.isHeld = true;
  await pool.run(500);
  pool.provider.refuses = () => false;
  await pool.until('home', () => pool.carried['c2']?.length === 2);
  pool.batches.length = 0;
  pool.isHeld = false;
  await pool.run(1_000);
  expect(pool.batches.slice(0, 2)).toContain('c1');
});
