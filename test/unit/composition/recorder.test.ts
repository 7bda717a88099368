import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openRecorder } from '../../../src/composition/recorder.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { Lifecycle } from '../../../src/lib/lifecycle.ts';
import type { EngineEvent } from '../../../src/telemetry/event.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { never, temporaryFolder } from '../../support/output.ts';

test('the flight recorder keeps its ring in the data folder of its engine', async () => {
  const folder = temporaryFolder();
  const clock = new FakeClock();
  const lifecycle = new Lifecycle(clock);
  // The embedded simulator's engine has a data folder of its own, whatever SLUICE_DATA_DIR says.
  const dataFolder = join(folder.path, 'simulator');
  const { config } = loadConfig({ RECORDER_ENABLED: 'true', SLUICE_DATA_DIR: folder.path });
  openRecorder({ config, dataFolder, clock, emit: () => {} }, lifecycle);
  expect([existsSync(join(dataFolder, 'recorder')), existsSync(join(folder.path, 'recorder'))]).toEqual([true, false]);
  await lifecycle.close(1_000, never);
  folder.remove();
});

test('a folder that cannot be recorded into is told, and stops no engine', () => {
  const folder = temporaryFolder();
  const clock = new FakeClock();
  writeFileSync(join(folder.path, 'recorder'), 'no folder');
  const { config } = loadConfig({ RECORDER_ENABLED: 'true' });
  const told: EngineEvent[] = [];
  const parts = { config, dataFolder: folder.path, clock, emit: (event: EngineEvent) => void told.push(event) };
  expect(openRecorder(parts, new Lifecycle(clock))).toBeNull();
  expect(told.map(({ type }) => type)).toEqual(['recovery.recorder.failed']);
  folder.remove();
});
