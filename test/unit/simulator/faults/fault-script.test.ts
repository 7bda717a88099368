import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULT_KINDS } from '../../../../src/simulator/faults/catalog.ts';
import { parseFaultScript } from '../../../../src/simulator/faults/fault-script.ts';

const root = join(import.meta.dirname, '..', '..', '..', '..');

describe('a fault script', () => {
  test('is read with defaults for what it leaves out', () => {
    const script = parseFaultScript({ faults: [{ kind: 'quota', at: 3, limit: 5 }] });
    expect(script.seed).toBe(1);
    expect(script.faults[0]).toMatchObject({
      window: { at: 3, slots: null, every: null, chance: 1 },
      parameters: { limit: 5, windowMs: 60_000, refusal: 'subscriptions', perToken: true },
    });
  });

  test('with mistakes is refused in one sentence that names them all', () => {
    const script = {
      sed: 1,
      faults: [
        { kind: 'quoto' },
        { kind: 'quota', limit: 'many', extra: 1 },
        { kind: 'clean-end', at: -1 },
        { kind: 'shuffle', every: 5 },
      ],
      chain: { fates: { x: 'gone' } },
    };
    const problems = [
      'unknown key "sed"',
      'unknown kind "quoto"',
      '"limit" must be a number',
      'unknown key "extra"',
      '"at" must be a number that is not negative',
      '"every" needs "slots"',
      'not "x" to "gone"',
    ];
    const text = messageOf(() => parseFaultScript(script));
    expect(problems.filter((problem) => !text.includes(problem))).toEqual([]);
  });

  test.each([[null], [[]], ['text'], [{ faults: {} }], [{ faults: [1] }], [{ chain: 3 }]])('%j is refused', (json) => {
    expect(() => parseFaultScript(json)).toThrow(/The fault script cannot be used/);
  });

  test('cannot name a parameter and a part of the window by the same word', () => {
    const words = new Set(['kind', 'at', 'slots', 'every', 'chance']);
    const clashes = [...FAULT_KINDS.values()].flatMap(({ kind, defaults }) =>
      Object.keys(defaults)
        .filter((name) => words.has(name))
        .map((name) => `${kind}.${name}`),
    );
    expect(clashes).toEqual([]);
  });

  const examples = globSync('config/faults/*.json', { cwd: root }).sort();

  test.each(examples)('%s can be used', (file) => {
    expect(parseFaultScript(JSON.parse(readFileSync(join(root, file), 'utf8'))).seed).toBeGreaterThan(0);
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
