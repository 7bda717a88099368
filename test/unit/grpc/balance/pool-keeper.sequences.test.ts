import fc from 'fast-check';
import { FakePool } from '../../../support/fake-pool.ts';

const KNOWN = ['high-a', 'high-d', 'medium-b', 'medium-e', 'low-c', 'low-f'];
const isHigh = (group: string) => group.startsWith('high');

const group = fc.constantFrom(...KNOWN);
const step = fc.oneof(
  fc.record({ do: fc.constantFrom('fail', 'add', 'remove'), group }),
  fc.record({ do: fc.constant('move'), group, to: fc.nat(3) }),
  fc.record({ do: fc.constantFrom('recover', 'flood', 'calm', 'unconfirmed', 'confirmed') }),
  // Long enough for a renewal, a shedding or a move that is given up, and too short for them.
  fc.record({ do: fc.constant('wait'), ms: fc.constantFrom(200, 600, 1_500, 4_000, 9_000) }),
);

type Step = { do: string; group?: string; to?: number; ms?: number };

interface ByHand {
  readonly moved: Set<string>;
  /** Moves that wait for their turn. */
  waiting: number;
}

async function play(pool: FakePool, steps: readonly Step[], wanted: Set<string>): Promise<ByHand> {
  const byHand: ByHand = { moved: new Set(), waiting: 0 };
  for (const { do: what, group: name = '', to = 0, ms = 200 } of steps) {
    if (what === 'fail') {
      pool.provider.refuses = () => true;
      pool.provider.cut(name);
    } else if (what === 'recover') pool.provider.refuses = () => false;
    else if (what === 'flood' || what === 'calm') pool.isHeld = what === 'flood';
    else if (what === 'unconfirmed' || what === 'confirmed') pool.provider.isConfirming = what === 'confirmed';
    else if (what === 'add') {
      wanted.add(name);
      pool.want(name);
    } else if (what === 'remove') {
      wanted.delete(name);
      pool.manager.removeMonitor(name);
    } else if (what === 'move') {
      const target = Object.keys(pool.carried).at(to);
      if (target === undefined) continue;
      byHand.moved.add(name);
      byHand.waiting++;
      void pool.manager.migrateGroup(name, target).then(() => byHand.waiting--);
    } else await pool.run(ms);
  }
  return byHand;
}

/** Every wanted group on exactly one connection, as told and as the provider has it. */
function isSettled(pool: FakePool, wanted: ReadonlySet<string>): boolean {
  const once = [...wanted].sort().join();
  return (
    Object.values(pool.carried).flat().sort().join() === once &&
    pool.provider.subscriptions.flat().sort().join() === once &&
    pool.manager.stats().shedGroups.length === 0 &&
    pool.healthy()
  );
}

function isHighAlone(pool: FakePool, moved: ReadonlySet<string>): boolean {
  return Object.values(pool.carried)
    .map((groups) => groups.filter((name) => !moved.has(name)))
    .every((groups) => groups.every(isHigh) || !groups.some(isHigh));
}

const world = fc.record({
  size: fc.integer({ min: 1, max: 3 }),
  connectionTtlMs: fc.constantFrom(0, 8_000),
  steps: fc.array(step, { maxLength: 25 }),
});

test('whatever happens in whatever order: in the end each wanted group is carried once, high by itself', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ size, connectionTtlMs, steps }) => {
      const wanted = new Set(['high-a', 'medium-b', 'low-c']);
      const settings = { maxConnections: size, connectionTtlMs, migrationTimeoutMs: 2_500 };
      const pool = new FakePool(KNOWN, [...wanted], settings);
      try {
        const byHand = await play(pool, steps, wanted);
        pool.provider.refuses = () => false;
        pool.provider.isConfirming = true;
        pool.isHeld = false;
        await pool.until('all moved', () => byHand.waiting === 0);
        await pool.run(1_000);
        const isApart = () => size === 1 || isHighAlone(pool, byHand.moved);
        await pool.until('settled', () => isSettled(pool, wanted) && isApart());
        expect(pool.manager.stats().total).toBeLessThanOrEqual(size);
        const settled = pool.carried;
        if (connectionTtlMs > 0) return;
        await pool.run(10_000);
        expect(pool.carried).toEqual(settled);
      } finally {
        await pool.close();
      }
    }),
    { numRuns: 60 },
  );
});
