import type { Clock } from '../../lib/clock.ts';
import { GrpcJsTransport } from './geyser-transport.ts';
import { Http2Transport } from './http2-transport.ts';
import type { EndpointAddress, GeyserTransport, TransportOptions } from './transport.ts';
import { TritonTransport } from './triton-transport.ts';

export type TransportName = 'grpc-js' | 'http2' | 'triton';

/** Throws a readable error when this machine has not got it. */
export function openTransport(
  name: TransportName,
  address: EndpointAddress,
  options: TransportOptions,
  clock: Clock,
): GeyserTransport {
  if (name === 'triton') return new TritonTransport(address, options, clock);
  if (name === 'http2') return new Http2Transport(address, options, clock);
  return new GrpcJsTransport(address, options, clock);
}
