import { describe, expect, test } from '@jest/globals';
import { transactionSignature } from '../../../src/domain/update-reader.ts';
import { encodeBase58 } from '../../../src/lib/base58.ts';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import { BlockRpc } from '../../../src/rpc/get-block.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { scriptedServer } from '../../support/http-script.ts';
import { sampleTransactions } from '../../support/samples.ts';

const never = new AbortController().signal;

function rpc(
  urls: readonly string[],
  changes: { responseMaxBytes?: number; onBreaker?: (host: string, state: string) => void; clock?: Clock } = {},
) {
  const { responseMaxBytes = 10_000_000, onBreaker = () => {}, clock = systemClock } = changes;
  const options = { urls, requestsPerSecond: 1_000, timeoutMs: 2_000, responseMaxBytes, breakerFailures: 2, onBreaker };
  return new BlockRpc(options, clock);
}

const result = (value: unknown) => ({ status: 200, body: JSON.stringify({ jsonrpc: '2.0', id: 1, result: value }) });
const refusal = (code: number) => ({
  status: 200,
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code, message: 'no' } }),
});
const block = (transactions: readonly unknown[]) => ({
  parentSlot: 6,
  blockhash: 'H7',
  previousBlockhash: 'H6',
  blockTime: 1_700_000_000,
  transactions,
});

describe('blocks by RPC', () => {
  test('turns a block into the updates a stream would have sent', async () => {
    const samples = sampleTransactions().slice(0, 20);
    const transactions = samples.map(({ json }) => ({
      transaction: json['transaction'],
      meta: json['meta'],
      version: json['version'],
    }));
    const server = await scriptedServer(() => result(block(transactions)));
    const answer = await rpc([server.url]).block(7, never);
    await server.close();
    expect(answer).toMatchObject({
      slot: 7,
      parent: 6,
      blockhash: 'H7',
      parentBlockhash: 'H6',
      transactionCount: samples.length,
    });
    expect(answer?.updates.map((update) => encodeBase58(transactionSignature(update)))).toEqual(
      samples.map(({ name }) => name),
    );
    expect(JSON.parse(server.bodies[0] ?? '')).toMatchObject({
      method: 'getBlock',
      params: [7, { commitment: 'confirmed' }],
    });
  });

  test('a slot without a block is null, a list of slots is a list', async () => {
    const server = await scriptedServer((body) => (body.includes('getBlocks') ? result([5, 7]) : refusal(-32009)));
    const blocks = rpc([server.url]);
    expect(await blocks.block(8, never)).toBeNull();
    expect(await blocks.confirmedSlots(5, 9, never)).toEqual([5, 7]);
    await server.close();
  });

  test('an endpoint that fails is left alone after a while, the next one answers', async () => {
    const bad = await scriptedServer(() => ({ status: 500, body: 'oops' }));
    const good = await scriptedServer(() => result([5]));
    const states: string[] = [];
    const blocks = rpc([bad.url, good.url], { onBreaker: (_host, state) => states.push(state) });
    for (let i = 0; i < 10; i++) expect(await blocks.confirmedSlots(5, 9, never)).toEqual([5]);
    await bad.close();
    await good.close();
    expect(bad.bodies.length).toBe(2);
    expect(states).toEqual(['open']);
  });

  test('it is probed after a second, also when the wall clock was set back meanwhile', async () => {
    const clock = new FakeClock();
    let isWell = false;
    const server = await scriptedServer(() => (isWell ? result([5]) : { status: 500, body: 'oops' }));
    const blocks = rpc([server.url], { clock });
    for (let i = 0; i < 2; i++) await expect(blocks.confirmedSlots(5, 9, never)).rejects.toThrow('answered 500');
    isWell = true;
    clock.wallOffsetMs -= 7_200_000;
    await expect(blocks.confirmedSlots(5, 9, never)).rejects.toThrow('breaker');
    await clock.advance(1_000);
    expect(await blocks.confirmedSlots(5, 9, never)).toEqual([5]);
    await server.close();
  });

  test('too large an answer, no JSON, no block: one sentence without the URL', async () => {
    for (const answer of [
      result('x'.repeat(5_000)),
      { status: 200, body: '<html>' },
      result({ parentSlot: 'x' }),
      refusal(-32602),
    ]) {
      const server = await scriptedServer(() => answer);
      const url = `${server.url}?api-key=s3cret`;
      await expect(rpc([url], { responseMaxBytes: 1_000 }).block(7, never)).rejects.toThrow(
        /^(?!.*s3cret).*could not be fetched by RPC/,
      );
      await server.close();
    }
  });
});
