import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, test, vi } from 'vitest';
import { type ApiServer, serve } from '../src/sandbox/server.ts';
import { startBalancer, startBusyClient } from './support/balancer.ts';
import { subscribe } from './support/live.ts';
import { COMPILE_CACHE, type GatewayProcess, startProcess } from './support/process.ts';

/** Long enough for processes to start on a busy machine. */
const PATIENCE = { timeout: 60_000 };

const QUERY = '{ hoodExports(first: 1) { totalCount nodes { description } } }';

/** Stands in for Hood; `hold` keeps its answers back until it resolves. */
function startHood(hold: Promise<void> = Promise.resolve(), description = 'x'): Promise<ApiServer> {
  return serve(async () => {
    await hold;
    return { status: 200, json: { total: 1, items: [{ id: '1', description }] } };
  });
}

function start(hood: ApiServer, env: Record<string, string> = {}): Promise<GatewayProcess> {
  return startProcess({ HOOD_URL: hood.origin, HOOD_TOKEN: 'x', HOOD_RATE: 'none', CACHE: 'off', ...env });
}

/** Sends the operation; over a new connection, unless there is an agent that keeps one. */
async function ask(origin: string, agent: Agent | false = false): Promise<IncomingMessage> {
  const headers = { 'content-type': 'application/json' };
  const asked = request(`${origin}/graphql`, { method: 'POST', agent, headers });
  const answered = once(asked, 'response');
  asked.end(JSON.stringify({ query: QUERY }));
  const [answer] = (await answered) as [IncomingMessage];
  return answer.resume();
}

test('for DRAIN_DELAY everything is still served, while /ready answers 503', PATIENCE, async () => {
  await using hood = await startHood();
  await using gateway = await start(hood, { DRAIN_DELAY: '3s' });
  const ready = () => fetch(`${gateway.origin}/ready`);
  expect((await ready()).status).toBe(200);
  const { headers } = await ask(gateway.origin, new Agent({ keepAlive: true }));
  expect(headers).toMatchObject({ connection: 'keep-alive', 'keep-alive': 'timeout=75' });

  gateway.child.kill('SIGTERM');
  await gateway.logged(/^stopping/);
  expect((await ready()).status).toBe(503);
  const answer = await ask(gateway.origin, new Agent({ keepAlive: true }));
  expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'close']);
  expect(await gateway.ended).toBe(0);
});

test('a connection that idles is answered once more, or closes a second later', PATIENCE, async () => {
  await using hood = await startHood();
  await using gateway = await start(hood);
  const [busy, idle] = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })];
  await ask(gateway.origin, busy);
  const { socket } = await ask(gateway.origin, idle);

  gateway.child.kill('SIGTERM');
  await gateway.logged(/^stopping/);
  const answer = await ask(gateway.origin, busy);
  expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'close']);
  expect(socket.destroyed).toBe(false);
  expect(await gateway.ended).toBe(0);
});

test('an answer that had begun ends before its connection does', PATIENCE, async () => {
  await using hood = await startHood(undefined, 'x'.repeat(10_000_000));
  await using gateway = await start(hood);
  const answer = (await ask(gateway.origin, new Agent({ keepAlive: true }))).pause();
  expect(answer.headers.connection).toBe('keep-alive');
  gateway.child.kill('SIGTERM');
  await gateway.logged(/^stopping/);
  let length = 0;
  for await (const bytes of answer) length += bytes.length;
  expect(length).toBeGreaterThan(10_000_000);
  expect(await gateway.ended).toBe(0);
});

test('what is left after DRAIN_TIMEOUT is cut: readers, uploads and operations', PATIENCE, async () => {
  const held = Promise.withResolvers<void>();
  const description = 'x'.repeat(10_000_000);
  await using hood = await startHood(undefined, description);
  await using silent = await startHood(held.promise);
  await using gateway = await start(hood, {
    ...{ SOR_URL: silent.origin, SOR_FEED_URL: silent.origin, SOR_TOKEN: 'x' },
    ...{ DRAIN_TIMEOUT: '500ms', REQUEST_DEADLINE: '60s' },
  });
  (await ask(gateway.origin)).pause();
  const { port } = new URL(gateway.origin);
  const send = (...lines: string[]) =>
    connect(Number(port), '127.0.0.1')
      .on('error', () => {})
      .write(lines.join('\r\n'));
  const head = ['POST /graphql HTTP/1.1', 'host: localhost', 'content-length: 1000'];
  send(...head, 'content-type: multipart/form-data; boundary=b', 'x-graphql-upload: 1', '', '--b\r\n');
  const query = JSON.stringify({ query: '{ systemsOfRecord { totalCount } }' }).padEnd(1_000);
  send(...head, 'content-type: application/json', '', query);
  await vi.waitFor(() => expect(silent.calls).not.toEqual([]), { timeout: 10_000 });

  gateway.child.kill('SIGTERM');
  await gateway.logged(/^stopping/);
  const stoppedAt = performance.now();
  expect(await gateway.ended).toBe(0);
  expect(performance.now() - stoppedAt).toBeLessThan(10_000);
  expect(gateway.log.findLast(({ level }) => level === 40)).toMatchObject({
    msg: 'stopped before all had their answers',
    connections: 3,
  });
  held.resolve();
});

test.each([
  ['SIGTERM', 'SIGTERM'],
  ['SIGTERM', 'SIGINT'],
  ['SIGINT', 'SIGINT'],
] as const)('%s, then %s ends it at once', PATIENCE, async (first, second) => {
  const held = Promise.withResolvers<void>();
  await using hood = await startHood(held.promise);
  await using gateway = await start(hood);
  const open = ask(gateway.origin).catch(({ code }) => code);
  await vi.waitFor(() => expect(hood.calls).toHaveLength(1), { timeout: 10_000 });
  gateway.child.kill(first);
  await gateway.logged(/^stopping/);
  gateway.child.kill(second);
  expect(await gateway.ended).toBe(1);
  expect(await open).toBe('ECONNRESET');
  held.resolve();
});

test.each([
  ['SIGTERM to npm alone', (pid: number) => process.kill(pid, 'SIGTERM'), [0, null]],
  ['Ctrl+C, which npm gets and passes on as well', (pid: number) => process.kill(-pid, 'SIGINT'), [0, null]],
  ['SIGHUP, which ends npm and is not passed on', (pid: number) => process.kill(pid, 'SIGHUP'), [null, 'SIGHUP']],
])('npm start stops as the gateway does: %s', PATIENCE, async (_, stop, end) => {
  const held = Promise.withResolvers<void>();
  await using hood = await startHood(held.promise);
  const { PATH = '' } = process.env;
  const env = { ...COMPILE_CACHE, PATH, PORT: '0', HOOD_URL: hood.origin, HOOD_TOKEN: 'x' };
  const npm = spawn('npm', ['start'], { env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(npm, 'exit');
  // Also the gateway writes there.
  const closed = once(npm.stdout, 'close');
  try {
    const logged = Promise.withResolvers<string>();
    const stopping = Promise.withResolvers<void>();
    createInterface({ input: npm.stdout }).on('line', (line) => {
      const [, origin] = /listening on (http:\S+)\/graphql/.exec(line) ?? [];
      if (origin) logged.resolve(origin);
      if (line.includes('stopping: ')) stopping.resolve();
    });
    const answered = ask(await logged.promise);
    await vi.waitFor(() => expect(hood.calls).toHaveLength(1), { timeout: 10_000 });
    stop(npm.pid ?? 0);
    await stopping.promise;
    held.resolve();
    expect((await answered).statusCode).toBe(200);
    expect(await ended).toEqual(end);
    await closed;
  } finally {
    try {
      process.kill(-(npm.pid ?? 0), 'SIGKILL');
    } catch {
      // All of them have ended.
    }
  }
});

test('busy clients behind a balancer lose no request while a replica stops', PATIENCE, async () => {
  await using hood = await startHood();
  await using staying = await start(hood);
  await using leaving = await start(hood, { DRAIN_DELAY: '1s' });
  await using balancer = await startBalancer([staying.origin, leaving.origin], 100);
  const clients = Array.from({ length: 10 }, () => startBusyClient(balancer.origin, QUERY));
  const all = () => clients.reduce((sum, { answers, failures }) => sum + answers + failures.length, 0);
  const another = async (requests: number) => {
    const before = all();
    await vi.waitFor(() => expect(all()).toBeGreaterThan(before + requests), { timeout: 20_000 });
  };
  await another(100);
  leaving.child.kill('SIGTERM');
  expect(await leaving.ended).toBe(0);
  await another(100);
  await Promise.all(clients.map((client) => client.stop()));
  expect(clients.flatMap(({ failures }) => failures)).toEqual([]);
});

test('a subscription is complete at SIGTERM, before anything is cut', PATIENCE, async () => {
  await using hood = await startHood();
  await using gateway = await start(hood);
  const over = { fetch: (path: string, init?: RequestInit) => fetch(gateway.origin + path, init) };
  await using followed = await subscribe(over, 'subscription { hoodExport(hoodId: "1") { description } }');
  expect(await followed.next()).toEqual({ data: { hoodExport: { description: 'x' } } });
  gateway.child.kill('SIGTERM');
  expect(await followed.next()).toBeUndefined();
  expect(await gateway.ended).toBe(0);
});
