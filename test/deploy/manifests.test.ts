/** What `deploy/` promises, as far as it can be tried without an engine or a cluster. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig, SECRET_NAMES, VARIABLE_NAMES } from '../../src/config/config.ts';
import { requires } from '../support/requirement.ts';
import { panelExpressions } from './expressions.ts';

const KNOWN = new Set<string>([...VARIABLE_NAMES, ...SECRET_NAMES.map((name) => `${name}_FILE`)]);

const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(globSync('{deploy,.github}/**/*.y{a,}ml'))('%s can be read', (file) => {
  for (const document of parseAllDocuments(readFileSync(file, 'utf8'), { merge: true })) {
    expect(document.errors).toEqual([]);
    expect(document.toJS()).toBeTruthy();
  }
});

interface Service {
  environment?: Record<string, string>;
  read_only?: boolean;
  image: string;
}

test('the gateways of the compose file have settings that are right, and differ in their ports alone', () => {
  const { services } = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as {
    services: Record<string, Service>;
  };
  const gateways = Object.entries(services).filter(([name]) => name.startsWith('gateway-'));
  expect(gateways).toHaveLength(2);
  const settings = gateways.map(([, { environment = {}, read_only }]) => {
    expect(read_only).toBe(true);
    expect(Object.keys(environment).filter((name) => !KNOWN.has(name))).toEqual([]);
    const { PORT, METRICS_PORT, PUBLIC_URL, ...others } = environment;
    expect(readConfig({ NODE_ENV: 'production', HOST: '0.0.0.0', ...environment }).UPSTREAM).toBe('live');
    expect(PUBLIC_URL).toBe(`http://localhost:${PORT}`);
    return others;
  });
  expect(settings[0]).toEqual(settings[1]);
  expect(settings[0]?.['REPLICAS']).toBe(String(gateways.length));
});

type Manifest = { kind: string; metadata: { name: string; namespace: string }; spec: never };

const manifests = parseAllDocuments(readFileSync('deploy/kubernetes.yaml', 'utf8')).map(
  (document) => document.toJS() as Manifest,
);
// biome-ignore lint/suspicious/noExplicitAny: what is not there fails the test as well.
const specOf = (kind: string): any => manifests.find((one) => one.kind === kind)?.spec;

test('the pods of Kubernetes may write nothing, are probed as the pages say, and have time to stop', () => {
  const { replicas, strategy, template } = specOf('Deployment');
  const { containers, terminationGracePeriodSeconds, automountServiceAccountToken, securityContext } = template.spec;
  const [{ readinessProbe, livenessProbe, securityContext: own, env, ports }] = containers;
  expect(own).toEqual({
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  });
  expect(securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
  expect(automountServiceAccountToken).toBe(false);
  expect(readinessProbe.httpGet.path).toBe('/ready');
  expect(livenessProbe.httpGet.path).toBe('/health');

  const files = { HOOD_TOKEN: 'x', SOR_TOKEN: 'x', REDIS_URL: 'redis://redis:6379' } as Record<string, string>;
  const settings = env.map(({ name, value }: { name: string; value: string }) => {
    expect(KNOWN).toContain(name);
    const [, secret] = /^(.*)_FILE$/.exec(name) ?? [];
    if (!secret) return [name, value];
    writeFileSync(join(folder, secret), files[secret] ?? 'sixteen-letters-and-more');
    return [name, join(folder, secret)];
  });
  const config = readConfig({ NODE_ENV: 'production', HOST: '0.0.0.0', ...Object.fromEntries(settings) });
  expect(SECRET_NAMES.filter((name) => env.some((one: { name: string }) => one.name === name))).toEqual([]);
  expect(terminationGracePeriodSeconds * 1_000).toBeGreaterThan(config.DRAIN_DELAY + config.DRAIN_TIMEOUT);
  expect(config.DRAIN_DELAY).toBeGreaterThan(readinessProbe.periodSeconds * readinessProbe.failureThreshold * 1_000);
  expect(config.REPLICAS).toBe(replicas + strategy.rollingUpdate.maxSurge);
  expect(ports[0].containerPort).toBe(config.PORT);
});

test('whatever selects pods selects those of the gateway', () => {
  const { selector, template } = specOf('Deployment');
  const { labels } = template.metadata;
  expect(selector.matchLabels).toEqual(labels);
  expect(specOf('Service').selector).toEqual(labels);
  expect(specOf('PodDisruptionBudget')).toMatchObject({ minAvailable: 1, selector: { matchLabels: labels } });
  expect(specOf('NetworkPolicy').podSelector.matchLabels).toEqual(labels);
  expect(new Set(manifests.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['graph']));
});

test('the rules that the network policy offers in comments can be taken as they are', () => {
  const offered = readFileSync('deploy/kubernetes.yaml', 'utf8').matchAll(/^ +# For a [\w ]+: (\{.*\})$/gm);
  const ports = [...offered].map(([, rule = '']) => parse(rule)).map(({ to, ports }) => [to.length, ports[0].port]);
  expect(ports).toEqual([
    [1, 4318],
    [1, 6379],
  ]);
});

/** A copy for Debian's promtool, which is built without the part that finds pods. */
function withoutKubernetes(settings: string): string {
  const { scrape_configs } = parse(readFileSync(settings, 'utf8'));
  for (const job of scrape_configs) delete job.kubernetes_sd_configs;
  const file = join(folder, 'prometheus.yml');
  writeFileSync(file, JSON.stringify({ scrape_configs }));
  return file;
}

/** A file of rules with the queries of all panels, as they are with the dashboard's variables chosen. */
function panelsAsRules(): string {
  const rules = panelExpressions().map(({ expr }, index) => ({
    record: `panel:${index}`,
    expr: expr.replaceAll('$__rate_interval', '1m').replaceAll('$job', 'x').replaceAll('$instance', '.*'),
  }));
  const file = join(folder, 'panels.yaml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }));
  return file;
}

test.runIf(requires('/usr/bin/promtool (of Debian’s prometheus)', existsSync('/usr/bin/promtool')))(
  'Prometheus takes its settings and alerts, all of them fire when they should, and none otherwise',
  () => {
    for (const args of [
      ['check', 'config', 'deploy/prometheus/prometheus.yml'],
      ['check', 'config', withoutKubernetes('deploy/prometheus/kubernetes.yml')],
      ['check', 'rules', panelsAsRules()],
      ['test', 'rules', 'deploy/prometheus/alerts.test.yaml'],
    ]) {
      const { status, stdout, stderr } = spawnSync('/usr/bin/promtool', args, { encoding: 'utf8' });
      expect(status, `${stdout}${stderr}`).toBe(0);
    }
  },
);

test('Prometheus finds the gateways under the job that the alerts and the pages name, by a port that the pods have', () => {
  const alerts = readFileSync('deploy/prometheus/alerts.yaml', 'utf8');
  const [job] = [...new Set([...alerts.matchAll(/\bup\{job="([^"]+)"\}/g)].map(([, name]) => name))];
  for (const file of ['prometheus.yml', 'kubernetes.yml']) {
    const { scrape_configs } = parse(readFileSync(`deploy/prometheus/${file}`, 'utf8'));
    expect(scrape_configs.map((one: { job_name: string }) => one.job_name)).toEqual([job]);
  }
  const { metadata, spec } = specOf('Deployment').template;
  const { kubernetes_sd_configs, relabel_configs } = parse(readFileSync('deploy/prometheus/kubernetes.yml', 'utf8'))
    .scrape_configs[0];
  const names = spec.containers[0].ports.map(({ name }: { name: string }) => name);
  const [app, port] = relabel_configs[0].regex.split(';');
  expect(metadata.labels).toEqual({ app });
  expect(names).toContain(port);
  expect(kubernetes_sd_configs[0].namespaces.names).toEqual(['graph']);

  const page = readFileSync('docs/operations.md', 'utf8');
  const [podMonitor] = [...page.matchAll(/^```yaml\n(apiVersion: monitoring.*?)^```/gms)].map(([, text = '']) =>
    parse(text),
  );
  expect(podMonitor).toMatchObject({ kind: 'PodMonitor', metadata: { namespace: 'graph' } });
  expect(podMonitor.spec).toEqual({
    jobLabel: 'app',
    selector: { matchLabels: { app: job } },
    podMetricsEndpoints: [{ port }],
  });
});

test('every panel asks the data source, the job and the gateways that are chosen above it', () => {
  const { panels, templating } = JSON.parse(readFileSync('deploy/grafana/dashboard.json', 'utf8'));
  for (const { datasource } of panels) {
    expect(datasource).toEqual({ type: 'prometheus', uid: expect.stringMatching(/^\$\{datasource\}$/) });
  }
  expect(templating.list.map(({ name }: { name: string }) => name)).toEqual(['datasource', 'job', 'instance']);
  for (const { where, expr } of panelExpressions()) {
    for (const [, selected] of expr.matchAll(/\b(?:gateway|process|nodejs)_\w+(?:\{([^}]*)\})?/g)) {
      expect(selected, where).toMatch(/^job="\$job", instance=~"\$instance"(?:,|$)/);
    }
  }
});

test('every alert has a section of the runbook, and is tried', () => {
  const { groups } = parse(readFileSync('deploy/prometheus/alerts.yaml', 'utf8'));
  const page = readFileSync('docs/runbook.md', 'utf8');
  const slugs = [...page.matchAll(/^## (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replaceAll(' ', '-'));
  const tried = readFileSync('deploy/prometheus/alerts.test.yaml', 'utf8');
  const named = groups[0].rules.map((rule: { alert: string; annotations: { runbook: string } }) => {
    expect(tried).toContain(`alertname="${rule.alert}"`);
    expect(page).toContain(`\`${rule.alert}\``);
    return rule.annotations.runbook.split('#')[1];
  });
  expect(named.sort()).toEqual(slugs.sort());
});
