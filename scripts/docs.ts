import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationDoc, envExample } from './docs/configuration-doc.ts';
import { coverageDoc } from './docs/coverage-doc.ts';
import { errorsDoc } from './docs/errors-doc.ts';
import { metricsDoc } from './docs/metrics-doc.ts';

/** Writes the generated documents, or with --check tells which of them are stale. A test runs the check. */
const root = join(import.meta.dirname, '..');
const documents: Readonly<Record<string, () => string>> = {
  '.env.example': envExample,
  'docs/configuration.md': configurationDoc,
  'docs/errors.md': errorsDoc,
  'docs/metrics.md': metricsDoc,
  'docs/coverage.md': coverageDoc,
};

const stale: string[] = [];
for (const [file, generate] of Object.entries(documents)) {
  const path = join(root, file);
  const text = generate();
  if (process.argv.includes('--check')) {
    if (readOrEmpty(path) !== text) stale.push(file);
  } else {
    writeFileSync(path, text);
    console.log(`wrote ${file}`);
  }
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run: npm run docs`);
  process.exitCode = 1;
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
