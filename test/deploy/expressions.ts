import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[];
}

interface Rules {
  groups: { rules: { alert: string; expr: string }[] }[];
}

/** A question to Prometheus, with where it stands. */
interface Expression {
  where: string;
  expr: string;
}

/** Those of the dashboard. */
export function panelExpressions(): Expression[] {
  const { panels } = JSON.parse(readFileSync('deploy/grafana/dashboard.json', 'utf8')) as Dashboard;
  return panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ where: title, expr })));
}

/** All that `deploy/` has. */
export function expressions(): Expression[] {
  const { groups } = parse(readFileSync('deploy/prometheus/alerts.yaml', 'utf8')) as Rules;
  return [
    ...panelExpressions(),
    ...groups.flatMap(({ rules }) => rules.map(({ alert, expr }) => ({ where: alert, expr }))),
  ];
}

/** The metrics that an expression asks for, with the labels that it selects or groups by. */
export function metricsIn(expr: string): { name: string; labels: string[] }[] {
  const grouped = [...expr.matchAll(/\bby \(([\w, ]+)\)/g)].flatMap(([, names = '']) => names.split(/, */));
  return [...expr.matchAll(/\b((?:gateway|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', selected = '']) => ({
      name,
      labels: [...[...selected.matchAll(/(\w+)\s*[=!]/g)].map(([, label = '']) => label), ...grouped],
    }),
  );
}

/** The series of an answer of `/metrics`: each name with all labels that it has there. */
export function seriesOf(text: string): Map<string, Set<string>> {
  const series = new Map<string, Set<string>>();
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const known = series.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    series.set(name, known);
  }
  return series;
}
