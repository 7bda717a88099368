import { secretsOfUrl } from '../lib/redact.ts';
import { allKeys } from './load.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Shorter texts would be masked wherever they happen to stand, and are no secrets. */
const LENGTH_MIN = 4;

/**
 * Everything in the environment that must never be read in any text of ours: tokens, passwords, keys in the paths and queries of
 * addresses. Read from the environment and not from the configuration, so that it holds while the configuration is still wrong.
 */
export function secretsOfEnvironment(env: Environment): readonly string[] {
  const names = [...allKeys().filter(({ secret }) => secret === true), { env: 'GRPC_URL' }].map((key) => key.env);
  const found = names.flatMap((name) => secretsOfValue(name, env[name]?.trim() ?? ''));
  return [...new Set(found)].filter((secret) => secret.length >= LENGTH_MIN);
}

function secretsOfValue(name: string, text: string): readonly string[] {
  if (name === 'GRPC_ENDPOINTS') {
    return text.split(',').flatMap((endpoint) => {
      const [url = '', token = ''] = endpoint.split('|').map((part) => part.trim());
      return [...secretsInAddress(url), token];
    });
  }
  const isAddress = name.endsWith('_URL') || name.endsWith('_URLS');
  return isAddress ? text.split(',').flatMap((address) => secretsInAddress(address.trim())) : [text];
}

/** Providers and webhooks carry their keys in the path or the query; of a broker or a database only the password is one. */
function secretsInAddress(address: string): readonly string[] {
  if (!URL.canParse(address)) return [];
  const { protocol, pathname, search, searchParams } = new URL(address);
  if (!['http:', 'https:', 'ws:', 'wss:'].includes(protocol)) return secretsOfUrl(address);
  return [...secretsOfUrl(address), pathname.slice(1), search.slice(1), ...searchParams.values()];
}
