#!/usr/bin/env node
// Plain JavaScript on purpose: it must run on whatever Node the system has, find one that is new enough, and hand over to it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const MISTAKE = 78;
const root = fileURLToPath(new URL('..', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const isNewEnough = major > 22 || (major === 22 && minor >= 19);

/** The runtime that was installed beside us, for systems whose own is too old. */
function bundledNode() {
  if (process.platform !== 'linux') return undefined;
  return [join(root, 'node_modules'), join(root, '..')]
    .map((folder) => join(folder, `node-linux-${process.arch}`, 'bin', 'node'))
    .find(existsSync);
}

/** The sources in a working copy; what was built where Node refuses to run TypeScript: below node_modules. */
function entryFile() {
  const [source, built] = [join(root, 'src', 'main.ts'), join(root, 'dist', 'main.js')];
  const isInstalled = /[\\/]node_modules[\\/]/.test(root);
  return [isInstalled ? built : source, built].find(existsSync);
}

function fail(sentence) {
  console.error(`sluice: ${sentence}`);
  process.exit(MISTAKE);
}

const node = isNewEnough ? process.execPath : bundledNode();
if (node === undefined) {
  fail(
    `Sluice needs Node 22.19 or newer; this is ${process.version}. Install Node 24 from https://nodejs.org and run the same command again.`,
  );
}
const entry = entryFile();
if (entry === undefined) fail(`There is nothing to run in ${root}: run \`npm run build\` there first.`);

if (isNewEnough) {
  process.argv[1] = entry;
  await import(pathToFileURL(entry).href);
} else {
  const child = spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
  // The child drains and decides; this process only hands on what it is told, and stays until the child has ended.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} cannot be started (${error.message}): run \`npm install\` again.`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}
