import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Emit, type EngineEvent, EVENT_SPECS } from './event.ts';
import type { EventSpec, Metric } from './spec.ts';

export interface Metrics {
  readonly emit: Emit;
  /** The Prometheus text exposition. */
  text(): Promise<string>;
  readonly contentType: string;
}

type Observe = (event: EngineEvent) => void;

/** Folds engine events into Prometheus series. Which event counts what stands beside the event's type, in telemetry/events. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const observers = new Map<string, readonly Observe[]>();
  for (const [type, spec] of Object.entries(EVENT_SPECS) as [string, EventSpec<EngineEvent>][]) {
    observers.set(
      type,
      (spec.metrics ?? []).map((metric) => observerOf(metric, registry)),
    );
  }
  return {
    emit: (event) => {
      for (const observe of observers.get(event.type) ?? []) observe(event);
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function observerOf(metric: Metric<EngineEvent>, registry: Registry): Observe {
  const labelsOf = metric.labelValues ?? (() => ({}));
  switch (metric.type) {
    case 'counter': {
      const counter = shared(metric, registry, (options) => new Counter(options));
      return (event) => counter.inc(labelsOf(event), metric.value(event));
    }
    case 'gauge': {
      const gauge = shared(metric, registry, (options) => new Gauge(options));
      return (event) => gauge.set(labelsOf(event), metric.value(event));
    }
    case 'histogram': {
      const buckets = [...(metric.buckets ?? [0.5, 1, 2, 5, 10, 25, 50, 100, 250, 500, 1000])];
      const histogram = shared(metric, registry, (options) => new Histogram({ ...options, buckets }));
      return (event) => histogram.observe(labelsOf(event), metric.value(event));
    }
  }
}

interface SeriesOptions {
  name: string;
  help: string;
  labelNames: string[];
  registers: Registry[];
}

/** Two events may feed one series (opened and closed move the same gauge); the first to name it creates it. */
function shared<S>(metric: Metric<EngineEvent>, registry: Registry, create: (options: SeriesOptions) => S): S {
  const existing = registry.getSingleMetric(metric.name);
  if (existing !== undefined) return existing as S;
  return create({
    name: metric.name,
    help: metric.help,
    labelNames: [...(metric.labels ?? [])],
    registers: [registry],
  });
}
