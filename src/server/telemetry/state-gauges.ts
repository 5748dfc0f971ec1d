import { Gauge, type Registry } from 'prom-client';
import type { UpstreamState } from '../../graph/upstream-state.ts';

/** What is looked at when somebody asks for the metrics. */
export interface ProcessState {
  /** By the names of the APIs. */
  readonly clients: ReadonlyMap<string, UpstreamState>;
  openSubscriptions(): number;
  readonly degradations: { readonly current: readonly { readonly api?: string; readonly reason: string }[] };
}

export interface ProcessFacts {
  version: string;
  /** Whether data is `live` or of the `sandbox`. */
  mode: string;
  /** In bytes. */
  memoryLimit: number;
  hasRedis: boolean;
}

type Readings = Iterable<readonly [labels: Record<string, string>, value: number]>;

/** Registers the metrics that are read from the process when somebody asks for them. */
export function registerStateGauges(registry: Registry, state: () => ProcessState, facts: ProcessFacts): void {
  const gauge = (name: string, labelNames: string[], help: string, read: () => Readings) =>
    new Gauge({
      ...{ name: `gateway_${name}`, labelNames, help, registers: [registry] },
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.set(labels, value);
      },
    });
  const apis = () => [...state().clients].map(([api, client]) => ({ api, ...client }));
  const windows = () =>
    apis().flatMap(({ api, budget }) =>
      Object.entries(budget?.room ?? {}).map(([window, room]) => ({ labels: { api, window }, ...room })),
    );

  gauge('upstream_budget_remaining', ['api', 'window'], 'Calls that an account may still make.', () =>
    windows().map(({ labels, left }) => [labels, left]),
  );
  gauge('upstream_budget_limit', ['api', 'window'], 'Calls that an account may make.', () =>
    windows().map(({ labels, limit }) => [labels, limit]),
  );
  gauge('upstream_queue_length', ['api'], 'Calls that wait for their place in the limits.', () =>
    apis().flatMap(({ api, budget }) => (budget ? [[{ api }, budget.waiting]] : [])),
  );
  gauge(
    'breaker_open',
    ['api', 'route'],
    '1 for a route (or a host: empty) that is left alone as it keeps failing.',
    () =>
      apis().flatMap(({ api, circuits }) =>
        // An API may have several hosts under one label: an open one comes last, and stays.
        [...circuits()]
          .sort(([, a], [, b]) => Number(a) - Number(b))
          .map(([route, isOpen]) => [{ api, route }, Number(isOpen)]),
      ),
  );
  gauge('degraded', ['api', 'reason'], '1 for what the gateway does without, as /ready lists it.', () =>
    state().degradations.current.map(({ api = '', reason }) => [{ api, reason }, 1]),
  );
  if (facts.hasRedis) {
    gauge('redis_up', [], '1 while Redis is there; only with REDIS_URL.', () => [
      [{}, state().degradations.current.some(({ reason }) => reason === 'redis_away') ? 0 : 1],
    ]);
  }
  gauge('subscriptions', [], 'Subscriptions that are open.', () => [[{}, state().openSubscriptions()]]);
  gauge('memory_limit_bytes', [], 'How much memory the process may use.', () => [[{}, facts.memoryLimit]]);
  gauge('info', ['version', 'mode'], 'The version, and whether data is live or of the sandbox.', () => [
    [{ version: facts.version, mode: facts.mode }, 1],
  ]);
}
