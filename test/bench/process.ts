import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';

/** A server in a process of its own. */
export interface Server extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, without a path. */
  origin: string;
  /** Processor time it has used so far, in seconds; NaN where the system does not tell, as with all figures here. */
  cpuSeconds(): number;
  /** Memory that it takes (resident), in MB. */
  memory(): number;
  /** The most memory that it has taken since this was last called, in MB. */
  peakMemory(): number;
  /** Sends a signal, and resolves with the next line that matches. */
  signal(name: NodeJS.Signals, answer: RegExp): Promise<RegExpExecArray>;
}

export interface Start {
  /** Which cores it may run on, as `taskset` takes them; wherever this process may if undefined. */
  cores?: string | undefined;
  env?: Record<string, string> | undefined;
  /** The port it has been told to listen on, if it does not say where it does. */
  port?: number;
  cwd?: string;
}

/** How long a server may take to end by itself, in milliseconds. */
const LAST_MS = 10_000;

const LISTENING = /listening on (http:\/\/[\w.:]+)/;

/** Runs a command and waits until it listens. Throws if it ends before, with what it wrote. */
export async function startServer(
  command: readonly string[],
  { cores, env = {}, port, cwd }: Start = {},
): Promise<Server> {
  const [file = '', ...args] = [...(cores === undefined ? [] : ['taskset', '-c', cores]), ...command];
  const { PATH, HOME, NODE_OPTIONS } = process.env;
  const child = spawn(file, args, {
    env: { PATH, HOME, NODE_OPTIONS, ...env },
    ...(cwd && { cwd }),
    stdio: ['ignore', 'pipe', 'pipe'],
    // What npm starts ends with it.
    detached: true,
  });
  const end = () => process.kill(-(child.pid as number), 'SIGKILL');
  process.once('exit', end);
  const exited = once(child, 'exit').finally(() => process.off('exit', end));
  const output = new Output(child, exited);
  const pid = child.pid as number;
  const said = port === undefined ? await output.line(LISTENING) : undefined;
  const origin = said?.[1] ?? `http://127.0.0.1:${port}`;
  if (!said) await Promise.race([untilAnswered(origin), output.ended]);
  return {
    origin,
    cpuSeconds: () => cpuSeconds(pid),
    memory: () => statusOf(pid, 'VmRSS'),
    peakMemory() {
      const peak = statusOf(pid, 'VmHWM');
      if (!Number.isNaN(peak)) writeFileSync(`/proc/${pid}/clear_refs`, '5');
      return peak;
    },
    signal(name, answer) {
      const answered = output.line(answer);
      child.kill(name);
      return answered;
    },
    // Told to, not killed at once: only so does Node leave behind what it has compiled, which the next start reads.
    async [Symbol.asyncDispose]() {
      process.kill(-pid, 'SIGTERM');
      const late = setTimeout(end, LAST_MS);
      await exited;
      clearTimeout(late);
    },
  };
}

/** How much of what a process wrote is told when it ends too early. */
const LAST_WORDS = 2_000;

/** What a process writes, read as it comes, so that it never waits. */
class Output {
  /** Rejects when it ends. */
  readonly ended: Promise<never>;
  #last = '';
  #awaited: { pattern: RegExp; found: (line: RegExpExecArray) => void } | undefined;

  constructor(child: ChildProcess & { stdout: Readable; stderr: Readable }, exited: Promise<unknown>) {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface(stream).on('line', (line) => {
        this.#last = `${this.#last}${line}\n`.slice(-LAST_WORDS);
        const found = this.#awaited?.pattern.exec(line);
        if (found) this.#awaited?.found(found);
      });
    }
    this.ended = exited.then(() => {
      throw new Error(`"${child.spawnargs.join(' ')}" ended:\n${this.#last}`);
    });
    this.ended.catch(() => {});
  }

  /** The next line that matches. Rejects if the process ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    const line = new Promise<RegExpExecArray>((found) => {
      this.#awaited = { pattern, found };
    });
    return Promise.race([line, this.ended]).finally(() => {
      this.#awaited = undefined;
    });
  }
}

/** Ends what this process has started also where it is interrupted. */
export function endServersWithMe(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
}

/** A port that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const BETWEEN_TRIES_MS = 50;

async function untilAnswered(origin: string): Promise<void> {
  const isAnswered = () =>
    fetch(origin).then(
      (answer) => answer.arrayBuffer().then(() => true),
      () => false,
    );
  while (!(await isAnswered())) await wait(BETWEEN_TRIES_MS);
}

/** Of all its threads: in nanoseconds, where `stat` counts hundredths of a second. */
function cpuSeconds(pid: number): number {
  const threads = filesIn(`/proc/${pid}/task`).map((thread) =>
    Number(procFile(pid, `task/${thread}/schedstat`).split(' ')[0]),
  );
  return threads.length === 0 ? Number.NaN : threads.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9;
}

function statusOf(pid: number, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(procFile(pid, 'status'))?.[1]) / 1024;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
