/** Measures what a request costs a gateway that is a process of its own. Linux alone says it, in /proc. */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SCOPES } from '../../src/graph/scopes.ts';
import { type HoodSandbox, type HoodSandboxOptions, startHood } from '../../src/sandbox/hood/server.ts';
import { type SorSandbox, type SorSandboxOptions, startSor } from '../../src/sandbox/sor/server.ts';
import { startProcess } from '../support/process.ts';

export const CAN_MEASURE = process.platform === 'linux';

/** What one request cost. */
export interface Cost {
  /** Processor time of the whole process, in milliseconds, to 10. */
  cpuMs: number;
  /** The most memory beyond what was in use before, in MB. */
  memoryMb: number;
  /** Bytes answered, head included. */
  bytes: number;
  /** Calls that the stand-ins saw. */
  calls: number;
  /** From sending the request to the end of its answer, in milliseconds. */
  tookMs: number;
  /**
   * The longest that `/health` was waited for meanwhile, in milliseconds. Of this the time that the gateway itself
   * computed counts, so that a busy machine is not taken for a busy gateway.
   */
  healthMs: number;
}

export interface Measured {
  cost: Cost;
  /** 0 where the connection was cut without an answer. */
  status: number;
  /** All of the answer: head and body. */
  text: string;
}

export interface MeasuredGateway extends AsyncDisposable {
  readonly hood: HoodSandbox;
  readonly sor: SorSandbox;
  /** Sends a request as it is, byte for byte, and measures until the connection ends; so it says `connection: close`. */
  send(raw: string | Uint8Array): Promise<Measured>;
  /** Everything that it has logged. */
  logged(): readonly string[];
}

export interface MeasuredOptions {
  /** Settings beside those that point at the stand-ins, or instead of them. */
  env?: Record<string, string>;
  hood?: HoodSandboxOptions;
  sor?: SorSandboxOptions;
}

/** Starts a gateway as `npm start` does, in front of stand-ins within this process, and warms it up. */
export async function startMeasured(options: MeasuredOptions = {}): Promise<MeasuredGateway> {
  await using stack = new AsyncDisposableStack();
  const hood = stack.use(await startHood({ rows: 0, limits: 'none', ...options.hood }));
  const sor = stack.use(await startSor({ profiles: 0, ...options.sor }));
  const gateway = stack.use(
    await startProcess({
      ...{ HOOD_URL: hood.origin, HOOD_TOKEN: hood.token, HOOD_RATE: 'none' },
      ...{ SOR_URL: sor.api.origin, SOR_FEED_URL: sor.feed.origin, SOR_TOKEN: sor.token },
      CACHE: 'off',
      ANONYMOUS_SCOPES: SCOPES.join(),
      SECRET: 'a secret for tests only',
      // Each takes a tenth of a second, and what requests leave behind goes in the first.
      GC_ROUNDS: '1',
      NODE_OPTIONS: `--expose-gc --import=${resolve('test/load/report-memory.ts')}`,
      ...options.env,
    }),
  );
  const { pid = 0 } = gateway.child;
  const { hostname, port } = new URL(gateway.origin);
  const calls = () => hood.calls.length + sor.api.calls.length + sor.feed.calls.length;
  let reports = 0;

  /** Memory that an earlier request left behind would hide what this one takes. */
  async function collectGarbage(): Promise<void> {
    reports += 1;
    gateway.child.kill('SIGUSR2');
    await gateway.logged(new RegExp(`^memory ${reports}:`));
  }

  async function send(raw: string | Uint8Array): Promise<Measured> {
    await collectGarbage();
    await writeFile(`/proc/${pid}/clear_refs`, '5');
    const before = { cpuMs: await cpuMsOf(pid), memoryMb: await memoryMbOf(pid, 'VmRSS'), calls: calls() };
    const polls = healthPolls(`${gateway.origin}/health`, pid);
    const startedAt = performance.now();
    const answer = await exchange(hostname, Number(port), raw);
    const tookMs = performance.now() - startedAt;
    const healthMs = await polls.end();
    const text = answer.toString();
    return {
      cost: {
        cpuMs: (await cpuMsOf(pid)) - before.cpuMs,
        memoryMb: (await memoryMbOf(pid, 'VmHWM')) - before.memoryMb,
        bytes: answer.length,
        calls: calls() - before.calls,
        tookMs,
        healthMs,
      },
      status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0),
      text,
    };
  }

  // A second after it has begun to listen a gateway collects the garbage of its start, which is no request's.
  await sleep(1_100);
  await send(operation('{ customerData(first: 1) { nodes { hoodId } } systemsOfRecord(first: 1) { nodes { id } } }'));
  const held = stack.move();
  return {
    hood,
    sor,
    send,
    logged: () => gateway.log.map(({ msg }) => msg),
    [Symbol.asyncDispose]: () => held[Symbol.asyncDispose](),
  };
}

/** An operation as a client posts it. */
export function operation(query: string, variables?: object, headers: Record<string, string> = {}): string {
  return post(JSON.stringify({ query, variables }), headers);
}

/** A body of JSON, or of what the headers say, posted to `/graphql`. */
export function post(body: string, headers: Record<string, string> = {}): string {
  const all = {
    host: '127.0.0.1',
    connection: 'close',
    accept: 'application/json',
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /graphql HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** Whatever comes until the connection ends, also where it is cut. */
async function exchange(host: string, port: number, raw: string | Uint8Array): Promise<Buffer> {
  const socket = connect(port, host);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {});
  socket.write(raw);
  await once(socket, 'close');
  return Buffer.concat(chunks);
}

/** Asks for `/health` again and again, as an orchestrator would in a hurry. */
function healthPolls(url: string, pid: number) {
  let isOver = false;
  const polling = (async () => {
    let longestMs = 0;
    while (!isOver) {
      const [startedAt, cpuMs] = [performance.now(), await cpuMsOf(pid)];
      const response = await fetch(url, { headers: { connection: 'close' } });
      await response.arrayBuffer();
      longestMs = Math.max(longestMs, Math.min(performance.now() - startedAt, (await cpuMsOf(pid)) - cpuMs));
      await sleep(10);
    }
    return longestMs;
  })();
  polling.catch(() => {});
  return {
    end: () => {
      isOver = true;
      return polling;
    },
  };
}

/** A tick of the kernel's accounts, in milliseconds. */
const TICK_MS = 10;

async function cpuMsOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold spaces.
  const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(user) + Number(system)) * TICK_MS;
}

async function memoryMbOf(pid: number, what: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1_000;
}
