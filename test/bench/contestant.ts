import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A server in a process of its own. */
export interface Contestant extends AsyncDisposable {
  url: string;
  /** Processor time it has used so far, in seconds; undefined where the system does not tell. */
  cpuSeconds(): number | undefined;
}

/** Linux counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** Runs a file with Node, on one core if one is given, and waits until it says where it listens. */
export async function start(
  args: readonly string[],
  { core, env = {} }: { core: number | undefined; env?: Record<string, string> },
): Promise<Contestant> {
  const command = [...(core === undefined ? [] : ['taskset', '-c', String(core)]), process.execPath, ...args];
  const child = spawn(command[0] as string, command.slice(1), {
    env: { PATH: process.env['PATH'], NODE_OPTIONS: process.env['NODE_OPTIONS'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  return {
    url: await addressOf(child, exited),
    cpuSeconds: () => cpuSeconds(child.pid),
    async [Symbol.asyncDispose]() {
      child.kill();
      await exited;
    },
  };
}

async function addressOf(child: ChildProcess & { stdout: Readable }, exited: Promise<unknown>): Promise<string> {
  const listening = (async () => {
    for await (const line of createInterface(child.stdout)) {
      const url = /listening on (http:\/\/[\w.:/]+)/.exec(line)?.[1];
      if (url) return url;
    }
    return undefined;
  })();
  const url = await Promise.race([listening, exited.then(() => undefined)]);
  if (url === undefined) throw new Error(`"${child.spawnargs.join(' ')}" ended before it listened.`);
  child.stdout.resume();
  return url;
}

function cpuSeconds(pid: number | undefined): number | undefined {
  try {
    // The name in brackets may contain spaces; behind it, user and system time are the 12th and 13th fields.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  } catch {
    return undefined;
  }
}
