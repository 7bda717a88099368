import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { eventDocs } from './docs/event-docs.ts';

/** Writes docs/asyncapi.yaml and docs/schemas from the event catalogue, or with --check tells which of them are stale. */
const root = join(import.meta.dirname, '..');
const stale: string[] = [];
for (const [file, text] of Object.entries(eventDocs())) {
  const path = join(root, file);
  if (process.argv.includes('--check')) {
    if (readOrEmpty(path) !== text) stale.push(file);
    continue;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run: node scripts/event-docs.ts`);
  process.exitCode = 1;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
