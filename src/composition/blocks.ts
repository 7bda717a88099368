import type { Config } from '../config/schema.ts';
import { MEBIBYTE } from '../lib/bytes.ts';
import type { Clock } from '../lib/clock.ts';
import { BlockRpc, type BlockRpcOptions } from '../rpc/get-block.ts';

/** Failures in a row after which an endpoint is left alone for a while. */
const BREAKER_FAILURES = 5;

/** Whole blocks and transactions from the RPC endpoints of the configuration; null when it names none. */
export function openBlocks(
  { recovery }: Pick<Config, 'recovery'>,
  clock: Clock,
  onBreaker: BlockRpcOptions['onBreaker'],
): BlockRpc | null {
  const { rpcUrls, rpcRequestsPerSecond, rpcTimeoutMs, rpcResponseMaxMb } = recovery;
  if (rpcUrls.length === 0) return null;
  const options = {
    urls: rpcUrls,
    requestsPerSecond: rpcRequestsPerSecond,
    timeoutMs: rpcTimeoutMs,
    responseMaxBytes: rpcResponseMaxMb * MEBIBYTE,
    breakerFailures: BREAKER_FAILURES,
    onBreaker,
  };
  return new BlockRpc(options, clock);
}
