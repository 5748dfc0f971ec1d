import { beforeAll, expect, test } from 'vitest';
import { pageAt, section } from '../support/pages.ts';
import { expressions, metricsIn, seriesOf } from './expressions.ts';
import { calmHour, INCIDENTS, type Traces } from './incidents.ts';

const PAGE = pageAt('docs/runbook.md');
const HEADINGS = [...PAGE.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);

/** What an expression may group by beside the labels of the gateway: buckets, and what Prometheus adds itself. */
const OF_PROMETHEUS = new Set(['le', 'instance', 'job']);

const quoted = (text = '') => [...text.matchAll(/`([^`]+)`/g)].map(([, inner = '']) => inner);

/** What the page says is seen, by where it is seen. */
function seen(heading: string, where: string): string[] {
  return quoted(section(PAGE, heading).match(new RegExp(`^\\| ${where} \\| (.*) \\|$`, 'm'))?.[1]);
}

let played: Map<string, Traces>;
beforeAll(async () => {
  played = new Map();
  for (const [heading, play] of Object.entries(INCIDENTS)) played.set(heading, await play());
}, 60_000);

/** What tells an incident from an hour in which all is well. */
const SERIES: Record<string, RegExp> = {
  'The budget is gone': /^gateway_upstream_budget_refused_total\{api="HOOD"\} [1-9]/m,
  'The account is used up': /^gateway_upstream_calls_total\{api="HOOD",route="[^"]+",status="429"\} [1-9]/m,
  'A breaker is open': /^gateway_breaker_open\{api="HOOD",route="GET \/v1\/hood\/gdpr-requests\/\{id\}"\} 1$/m,
  'Redis is away': /^gateway_redis_up 0$/m,
  'A credential is refused': /^gateway_degraded\{api="HOOD",reason="credential_refused"\} 1$/m,
  'A route is refused': /^gateway_degraded\{api="HOOD",reason="route_refused",route="GET \/v1\/hood\/exports"\} 1$/m,
  'Made-up data by mistake': /^gateway_info\{version="[\d.]+",mode="sandbox"\} 1$/m,
  'Memory is refused': /^gateway_refused_total\{reason="memory"\} [1-9]/m,
  'A schema change breaks clients': /^gateway_operations_total\{.*code="BAD_USER_INPUT"\} 1$/m,
};

test.each(HEADINGS)('%s: what the runbook names is what comes, and comes at no other time', async (heading) => {
  const { metrics, lines } = played.get(heading) ?? { metrics: '', lines: [] };
  const series = SERIES[heading];
  if (series) {
    expect(metrics).toMatch(series);
    expect((await calmHour()).metrics).not.toMatch(series);
  }
  const names = seen(heading, 'metric').filter((name) => /^(?:gateway|process)_/.test(name));
  expect(names.filter((name) => !seriesOf(metrics).has(name))).toEqual([]);
  const [message = 'none is named'] = seen(heading, 'log');
  expect(lines.filter((line) => String(JSON.parse(line).msg).startsWith(message))).not.toEqual([]);
});

test('every section says what is seen in four places, and what to do in a few steps', () => {
  expect(HEADINGS.sort()).toEqual(Object.keys(INCIDENTS).sort());
  for (const heading of HEADINGS) {
    const steps = section(PAGE, heading).match(/^\d\. /gm) ?? [];
    expect(steps.length, heading).toBeGreaterThan(1);
    expect(section(PAGE, heading).trim().split('\n').length, heading).toBeLessThanOrEqual(14);
    expect(seen(heading, 'alert')).toHaveLength(1);
  }
});

test('every line of the log that says that a client is turned away can be found by its client', () => {
  const { lines } = played.get('A schema change breaks clients') ?? { lines: [] };
  const line = lines.map((each) => JSON.parse(each)).find(({ msg }) => msg === 'operation');
  expect(line).toMatchObject({ codes: ['BAD_USER_INPUT'], client: 'desk', hash: expect.any(String) });
  const refused = played.get('Memory is refused')?.lines.map((each) => JSON.parse(each)) ?? [];
  expect(refused).toContainEqual(expect.objectContaining({ msg: 'operation', status: 503 }));
});

test('an account that the API says is used up shows in the lines of failed calls, while the gateway counts many left', () => {
  const { lines, metrics } = played.get('The account is used up') ?? { lines: [], metrics: '' };
  const failed = lines.map((each) => JSON.parse(each)).filter(({ msg }) => msg === 'upstream call failed');
  expect(failed).toContainEqual(expect.objectContaining({ api: 'HOOD', failure: 'rateLimited', status: 429 }));
  expect(metrics).toMatch(/^gateway_upstream_budget_remaining\{api="HOOD",window="minute"\} 1\d\d$/m);
});

test('the dashboard and the alerts ask for metrics and labels that there are', async () => {
  const all = [...played.values(), await calmHour()].map(({ metrics }) => seriesOf(metrics));
  const labelsOf = (name: string) => new Set(all.flatMap((series) => [...(series.get(name) ?? [])]));
  const wrong = expressions().flatMap(({ where, expr }) =>
    metricsIn(expr).flatMap(({ name, labels }) => {
      if (!all.some((series) => series.has(name))) return [`${where}: there is no ${name}`];
      const unknown = labels.filter((label) => !OF_PROMETHEUS.has(label) && !labelsOf(name).has(label));
      return unknown.map((label) => `${where}: ${name} has no ${label}`);
    }),
  );
  expect(wrong).toEqual([]);
  expect(metricsIn('sum by (le, api) (rate(gateway_x_bucket{a="1", b!~"2"}[5m])) / process_y')).toEqual([
    { name: 'gateway_x_bucket', labels: ['a', 'b', 'le', 'api'] },
    { name: 'process_y', labels: ['le', 'api'] },
  ]);
});

test('while all is well, each panel that does not wait for an incident has something to show', async () => {
  const calm = seriesOf((await calmHour()).metrics);
  const empty = expressions()
    .flatMap(({ expr }) => metricsIn(expr))
    .map(({ name }) => name)
    .filter((name) => !calm.has(name));
  expect([...new Set(empty)].sort()).toEqual(['gateway_degraded', 'gateway_redis_up']);
});
