import { EVENT_SPECS } from '../../src/telemetry/event.ts';
import type { EventSpec } from '../../src/telemetry/spec.ts';

const HEAD = `# Engine events and metrics

The engine tells about itself in typed events. One description of each says how it reads in the log and what it counts on \`/metrics\`; this page is generated from
those descriptions (\`src/telemetry/events/\`) by \`npm run docs\`. Label values come from closed lists or from the configuration, so the number of series is bounded.
Beside these stand the process and Node.js metrics of prom-client.
`;

export function metricsDoc(): string {
  const specs = Object.entries(EVENT_SPECS) as [string, EventSpec<never>][];
  const events = specs.map(([type, spec]) => `| \`${type}\` | ${spec.level} | ${spec.doc} |`);
  const series = new Map<string, { readonly meaning: string; readonly from: string[] }>();
  for (const [type, spec] of specs) {
    for (const { name, type: kind, labels = [], help } of spec.metrics ?? []) {
      const meaning = `| \`${name}\` | ${kind} | ${labels.join(', ')} | ${help} |`;
      const { from } = series.get(name) ?? { from: [] };
      series.set(name, { meaning, from: [...from, `\`${type}\``] });
    }
  }
  const rows = [...series.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { meaning, from }]) => `${meaning} ${from.join(', ')} |`);
  return `${HEAD}
## Metrics

| series | kind | labels | meaning | from |
|---|---|---|---|---|
${rows.join('\n')}

## Events

| event | level | meaning |
|---|---|---|
${events.join('\n')}
`;
}
