import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

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
  /** Where it listens, if it does not say so. */
  origin?: string;
  /** What it prints once it listens. */
  ready?: RegExp;
  cwd?: string;
}

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

const READY = /istening on (http:\/\/[\w.:]+)/;

/** Runs a command and waits until it says where it listens. Throws if it ends before, with what it wrote. */
export async function startServer(
  command: readonly string[],
  { cores, env = {}, origin, ready = READY, cwd }: Start = {},
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
  const found = await output.line(ready);
  return {
    origin: origin ?? (found[1] as string),
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
    async [Symbol.asyncDispose]() {
      end();
      await exited;
    },
  };
}

/** How much of what a process wrote is told when it ends too early. */
const LAST_WORDS = 2_000;

/** What a process writes, read as it comes, so that it never waits. */
class Output {
  readonly #ended: Promise<never>;
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
    this.#ended = exited.then(() => {
      throw new Error(`"${child.spawnargs.join(' ')}" ended:\n${this.#last}`);
    });
    this.#ended.catch(() => {});
  }

  /** The next line that matches. Rejects if the process ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray> {
    const line = new Promise<RegExpExecArray>((found) => {
      this.#awaited = { pattern, found };
    });
    return Promise.race([line, this.#ended]).finally(() => {
      this.#awaited = undefined;
    });
  }
}

function cpuSeconds(pid: number): number {
  // The name in brackets may contain spaces; behind it, user and system time are the 12th and 13th fields.
  const fields = procFile(pid, 'stat').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function statusOf(pid: number, name: string): number {
  return Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(procFile(pid, 'status'))?.[1]) / 1024;
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
