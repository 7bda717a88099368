import { describe, expect, test } from '@jest/globals';
import { createMetrics } from '../../../../src/telemetry/metrics.ts';

describe('what the recovery station counts', () => {
  test('a breaker that closes hides none that is still open', async () => {
    const metrics = createMetrics();
    const changed = { type: 'recovery.breaker.changed', kind: 'rpc' } as const;
    metrics.emit({ ...changed, part: 'a.host', state: 'open' });
    metrics.emit({ ...changed, part: 'b.host', state: 'closed' });
    const text = await metrics.text();
    expect(text).toContain('sluice_recovery_breaker_state{kind="rpc",part="a.host"} 2');
    expect(text).toContain('sluice_recovery_breaker_state{kind="rpc",part="b.host"} 0');
  });
});
