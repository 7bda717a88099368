import { request } from 'undici';
import { encodeJsonRpcTransaction } from '../domain/json-rpc-transaction.ts';
import type { WholeBlock } from '../domain/whole-block.ts';
import { decodeBase58 } from '../lib/base58.ts';
import { type BreakerState, CircuitBreaker } from '../lib/breaker.ts';
import type { Clock } from '../lib/clock.ts';
import { EngineError, messageOf } from '../lib/errors.ts';
import { asArray, asNumber, asObject, asString, type JsonObject } from '../lib/json-value.ts';
import { RateWindow } from '../lib/rate-window.ts';

export interface BlockRpcOptions {
  readonly urls: readonly string[];
  readonly requestsPerSecond: number;
  readonly timeoutMs: number;
  /** Larger answers are refused: a block is a few MB, an endless answer is not read. */
  readonly responseMaxBytes: number;
  readonly breakerFailures: number;
  /** Told when the breaker of a host changes; never given a URL with a token in it. */
  readonly onBreaker: (host: string, state: BreakerState) => void;
}

const VOTE_PROGRAM = Buffer.from(decodeBase58('Vote111111111111111111111111111111111111111'));

/** Error codes that say "not here", which does not say whether the slot was skipped. */
const ABSENT_CODES: ReadonlySet<number> = new Set([-32001, -32004, -32007, -32009]);

/** Blocks over JSON-RPC: several endpoints in turn, each with its own rate and breaker. For filling gaps, never on the hot path. */
export class BlockRpc {
  readonly #options: BlockRpcOptions;
  readonly #clock: Clock;
  readonly #endpoints: readonly Endpoint[];
  #next = 0;

  constructor(options: BlockRpcOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#endpoints = options.urls.map((url) => openEndpoint(url, options, clock));
  }

  get hosts(): readonly string[] {
    return this.#endpoints.map(({ host }) => host);
  }

  /** Slots in [from, to] that hold a confirmed block. */
  async confirmedSlots(from: number, to: number, signal: AbortSignal): Promise<readonly number[]> {
    const result = await this.#call('getBlocks', [from, to, { commitment: 'confirmed' }], signal);
    const slots = asArray(result)?.map((slot) => asNumber(slot));
    if (slots === undefined || slots.some((slot) => slot === null))
      throw failed('getBlocks did not answer a list of slots');
    return slots as number[];
  }

  /** The whole block; null when the endpoints have none at this slot, which proves nothing. */
  async block(slot: number, signal: AbortSignal): Promise<WholeBlock | null> {
    const config = {
      encoding: 'base64',
      transactionDetails: 'full',
      maxSupportedTransactionVersion: 1,
      rewards: false,
      commitment: 'confirmed',
    };
    const result = await this.#call('getBlock', [slot, config], signal);
    return result === null ? null : readBlock(slot, result);
  }

  /** One transaction as the SubscribeUpdate a stream would have sent; null when no endpoint knows it. */
  async transaction(signature: string, signal: AbortSignal): Promise<Uint8Array | null> {
    const config = { encoding: 'base64', maxSupportedTransactionVersion: 1, commitment: 'confirmed' };
    const result = await this.#call('getTransaction', [signature, config], signal);
    return result === null ? null : encodeJsonRpcTransaction(result, { index: 0, createdAtMs: null });
  }

  /** One answer from the first endpoint that gives one. */
  async #call(method: string, params: readonly unknown[], signal: AbortSignal): Promise<unknown> {
    let last: unknown = failed('no SOLANA_RPC_URLS are configured');
    for (let attempt = 0; attempt < this.#endpoints.length; attempt++) {
      const endpoint = this.#endpoints[this.#next++ % this.#endpoints.length] as Endpoint;
      try {
        const answer = endpoint.breaker.run(() => this.#callOne(endpoint, method, params, signal));
        if (answer !== null) return await answer;
        last = failed(`the breaker of ${endpoint.host} is open`);
      } catch (error) {
        if (signal.aborted) throw failed('it was stopped');
        last = error;
      }
    }
    throw last instanceof EngineError ? last : failed(messageOf(last));
  }

  async #callOne(
    endpoint: Endpoint,
    method: string,
    params: readonly unknown[],
    signal: AbortSignal,
  ): Promise<unknown> {
    while (!endpoint.rate.take(this.#clock.monotonicMs())) {
      await this.#clock.sleep(endpoint.rate.waitMs(this.#clock.monotonicMs()), signal);
      if (signal.aborted) throw failed('it was stopped');
    }
    const answer = await request(endpoint.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.#options.timeoutMs)]),
    });
    const text = await readBounded(answer.body, this.#options.responseMaxBytes, endpoint.host);
    if (answer.statusCode !== 200) throw failed(`${endpoint.host} answered ${answer.statusCode}`);
    return resultOf(text, endpoint.host);
  }
}

interface Endpoint {
  readonly url: string;
  /** What may be shown: URLs of RPC providers carry their token in path or query. */
  readonly host: string;
  readonly rate: RateWindow;
  readonly breaker: CircuitBreaker;
}

function openEndpoint(url: string, options: BlockRpcOptions, clock: Clock): Endpoint {
  if (!URL.canParse(url)) throw new EngineError('CONFIG_INVALID', 'SOLANA_RPC_URLS holds something that is no URL.');
  const { host } = new URL(url);
  const breaker = new CircuitBreaker(
    { failures: options.breakerFailures, restMs: 1_000, restMaxMs: 60_000 },
    clock,
    (state) => options.onBreaker(host, state),
  );
  return { url, host, rate: new RateWindow({ limit: options.requestsPerSecond, windowMs: 1_000 }), breaker };
}

async function readBounded(body: AsyncIterable<Uint8Array>, maxBytes: number, host: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > maxBytes) throw failed(`${host} answered more than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function resultOf(text: string, host: string): unknown {
  let root: JsonObject | null;
  try {
    root = asObject(JSON.parse(text));
  } catch {
    root = null;
  }
  if (root === null) throw failed(`${host} answered no JSON`);
  const error = asObject(root['error']);
  if (error === null) return root['result'] ?? null;
  const code = asNumber(error['code']);
  if (code !== null && ABSENT_CODES.has(code)) return null;
  throw failed(`${host} refused with ${code ?? 'an error'}`);
}

function readBlock(slot: number, value: unknown): WholeBlock {
  const block = asObject(value);
  const parent = asNumber(block?.['parentSlot']);
  const blockhash = asString(block?.['blockhash']);
  const transactions = asArray(block?.['transactions']);
  if (block === null || parent === null || blockhash === null || transactions === null) {
    throw failed(`the answer for slot ${slot} is no block`);
  }
  const blockTime = asNumber(block['blockTime']);
  const createdAtMs = blockTime === null ? null : blockTime * 1_000;
  const updates: Uint8Array[] = [];
  transactions.forEach((transaction, index) => {
    const json = asObject(transaction);
    if (json === null || isVote(json)) return;
    updates.push(encodeJsonRpcTransaction({ slot, ...json }, { index, createdAtMs }));
  });
  return {
    slot,
    parent,
    blockhash,
    parentBlockhash: asString(block['previousBlockhash']) ?? '',
    blockTime,
    transactionCount: transactions.length,
    updates,
  };
}

function isVote(transaction: JsonObject): boolean {
  const [text] = asArray(transaction['transaction']) ?? [];
  return typeof text === 'string' && Buffer.from(text, 'base64').includes(VOTE_PROGRAM);
}

function failed(what: string): EngineError {
  return new EngineError('RPC_FAILED', `A block could not be fetched by RPC: ${what}.`, { retryable: true });
}
