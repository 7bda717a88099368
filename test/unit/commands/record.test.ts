import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandIo } from '../../../src/commands/io.ts';
import { recordCommand } from '../../../src/commands/record.ts';
import { never, temporaryFolder } from '../../support/output.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** What a second of recording with this environment says. */
async function record(env: CommandIo['env']) {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const io = { env: { SLUICE_DATA_DIR: folder.path, ...env }, out: say, error: say, write: say };
  const flags = { folder: null, seconds: 1, json: true };
  const code = await recordCommand(flags, { ...io, residentBytes: () => 0, stop: never, abandon: never });
  return { code, lines };
}

test('the embedded market is recorded where its engine keeps its data, never beside mainnet', async () => {
  const { code, lines } = await record({ SIMULATOR_SLOT_MS: '50', SLUICE_LOG_LEVEL: 'error' });
  const recorder = join(folder.path, 'simulator', 'recorder');
  expect([code, JSON.parse(lines.at(-1) ?? '')]).toEqual([0, expect.objectContaining({ folder: recorder })]);
  expect(readdirSync(folder.path)).toEqual(['simulator']);
});

test('files of the configuration may have absolute paths, and no token of GRPC_ENDPOINTS stands in a line', async () => {
  const root = join(import.meta.dirname, '..', '..', '..');
  const { code, lines } = await record({
    // The token is a word that the lines would hold anyway: the name of the host.
    GRPC_ENDPOINTS: 'http://localhost:1|localhost',
    GRPC_GROUPS_FILE: join(root, 'config', 'groups.json'),
    GRPC_PROFILES_FOLDER: join(root, 'config', 'providers'),
  });
  expect(code).toBe(1);
  expect(lines.join('\n')).toMatch(/\*\*\*:1/);
  expect(lines.join('\n')).not.toMatch(/localhost/);
});
