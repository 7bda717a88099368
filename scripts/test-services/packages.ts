import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { findBinary, run } from './processes.ts';
import type { Provider } from './types.ts';

const POLICY = '/usr/sbin/policy-rc.d';

/** As root on Debian or Ubuntu: installs the server's package without starting its service. False when that is not possible. */
export function installPackages(provider: Provider): boolean {
  const apt = findBinary('apt-get');
  if (apt === null || process.getuid?.() !== 0) return false;
  console.log(`${provider.name}: installing ${provider.packages.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Installed only to be started by us, in a folder of our own: the package's own service must not come up.
  const mayWritePolicy = !existsSync(POLICY);
  if (mayWritePolicy) {
    writeFileSync(POLICY, '#!/bin/sh\nexit 101\n');
    chmodSync(POLICY, 0o755);
  }
  try {
    const args = ['install', '--yes', '--no-install-recommends', ...provider.packages];
    let result = run(apt, args, 600_000, env);
    if (!result.ok && run(apt, ['update'], 300_000, env).ok) result = run(apt, args, 600_000, env);
    if (!result.ok) console.error(`${provider.name}: apt-get failed (${result.text.split('\n').at(-1)})`);
    return result.ok;
  } finally {
    if (mayWritePolicy) rmSync(POLICY, { force: true });
  }
}
