import { EVENT_SPECS } from '../../../src/telemetry/event.ts';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import type { EventSpec } from '../../../src/telemetry/spec.ts';

describe('createMetrics', () => {
  test('counts what an event says it counts', async () => {
    const metrics = createMetrics();
    metrics.emit({ type: 'api.stream.closed', clients: 4, reason: 'slow' });
    metrics.emit({ type: 'api.stream.closed', clients: 3, reason: 'slow' });
    const text = await metrics.text();
    expect(text).toContain('sluice_api_stream_closed_total{reason="slow"} 2');
    expect(text).toContain('sluice_api_stream_clients 3');
  });

  test('connections that come and go leave no series of their own behind', async () => {
    const metrics = createMetrics();
    for (let i = 0; i < 50; i++) metrics.emit({ type: 'pipeline.duplicates.seen', connection: `c${i}`, count: 2 });
    const series = (await metrics.text()).match(/^sluice_pipeline_duplicates_total.*$/gm);
    expect(series).toEqual(['sluice_pipeline_duplicates_total 100']);
  });

  test('every series follows the naming rule and is described the same wherever it is named', () => {
    const seen = new Map<string, string>();
    for (const spec of Object.values(EVENT_SPECS) as EventSpec<never>[]) {
      for (const metric of spec.metrics ?? []) {
        expect(metric.name).toMatch(/^sluice_[a-z0-9_]+$/);
        if (metric.type === 'counter') expect(metric.name).toMatch(/_total$/);
        const shape = JSON.stringify([metric.type, metric.help, metric.labels ?? []]);
        expect(seen.get(metric.name) ?? shape).toBe(shape);
        seen.set(metric.name, shape);
      }
    }
  });
});
