import type { ClientConnection } from '../server-policy.ts';
import { faultKind, QUIET } from './fault.ts';

const ENHANCE_YOUR_CALM = 11;

/** Keepalive pings that come too often are answered with GOAWAY, as gRPC servers do. */
export const pingPolice = faultKind({
  kind: 'ping-police',
  doc: 'Sends GOAWAY too_many_pings after `strikes` HTTP/2 pings that came sooner than `minimumMs` after the one before.',
  defaults: { minimumMs: 10_000, strikes: 2 },
  build: ({ minimumMs, strikes }, { clock }) => {
    const known = new WeakMap<ClientConnection, { lastMs: number; strikes: number }>();
    return {
      ...QUIET,
      pinged: (connection) => {
        const now = clock.monotonicMs();
        const record = known.get(connection) ?? { lastMs: Number.NEGATIVE_INFINITY, strikes: 0 };
        record.strikes += now - record.lastMs < minimumMs ? 1 : 0;
        record.lastMs = now;
        known.set(connection, record);
        if (record.strikes > strikes) connection.goAway(ENHANCE_YOUR_CALM, 'too_many_pings');
      },
    };
  },
});
