import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts';
import { startProcess } from '../support/process.ts';

/** What an incident leaves behind for whoever looks for it. */
export interface Traces {
  /** An answer of `/metrics`. */
  metrics: string;
  /** The log, a line each. */
  lines: readonly string[];
}

const readMetrics = async (origin: string) => (await fetch(`${origin}/metrics`)).text();

async function playedIn(options: GatewayOptions, play: (gateway: Gateway) => Promise<unknown>): Promise<Traces> {
  await using gateway = await startGateway(options);
  const origin = await gateway.listen();
  await play(gateway);
  return { metrics: await readMetrics(origin), lines: [...gateway.logged, ...gateway.operationLines] };
}

async function playedInProcess(
  env: Record<string, string>,
  play: (origin: string) => Promise<unknown>,
): Promise<Traces> {
  await using gateway = await startProcess(env);
  await play(gateway.origin);
  const metrics = await readMetrics(gateway.origin);
  return { metrics, lines: gateway.log.map((line) => JSON.stringify(line)) };
}

const EXPORTS = '{ hoodExports(first: 3) { nodes { hoodId } } }';

/** Takes until the operation waits for an answer that Hood never gives. */
async function withOneThatWaits(gateway: Gateway, act: () => Promise<unknown>): Promise<void> {
  gateway.hood.dials.fault = () => ({ kind: 'silence' });
  const caller = new AbortController();
  const waiting = gateway
    .fetch('/graphql?query={hoodExports{totalCount}}', { signal: caller.signal })
    .catch(() => undefined);
  while (gateway.hood.calls.length === 0) await new Promise(setImmediate);
  await act();
  caller.abort();
  await waiting;
}

/** Each section of the runbook, and how to get there. */
export const INCIDENTS: Readonly<Record<string, () => Promise<Traces>>> = {
  'The budget is gone': () =>
    playedIn({ env: { HOOD_RATE: '1/s,1/m' } }, async (gateway) => {
      await gateway.query(EXPORTS);
      await gateway.query('{ gdprRequests(first: 3) { nodes { hoodId } } }');
    }),
  'The account is used up': () =>
    playedIn({ env: { HOOD_RATE: '10/s,150/m', REQUEST_DEADLINE: '4s' } }, async (gateway) => {
      gateway.hood.dials.fault = () => ({ kind: 'status', status: 429, headers: { 'retry-after': '2' } });
      const asked = Array.from({ length: 10 }, (_, n) => `{ gdprRequest(hoodId: "${n + 1}") { hoodId } }`);
      await Promise.all(asked.map((query) => gateway.query(query)));
    }),
  'A breaker is open': () =>
    playedIn({}, async (gateway) => {
      gateway.hood.dials.fault = () => ({ kind: 'status', status: 501 });
      for (let n = 1; n <= 12; n++) await gateway.query(`{ gdprRequest(hoodId: "${n}") { hoodId } }`);
    }),
  'Redis is away': () =>
    playedIn({ env: { REDIS_URL: 'redis://127.0.0.1:1', REPLICAS: '2' } }, async (gateway) => {
      while (!gateway.logged.some((line) => line.includes('Redis is away'))) await new Promise(setImmediate);
    }),
  'A credential is refused': () =>
    playedIn({}, async (gateway) => {
      gateway.hood.dials.fault = () => ({ kind: 'status', status: 401 });
      await gateway.query(EXPORTS);
    }),
  'A route is refused': () =>
    playedIn({}, async (gateway) => {
      gateway.hood.dials.fault = ({ line }) =>
        line.includes('/exports') ? { kind: 'status', status: 403 } : undefined;
      await gateway.query(EXPORTS);
      await gateway.query('{ gdprRequests(first: 3) { nodes { hoodId } } }');
    }),
  'Made-up data by mistake': () => playedInProcess({ UPSTREAM: 'sandbox' }, async () => {}),
  'Memory is refused': async () => {
    const held = Buffer.alloc(250_000_000, 1);
    const traces = await playedIn({ env: { MAX_MEMORY: '200mb' } }, (gateway) =>
      withOneThatWaits(gateway, () => gateway.query(EXPORTS)),
    );
    held.fill(0);
    return traces;
  },
  'A schema change breaks clients': () =>
    playedIn({}, async (gateway) => {
      await gateway.query('query Screen { hoodExports { sum } }', {}, { 'x-client-name': 'desk' });
    }),
  'A gateway is down': async () => {
    await using gateway = await startProcess({ UPSTREAM: 'sandbox', DRAIN_TIMEOUT: '1ms' });
    const metrics = await readMetrics(gateway.origin);
    const open = fetch(`${gateway.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new ReadableStream({ start: (body) => body.enqueue(new TextEncoder().encode('{')) }),
      duplex: 'half',
    } as RequestInit).catch(() => undefined);
    while ((await (await fetch(`${gateway.origin}/metrics`)).text()) === '') await new Promise(setImmediate);
    gateway.child.kill('SIGTERM');
    await open;
    await gateway.ended;
    return { metrics, lines: gateway.log.map((line) => JSON.stringify(line)) };
  },
};

/** An hour in which all is well: what the dashboard shows then. */
export const calmHour = (): Promise<Traces> =>
  playedIn(
    { env: { HOOD_RATE: '10/s,150/m', CACHE: 'on' }, hood: { rows: 30 }, sor: { profiles: 30 } },
    async (gateway) => {
      const query = 'query Screen { gdprRequests(first: 3) { nodes { hoodId customerProfile { firstName } } } }';
      for (let n = 0; n < 2; n++) await gateway.query(query);
      await gateway.query(
        '{ customerProfile(customerId: "17000000000000000000", customerIdType: USER_ID) { firstName } }',
      );
    },
  );
