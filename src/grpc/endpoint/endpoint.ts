import { EngineError } from '../../lib/errors.ts';
import type { EndpointAddress } from '../transport/transport.ts';
import type { ProviderProfile } from './provider-profiles.ts';

export interface Endpoint {
  readonly address: EndpointAddress;
  readonly profile: ProviderProfile;
}

/** Whose limits an endpoint's are: quotas hang on the token, or where there is none on the endpoint, and on what the provider promised. */
export function quotaOwner({ address, profile }: Endpoint): string {
  return `${profile.name} ${address.token === '' ? address.name : address.token}`;
}

/** Streams that may stand at this endpoint when all of these are read at once: those on the same limits share them evenly. */
export function streamRoom(endpoint: Endpoint, atOnce: readonly Endpoint[]): number {
  const { concurrentStreams } = endpoint.profile;
  if (concurrentStreams === null) return Number.POSITIVE_INFINITY;
  const sharers = atOnce.filter((other) => other !== endpoint && quotaOwner(other) === quotaOwner(endpoint)).length;
  return Math.floor(concurrentStreams / (sharers + 1));
}

/**
 * Reads an endpoint as operators write it (`https://host:443`, `http://127.0.0.1:10000`, `host:10000`). Some providers put their
 * token into the path: only host and port are ever shown.
 */
export function parseEndpoint(text: string, token: string): EndpointAddress {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  let url: URL;
  try {
    url = new URL(withScheme);
  } catch {
    throw invalid();
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid();
  if (url.hostname === '') throw invalid();
  const secure = url.protocol === 'https:';
  const port = url.port !== '' ? url.port : secure ? '443' : '80';
  const name = `${url.hostname}:${port}`;
  return { name, target: `dns:///${name}`, secure, token };
}

function invalid(): EngineError {
  return new EngineError(
    'CONFIG_INVALID',
    'The gRPC endpoint is not an address. Write it as https://host:443 or http://host:10000 (GRPC_URL or GRPC_ENDPOINTS).',
  );
}
