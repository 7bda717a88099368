import { EngineError } from '../../lib/errors.ts';
import { CODE, status } from '../grpc-framing.ts';
import type { Admission } from '../server-policy.ts';

/** The shapes in which providers refuse a subscription that is one too many. */
const REFUSALS: Readonly<Record<string, Admission>> = {
  subscriptions: { type: 'refuse', status: status(CODE.RESOURCE_EXHAUSTED, 'max subscription limit exceeded') },
  rate: { type: 'refuse', status: status(CODE.RESOURCE_EXHAUSTED, 'rate limit exceeded') },
  connections: { type: 'refuse', status: status(CODE.PERMISSION_DENIED, 'Maximum connection count reached') },
};

export function refusalNamed(name: string): Admission {
  const refusal = REFUSALS[name];
  if (refusal !== undefined) return refusal;
  const known = Object.keys(REFUSALS).join(', ');
  throw new EngineError('CONFIG_INVALID', `The fault script names the refusal "${name}"; there are: ${known}.`);
}
