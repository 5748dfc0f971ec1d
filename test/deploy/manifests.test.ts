/** What `deploy/` promises, as far as it can be tried without an engine or a cluster. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readConfig, SECRET_NAMES, VARIABLE_NAMES } from '../../src/config/config.ts';
import { requires } from '../support/requirement.ts';

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

test.runIf(requires('/usr/bin/promtool (of Debian’s prometheus)', existsSync('/usr/bin/promtool')))(
  'Prometheus takes its settings and alerts, all of them fire when they should, and none otherwise',
  () => {
    for (const args of [
      ['check', 'config', 'deploy/prometheus/prometheus.yml'],
      ['test', 'rules', 'deploy/prometheus/alerts.test.yaml'],
    ]) {
      const { status, stdout, stderr } = spawnSync('/usr/bin/promtool', args, { encoding: 'utf8' });
      expect(status, `${stdout}${stderr}`).toBe(0);
    }
  },
);

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
