import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Config } from '../../config/config.ts';
import { isLoopback } from '../../config/setting-kinds.ts';
import type { Degradation, UpstreamState } from '../../graph/upstream-state.ts';
import type { CallRecord, ReadRecord } from '../../http/client/call-record.ts';
import type { UpstreamError } from '../../http/client/upstream-error.ts';
import type { Endpoint } from '../front-door.ts';
import { HEADERS } from '../http-server.ts';
import type { OperationFacts } from './operation-facts.ts';

/** So many names of operations have series of their own beside those of trusted documents; any others are `other`. */
const MOST_NAMES = 200;

/** In seconds. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const BATCH_SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500];

const OPERATION = ['operation', 'kind'];
const ROUTE = ['api', 'route'];

/** Why requests are refused before execution. */
const REASONS = ['body', 'caller_rate', 'credential', 'host', 'memory', 'places'];

const RESULTS = { kept: 'hit', stale: 'stale', missed: 'miss' } as const;

/** The accounts at the APIs by the APIs' names, and what is amiss, as whoever asks for the metrics finds them. */
interface Upstreams {
  readonly clients: ReadonlyMap<string, UpstreamState>;
  degradations(): readonly Degradation[];
}

type Observed = typeof Counter | typeof Gauge;

type Readings = Iterable<readonly [labels: Record<string, string>, value: number]>;

/** Counts for Prometheus. No label has a value that a client can choose freely. */
export class Metrics {
  readonly registry = new Registry();
  readonly #names = new Set<string>();
  /** By API, resource and result: a lookup of many keys must not put as many labels together. */
  readonly #reads = new Map<string, number>();
  #hasDefaults = false;

  readonly #operations = this.#counter('operations_total', [...OPERATION, 'code'], 'Operations that were answered.');
  readonly #seconds = this.#histogram('operation_duration_seconds', OPERATION, 'How long queries and mutations took.');
  readonly #refused = this.#counter('refused_total', ['reason'], 'Requests that were refused before execution.');
  readonly #calls = this.#counter('upstream_calls_total', [...ROUTE, 'status'], 'Calls that were sent.');
  readonly #callSeconds = this.#histogram('upstream_call_duration_seconds', ROUTE, 'How long calls took, once sent.');
  readonly #waitSeconds = this.#histogram('upstream_queue_wait_seconds', ['api'], 'How long calls waited to be sent.');
  readonly #shortages = this.#counter('upstream_budget_refused_total', ['api'], 'Calls that had no place in time.');
  readonly #batchSizes = this.#histogram('upstream_batch_size', ROUTE, 'How many keys a call looked up.', BATCH_SIZES);

  constructor() {
    const ofReads = 'What was looked for in the cache: a hit, a miss, or stale.';
    const reads = (): Readings =>
      [...this.#reads].map(([name, count]) => {
        const [api = '', resource = '', result = ''] = name.split(' ');
        return [{ api, resource, result }, count];
      });
    this.#gauge('cache_requests_total', ['api', 'resource', 'result'], ofReads, reads, Counter);
    // A rate begins with the second reading of a series: the first event must not be the first reading.
    for (const reason of REASONS) this.#refused.inc({ reason }, 0);
  }

  /** Adds the metrics that are read from the process when somebody asks for them. */
  watch(
    { REDIS_URL, UPSTREAM, MAX_MEMORY }: Pick<Config, 'REDIS_URL' | 'UPSTREAM' | 'MAX_MEMORY'>,
    version: string,
    { clients, degradations }: Upstreams,
    openSubscriptions: () => number,
  ): void {
    for (const api of clients.keys()) this.#shortages.inc({ api }, 0);
    const apis = () => [...clients].map(([api, client]) => ({ api, ...client }));
    const windows = (what: 'left' | 'limit') => (): Readings =>
      apis().flatMap(({ api, budget }) =>
        Object.entries(budget?.room ?? {}).map(([window, room]) => [{ api, window }, room[what]] as const),
      );
    const ofWindows = ['api', 'window'];
    this.#gauge('upstream_budget_remaining', ofWindows, 'Calls that an account may still make.', windows('left'));
    this.#gauge('upstream_budget_limit', ofWindows, 'Calls that an account may make.', windows('limit'));
    this.#gauge('upstream_queue_length', ['api'], 'Calls that wait for their place in the limits.', () =>
      apis().flatMap(({ api, budget }) => (budget ? [[{ api }, budget.waiting]] : [])),
    );
    const ofBreaker = '1 for a route (or a host: empty) that is left alone as it keeps failing.';
    this.#gauge('breaker_open', ROUTE, ofBreaker, () =>
      apis().flatMap(({ api, circuits }) =>
        // An API may have several hosts under one label: an open one comes last, and stays.
        [...circuits()]
          .sort(([, a], [, b]) => Number(a) - Number(b))
          .map(([route, isOpen]) => [{ api, route }, Number(isOpen)]),
      ),
    );
    const ofDegraded = '1 for what the gateway does without, as /ready lists it.';
    this.#gauge('degraded', ['api', 'reason', 'route'], ofDegraded, () =>
      degradations().map((each) => [{ api: '', ...each }, 1]),
    );
    if (REDIS_URL) {
      this.#gauge('redis_up', [], '1 while Redis is there and takes writes; only with REDIS_URL.', () => [
        [{}, degradations().some(({ reason }) => reason === 'redis_away') ? 0 : 1],
      ]);
    }
    this.#gauge('subscriptions', [], 'Subscriptions that are open.', () => [[{}, openSubscriptions()]]);
    this.#gauge('memory_limit_bytes', [], 'How much memory the process may use.', () => [[{}, MAX_MEMORY]]);
    const ofInfo = 'The version, and whether data is live or of the sandbox.';
    this.#gauge('info', ['version', 'mode'], ofInfo, () => [[{ version, mode: UPSTREAM }, 1]]);
  }

  /** All metrics as Prometheus reads them. Those of the process itself begin with the first time. */
  text(): Promise<string> {
    if (!this.#hasDefaults) collectDefaultMetrics({ register: this.registry });
    this.#hasDefaults = true;
    return this.registry.metrics();
  }

  /** An operation is over; its kind is empty, and it has no name, where it was refused before those were known. */
  operation(facts: OperationFacts, code: string, ms: number, isTrusted: boolean): void {
    const labels = { operation: this.#labelOf(facts.name, code, isTrusted), kind: facts.operation?.operation ?? '' };
    this.#operations.inc({ ...labels, code });
    // How long somebody listens says nothing of how fast the gateway is.
    if (labels.kind !== 'subscription') this.#seconds.observe(labels, ms / 1_000);
  }

  refused(reason: string): void {
    this.#refused.inc({ reason });
  }

  sent({ api, route, waitedMs, keys }: CallRecord): void {
    this.#waitSeconds.observe({ api }, waitedMs / 1_000);
    if (keys !== undefined) this.#batchSizes.observe({ api, route }, keys);
  }

  ended({ api, route, status, ms = 0 }: CallRecord): void {
    this.#calls.inc({ api, route, status: String(status) });
    this.#callSeconds.observe({ api, route }, ms / 1_000);
  }

  read({ api, resource, from }: ReadRecord): void {
    if (from === 'joined' || from === 'batched') return;
    const name = `${api} ${resource} ${RESULTS[from]}`;
    this.#reads.set(name, (this.#reads.get(name) ?? 0) + 1);
  }

  failed({ api, failure, status }: UpstreamError): void {
    if (failure === 'rateLimited' && status === undefined) this.#shortages.inc({ api });
  }

  /** The name of a mistake, of which anybody can send any number, gets no series; one of a trusted document always. */
  #labelOf(name: string | undefined, code: string, isTrusted: boolean): string {
    if (name === undefined) return 'other';
    if (name === '' || isTrusted) return name;
    if (code !== 'BAD_USER_INPUT' && this.#names.size < MOST_NAMES) this.#names.add(name);
    return this.#names.has(name) ? name : 'other';
  }

  #counter(name: string, labelNames: string[], help: string): Counter {
    return new Counter({ name: `gateway_${name}`, labelNames, help, registers: [this.registry] });
  }

  /** Read when somebody asks for the metrics. */
  #gauge(name: string, labelNames: string[], help: string, read: () => Readings, Kind: Observed = Gauge): void {
    new Kind({
      ...{ name: `gateway_${name}`, labelNames, help, registers: [this.registry] },
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.inc(labels, value);
      },
    });
  }

  #histogram(name: string, labelNames: string[], help: string, buckets = DURATIONS): Histogram {
    return new Histogram({ name: `gateway_${name}`, labelNames, help, buckets, registers: [this.registry] });
  }
}

/** What proxies add to requests of others, by the names that they have. */
const FORWARDING = /^via$|forwarded|(?:client|cluster|connecting|real)-?ip$|external-address$/;

/** Answers `/metrics` to this machine, or to nobody if it has its own port. */
export function metricsEndpoint(metrics: Metrics, { METRICS_PORT, CLIENT_ADDRESS_HEADER }: Config): Endpoint {
  const isForwarded = (name: string) => FORWARDING.test(name) || name === CLIENT_ADDRESS_HEADER;
  return async (_request, { Response }, { req }) => {
    if (METRICS_PORT !== undefined || !req || !isLocal(req) || Object.keys(req.headers).some(isForwarded))
      return new Response(null, { status: 404 });
    return new Response(await metrics.text(), { headers: { 'content-type': metrics.registry.contentType } });
  };
}

/** Whether somebody on this machine asks, and no page that has given this machine a name of its own (DNS rebinding). */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  const names = [socket.remoteAddress?.replace(/^::ffff:/, ''), URL.parse(`http://${headers.host}`)?.hostname];
  return names.every((name = '') => isLoopback(name));
}

/** A server of nothing but `/metrics`, to whoever reaches it. */
export function metricsServer(metrics: Metrics): Server {
  return createServer(async ({ url, method }, response) => {
    for (const [name, value] of HEADERS) response.setHeader(name, value);
    const isAsked = url?.split('?')[0] === '/metrics' && (method === 'GET' || method === 'HEAD');
    if (!isAsked) return void response.writeHead(404).end();
    response.setHeader('content-type', metrics.registry.contentType);
    response.end(await metrics.text());
  });
}
