import { join } from 'node:path';
import Database from 'better-sqlite3';
import { damagedCommand } from '../../../src/commands/damaged.ts';
import { never, openTestOutbox, temporaryFolder, trades } from '../../support/output.ts';

describe('sluice outbox damaged', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => folder.remove());

  async function run(clear: boolean, json = false): Promise<readonly string[]> {
    const lines: string[] = [];
    const out = (text: string) => void lines.push(text);
    const env = { GRPC_URL: 'http://127.0.0.1:1', SLUICE_DATA_DIR: folder.path };
    const io = { env, out, error: out, write: out, residentBytes: () => 0, stop: never, abandon: never };
    expect(await damagedCommand({ clear, json }, io)).toBe(0);
    return lines;
  }

  test('lists what was damaged or lost, beside a running engine, until it is cleared', async () => {
    const { outbox } = openTestOutbox(folder.path);
    await outbox.append(trades(0, 10), null);
    const database = new Database(join(folder.path, 'outbox.db'));
    database.exec("UPDATE events SET json = 'changed' WHERE sequence = 3");
    database.close();
    outbox.readAfter(0, 100);
    expect(await run(false)).toEqual([
      expect.stringMatching(/^event 3 \(checksum, noticed .*, near slot 1000\): \{.*"signature2:/),
      '1 may have reached no consumer; --clear acknowledges them',
    ]);
    expect(JSON.parse((await run(true, true)).join())).toMatchObject({ events: [{ sequence: 3 }], cleared: true });
    expect(await run(false)).toEqual(['no damaged or lost event waits to be acknowledged']);
    await outbox.close(never);
  });

  test('says so when there is no outbox, and makes none', async () => {
    await expect(run(false)).rejects.toMatchObject({ code: 'CONFIG_DATA_DIR' });
    await expect(run(false)).rejects.toThrow(/There is no outbox/);
  });
});
