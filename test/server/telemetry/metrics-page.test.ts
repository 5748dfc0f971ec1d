import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Metrics } from '../../../src/server/telemetry/metrics.ts';

test('docs/operations.md has every metric, with its type, its labels and what it counts', () => {
  const metrics = new Metrics();
  const config = { REDIS_URL: ['redis://127.0.0.1'], UPSTREAM: 'live' as const, MAX_MEMORY: 0 };
  metrics.watch(config, '', { clients: new Map(), degradations: () => [] }, () => 0);
  const { registry } = metrics;
  const rows = registry.getMetricsAsArray().map((metric) => {
    const { name, type, help } = metric as typeof metric & { type: string };
    const { labelNames } = registry.getSingleMetric(name) as unknown as { labelNames: string[] };
    const labels = labelNames.filter((label) => label !== 'le').map((label) => `\`${label}\``);
    return `| \`${name}\` | ${type} | ${labels.join(', ')} | ${help} |`;
  });
  const page = readFileSync('docs/operations.md', 'utf8');
  const listed = page.split('\n').filter((line) => /^\| `gateway_/.test(line));
  expect(listed.toSorted()).toEqual(rows.toSorted());
});
