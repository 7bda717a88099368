import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ConsumeMessage } from 'amqplib';
import { CANARY_ENV, CANARY_PASSWORD, CANARY_TOKEN, CanaryWatch } from '../../scripts/fault/canary.ts';
import { loadConfig } from '../../src/config/load.ts';
import { secretsOfEnvironment } from '../../src/config/secrets.ts';
import { temporaryFolder } from '../support/output.ts';

const OWN_BROKER = `amqp://sluice:${CANARY_PASSWORD}@127.0.0.1:1`;
const API = join(import.meta.dirname, '..', '..', 'src', 'api');

const message = (content: string, headers: object): ConsumeMessage =>
  ({ content: Buffer.from(content), properties: { headers }, fields: {} }) as unknown as ConsumeMessage;

describe('the watch for secrets', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());
  const watch = () => new CanaryWatch(OWN_BROKER, folder.path);

  test('gives the engine a configuration it accepts, every secret of which it looks for', () => {
    expect(() => loadConfig(CANARY_ENV)).not.toThrow();
    const secrets = secretsOfEnvironment({ ...CANARY_ENV, X_TOKEN: CANARY_TOKEN, RABBITMQ_URL: OWN_BROKER });
    expect(secrets.length).toBeGreaterThan(5);
    for (const secret of secrets) {
      const one = watch();
      one.printed(`something failed: ${secret}`);
      expect([secret, one.findings()]).toEqual([secret, ['a secret was found in output']]);
    }
  });

  test('finds one in what a consumer receives: content, headers, properties', () => {
    const clean = watch();
    clean.delivered('q', message('{"canary-":1}', { type: 'x' }));
    expect(clean.findings()).toEqual([]);
    const leaking = watch();
    leaking.delivered('q', message(`{"reason":"${CANARY_TOKEN}"}`, {}));
    leaking.delivered('q', message('{}', { source: OWN_BROKER }));
    expect(leaking.findings()).toHaveLength(2);
  });

  test('finds one that lies across two pieces of output, and one on the disk', () => {
    const one = watch();
    one.printed(CANARY_TOKEN.slice(0, 9));
    one.printed(CANARY_TOKEN.slice(9));
    writeFileSync(join(folder.path, 'left.txt'), CANARY_TOKEN);
    expect(one.findings()).toEqual(['a secret was found in output', 'a secret was found in file left.txt']);
    writeFileSync(join(folder.path, 'left.txt'), '');
  });

  test('asks every view the API has, each of which it would find one in', async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push((request.url ?? '').replace(/\?.*/, ''));
      response.end(`"checkpoint":5 ${request.headers.authorization}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const one = watch();
    await one.ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await new Promise((resolve) => server.close(resolve));
    const views = globSync('*.ts', { cwd: API }).flatMap((file) =>
      [...readFileSync(join(API, file), 'utf8').matchAll(/router\.get\('([^']+)'/g)].map((match) => match[1] as string),
    );
    expect(views.length).toBeGreaterThan(10);
    expect([...new Set(asked)].sort()).toEqual(['/', ...views].sort());
    expect(one.findings()).toHaveLength(views.length + 1);
  });
});
