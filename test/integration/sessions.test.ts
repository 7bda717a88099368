import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const sessions = globSync('scripts/test-session-*.ts', { cwd: root }).sort();

/** What a session prints and how it ends, run as `npm run test-session-…` runs it. */
function run(script: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, script)], { cwd: root });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

describe('the sessions a user runs', () => {
  test.each(sessions.map((script) => [basename(script, '.ts'), script] as const))(
    '%s passes every check',
    async (_name, script) => {
      const { code, output } = await run(script);
      expect(output.split('\n').filter((line) => line.trimStart().startsWith('FAIL'))).toEqual([]);
      expect(output).toMatch(/^[1-9]\d* passed, 0 failed$/m);
      expect(code).toBe(0);
    },
    240_000,
  );
});
