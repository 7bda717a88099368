import type { SourceItem } from '../../src/domain/update.ts';
import { createdAtMs, transactionSignature } from '../../src/domain/update-reader.ts';
import type { SmartStreamManager } from '../../src/grpc/smart-stream-manager.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { scriptArguments, wholeNumber } from '../harness/script-arguments.ts';
import type { ServerOrder } from './pool-server.ts';
import { createManager, groups, STEADY, startServer } from './pool-world.ts';

/**
 * One stream beside the pool: how fast each receives when the server writes as fast as it can, how late updates arrive at a steady rate,
 * and what moving groups between streams costs. Exit code 1 when anything was lost or out of order: `npm run bench:pool -- [--seconds N] [--migrations N] [--json]`.
 */
const flags = scriptArguments('npm run bench:pool -- [--seconds N] [--migrations N] [--transport NAME] [--json]', {
  json: { type: 'boolean', default: false },
  seconds: { type: 'string', default: '6' },
  migrations: { type: 'string', default: '40' },
  transport: { type: 'string', default: 'grpc-js' },
});
const BLAST: ServerOrder = { groups, perGroupAndSlot: 100, slotMs: 0 };

/** Which numbers of a group arrived: one byte each, counted over what came twice. */
class Arrivals {
  readonly #seen = groups.map(() => new Uint8Array(16_000_000));
  readonly #first = groups.map(() => 0);
  readonly #last = groups.map(() => 0);
  readonly lags: number[] = [];
  messages = 0;
  duplicates = 0;
  outOfOrder = 0;

  take(item: SourceItem): void {
    if (item.type !== 'update' || item.kind !== 'transaction') return;
    this.messages++;
    const signature = transactionSignature(item.bytes);
    const view = new DataView(signature.buffer, signature.byteOffset, 8);
    const group = view.getUint32(0) - 1;
    const number = view.getUint32(4);
    const seen = this.#seen[group] as Uint8Array;
    if (this.#first[group] === 0) this.#first[group] = number;
    if (seen[number] === 1) this.duplicates++;
    else if (number < (this.#last[group] as number)) this.outOfOrder++;
    seen[number] = 1;
    this.#last[group] = Math.max(this.#last[group] as number, number);
    if ((this.messages & 7) === 0) this.lags.push(Date.now() - (createdAtMs(item.bytes) ?? Date.now()));
  }

  /** Numbers between the first and the last of a group that never came. */
  get lost(): number {
    let lost = 0;
    this.#seen.forEach((seen, group) => {
      const [from, to] = [this.#first[group] as number, this.#last[group] as number];
      for (let number = from; number <= to; number++) if (seen[number] === 0) lost++;
    });
    return lost;
  }
}

interface Measured {
  readonly msgPerS: number;
  readonly cpuMicrosPerMsg: number;
  readonly lagMs: { readonly p50: number; readonly p99: number };
  readonly arrivals: Arrivals;
}

/** Reads what the order makes for a while and lets `during` work meanwhile. */
async function measure(
  order: ServerOrder,
  isPool: boolean,
  during: (manager: SmartStreamManager) => Promise<void>,
): Promise<Measured> {
  const server = await startServer(order);
  const manager = createManager(server.url, isPool, flags.transport);
  const stop = new AbortController();
  const arrivals = new Arrivals();
  const reading = (async () => {
    for await (const batch of manager.updates(null, stop.signal)) for (const item of batch) arrivals.take(item);
  })();
  while (manager.stats().healthy < (isPool ? 2 : 1) || arrivals.messages < 500)
    await systemClock.sleep(20, stop.signal);
  await systemClock.sleep(500, stop.signal);
  const [messages, cpu, start] = [arrivals.messages, process.cpuUsage(), performance.now()];
  arrivals.lags.length = 0;
  await during(manager);
  const seconds = (performance.now() - start) / 1000;
  const count = arrivals.messages - messages;
  const used = process.cpuUsage(cpu);
  stop.abort();
  await reading;
  server.process.send('stop');
  server.process.disconnect();
  const sorted = arrivals.lags.sort((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 10) / 10;
  return {
    msgPerS: Math.round(count / seconds),
    cpuMicrosPerMsg: Math.round(((used.user + used.system) / count) * 10) / 10,
    lagMs: { p50: at(0.5), p99: at(0.99) },
    arrivals,
  };
}

const forever = new AbortController().signal;
const wait = () => systemClock.sleep(wholeNumber('seconds', flags.seconds) * 1000, forever);
const say = (text: string) => flags.json || console.log(text);

async function migrateRepeatedly(manager: SmartStreamManager): Promise<void> {
  for (let i = 0; i < wholeNumber('migrations', flags.migrations); i++) {
    const home = manager.stats().connections.find((each) => each.groups.includes('amm'));
    const proof = await manager.migrateGroup('amm', home?.id === 'c1' ? 'c2' : 'c1');
    tally.completed += proof?.completed === true ? 1 : 0;
    tally.duplicates += proof?.duplicates ?? 0;
    tally.lost += proof?.lost ?? 0;
    if (proof !== null) say(JSON.stringify(proof));
  }
}

const tally = { completed: 0, duplicates: 0, lost: 0 };
const single = await measure(BLAST, false, wait);
const pool = await measure(BLAST, true, wait);
const singleSteady = await measure(STEADY, false, wait);
const poolSteady = await measure(STEADY, true, wait);
const moved = await measure(STEADY, true, migrateRepeatedly);
const row = (name: string, fast: Measured, steady: Measured) =>
  `${name}: ${fast.msgPerS} msg/s, ${fast.cpuMicrosPerMsg} µs CPU each; at ${steady.msgPerS} msg/s receive lag p50 ${steady.lagMs.p50} ms, p99 ${steady.lagMs.p99} ms`;
say(row('single stream', single, singleSteady));
say(row('pool of two', pool, poolSteady));
say(
  `moves: ${tally.completed}, lost ${moved.arrivals.lost}, seen twice ${moved.arrivals.duplicates}, out of order ${moved.arrivals.outOfOrder}`,
);
const figures = (fast: Measured, steady: Measured) => ({
  msgPerS: fast.msgPerS,
  cpuMicrosPerMsg: fast.cpuMicrosPerMsg,
  steadyMsgPerS: steady.msgPerS,
  lagMs: steady.lagMs,
});
const all = [single, pool, singleSteady, poolSteady, moved];
const lost = all.reduce((sum, each) => sum + each.arrivals.lost, 0);
const outOfOrder = all.reduce((sum, each) => sum + each.arrivals.outOfOrder, 0);
console.log(
  JSON.stringify({
    single: figures(single, singleSteady),
    pool: figures(pool, poolSteady),
    migrations: tally.completed,
    lost,
    duplicates: moved.arrivals.duplicates,
    outOfOrder,
    rssMb: Math.round(process.memoryUsage().rss / 1e6),
  }),
);
if (lost > 0 || outOfOrder > 0) console.error(`bench:pool: ${lost} updates lost, ${outOfOrder} out of order`);
process.exit(lost > 0 || outOfOrder > 0 ? 1 : 0);
