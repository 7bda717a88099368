import { planCommand } from '../../../src/commands/plan.ts';
import { planStreams } from '../../../src/commands/planned-streams.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { ConnectionPlan } from '../../../src/grpc/connection-plan.ts';
import { readScripted, ScriptedProvider } from '../../support/scripted-provider.ts';

const never = new AbortController().signal;

async function plan(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly plan: ConnectionPlan }> {
  const lines: string[] = [];
  const out = (line: string) => void lines.push(line);
  const io = { env, out, error: out, write: () => undefined, residentBytes: () => 0, stop: never, abandon: never };
  const code = await planCommand({ json: true }, io);
  return { code, plan: JSON.parse(lines.at(-1) ?? '') as ConnectionPlan };
}

test('plan, doctor and start agree on a provider with fewer streams than are configured', async () => {
  const env = { GRPC_URL: 'https://a.chainstack.com', GRPC_POOL_MAX_CONNECTIONS: '3' };
  const planned = await plan(env);
  expect([planned.code, planned.plan.connections.length]).toEqual([0, 2]);
  expect(planStreams(loadConfig(env).config).plan).toEqual(planned.plan);
  const provider = new ScriptedProvider();
  const run = readScripted(provider, { url: 'https://a.chainstack.com', maxConnections: 3 });
  await provider.play(5000);
  expect(provider.open).toHaveLength(2);
  await run.stop();
});

test('without an endpoint the plan is that of the embedded simulator', async () => {
  const { code, plan: planned } = await plan({});
  expect([code, planned.connections[0]?.profile]).toEqual([0, 'simulator']);
  // Everyone who reads a stream of the engine is named, also those who doubt what was decoded.
  expect(planned.connections[0]?.monitors).toEqual(expect.arrayContaining(['AuditMismatch', 'DecoderDrift']));
});
