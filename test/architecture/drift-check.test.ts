import { join } from 'node:path';
import { compare } from '../../scripts/drift/compare.ts';
import { type InterfaceFile, loadInterface, SOURCES, WITHOUT_SOURCE } from '../../scripts/drift/interface-files.ts';
import { meteoraDlmm } from '../../src/decode/meteora-dlmm/program.ts';
import { PROGRAMS } from '../../src/decode/programs.ts';

const root = join(import.meta.dirname, '..', '..');

describe('our layouts against the published interfaces', () => {
  test.each(SOURCES.map((source) => [source.program, source.package, source] as const))(
    '%s in %s',
    (name, _package, source) => {
      const program = PROGRAMS.find((each) => each.name === name);
      const loaded = loadInterface(source, root);
      if (program === undefined || loaded === null) throw new Error(`${name} or its package is missing`);
      const { events, instructions, differences } = compare(program, loaded.file);
      expect(events + instructions).toBeGreaterThan(20);
      expect(differences).toEqual([]);
    },
  );

  test('every program has a source or a reason why it has none', () => {
    const silent = PROGRAMS.filter(
      ({ name }) => !SOURCES.some((source) => source.program === name) && WITHOUT_SOURCE[name] === undefined,
    );
    expect(silent.map((program) => program.name)).toEqual([]);
  });
});

describe('what counts as a difference', () => {
  const event = (...fields: readonly (readonly [string, unknown])[]): InterfaceFile => ({
    instructions: [],
    events: [{ name: 'ClaimFee', fields: fields.map(([name, type]) => ({ name, type })) }],
  });
  const known = [
    ['lb_pair', 'pubkey'],
    ['position', 'pubkey'],
    ['owner', 'pubkey'],
    ['fee_x', 'u64'],
    ['fee_y', 'u64'],
  ] as const;

  test('an interface that knows less than we do is none', () => {
    expect(compare(meteoraDlmm, event(...known.slice(0, 3))).differences).toEqual([]);
  });

  test.each([
    ['a field that was appended', event(...known, ['fee_z', 'u64']), 'event-fields'],
    ['a field of another type', event(...known.slice(0, 3), ['fee_x', 'u128']), 'event-fields'],
    ['a field of another name', event(...known.slice(0, 3), ['fee_y', 'u64']), 'event-fields'],
    ['an event we do not know', { instructions: [], events: [{ name: 'Miracle', fields: [] }] }, 'event'],
    ['an instruction we do not know', { instructions: [{ name: 'wonder', args: [], accounts: [] }] }, 'instruction'],
    [
      'an account in another place',
      { instructions: [{ name: 'claim_fee', args: [], accounts: [{ name: 'position' }] }] },
      'accounts',
    ],
  ])('%s is one', (_name, file, what) => {
    expect(compare(meteoraDlmm, file).differences).toMatchObject([{ program: 'meteora-dlmm', what }]);
  });
});
