import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTIONS, type Action, REASONS } from '../../src/grpc/transport/error-table.ts';

const FILE = join(import.meta.dirname, '..', '..', 'docs', 'errors.md');
const HEADING = '## Why a connection failed';

const WAITS: Readonly<Record<Action['wait'], string>> = {
  retry: 'reopens after a backoff',
  window: 'waits for the quota window',
  lapse: 'waits until the provider forgot the old streams',
  refused: 'never asks this endpoint for these filters again',
  stop: 'leaves the endpoint alone until an operator has acted',
};

/** The error codes as they are written in the document, and below them the reasons of failed connections as the engine knows them. */
export function errorsDoc(): string {
  const [codes = ''] = readFileSync(FILE, 'utf8').split(`\n${HEADING}\n`);
  const rows = REASONS.map((reason) => {
    const { advice, wait, blamesEndpoint } = ACTIONS[reason];
    return `| \`${reason}\` | ${advice} | ${WAITS[wait]} | ${blamesEndpoint ? 'yes' : 'no'} |`;
  });
  return `${codes}
${HEADING}

A stream that ends is no error of the engine: it has a reason, which stands in \`code\` of \`stream.connection.failed\`, in the log and in \`/api/grpc-pool/stats\`. Generated from
\`src/grpc/transport/error-table.ts\` by \`npm run docs\`.

| reason | in words | the engine | counts against the endpoint |
|---|---|---|---|
${rows.join('\n')}
`;
}
