import { factsOf } from '../../../../src/recovery/alerts/event-facts.ts';

describe('what an engine event means for the watch', () => {
  test('damaged or lost events are an alert until all of them are acknowledged', () => {
    expect(factsOf({ type: 'output.damage.counted', events: 3, open: 2 })).toEqual([
      expect.objectContaining({ kind: 'alert', key: 'outbox/damage', severity: 'critical' }),
    ]);
    expect(factsOf({ type: 'output.damage.counted', events: 3, open: 0 })).toEqual([
      { kind: 'over', key: 'outbox/damage' },
    ]);
  });

  test('an outbox that cannot be read is an alert until it can', () => {
    expect(factsOf({ type: 'output.read.failed', reason: 'disk I/O error', retryMs: 250 })).toEqual([
      expect.objectContaining({ kind: 'alert', key: 'outbox/read', severity: 'critical' }),
    ]);
    expect(factsOf({ type: 'output.read.resumed', afterMs: 250 })).toEqual([{ kind: 'over', key: 'outbox/read' }]);
  });
});
