import { FaultProxy } from '../../src/simulator/fault-proxy.ts';
import { aTransaction, dataOf, startSimulator, subscribe, type TestSimulator } from '../support/simulator.ts';

const EVERYTHING = { transactions: { all: {} }, slots: { all: {} } };

describe('a connection through the fault proxy', () => {
  let simulator: TestSimulator;
  let proxy: FaultProxy;
  let url: string;
  beforeEach(async () => {
    simulator = await startSimulator({ source: null, options: {} });
    proxy = new FaultProxy({ host: '127.0.0.1', port: simulator.port });
    url = `http://127.0.0.1:${await proxy.listen()}`;
  });
  afterEach(async () => {
    await proxy.close();
    await simulator.close();
  });

  test('passes everything on while nothing is wrong', async () => {
    const reader = subscribe(url, EVERYTHING);
    await reader.opened;
    for (let i = 0; i < 50; i++) simulator.publishSlot({ transactions: [aTransaction({})] });
    await reader.until((updates) => updates.filter((update) => update.transaction !== undefined).length === 50);
    reader.cancel();
  });

  test('in a black hole delivers nothing, ends nothing, and delivers it all when the hole is gone', async () => {
    const reader = subscribe(url, EVERYTHING);
    await reader.opened;
    proxy.blackHole(true);
    simulator.publishSlot({ transactions: [aTransaction({})] });
    const direct = subscribe(simulator.url, EVERYTHING);
    await direct.opened;
    direct.cancel();
    expect(dataOf(reader.updates)).toEqual([]);
    expect(proxy.connections).toBe(1);
    proxy.blackHole(false);
    await reader.until((updates) => updates.some((update) => update.transaction !== undefined));
    reader.cancel();
  });

  test.each<[string, () => void]>([
    ['dropped', () => proxy.drop()],
    ['half closed', () => proxy.halfClose()],
    [
      'cut in the middle of a message',
      () => {
        proxy.cutAfter(100);
        simulator.publishSlot({ transactions: [aTransaction({}), aTransaction({})] });
      },
    ],
  ])('that is %s ends the stream with an error', async (_name, act) => {
    const reader = subscribe(url, EVERYTHING);
    await reader.opened;
    act();
    expect((await reader.ended)?.code).toEqual(expect.any(Number));
  });
});
