import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Which core the contestants run on; undefined where processes cannot be held to one. */
export type Core = number | undefined;

/**
 * Moves this process, and with it every process it starts, to the last core, and returns the first one for the
 * contestants: what is measured then never competes with what measures.
 */
export function separateCores(): Core {
  try {
    const [first, last] = allowedCores();
    if (first === undefined || first === last) return undefined;
    execFileSync('taskset', ['-a', '-c', '-p', String(last), String(process.pid)], { stdio: 'ignore' });
    return first;
  } catch {
    return undefined;
  }
}

/** The first and the last core that this process may use, of a list such as `0-3,8`. */
function allowedCores(): (number | undefined)[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const cores = list.split(/[-,]/).map(Number);
  return [cores[0], cores.at(-1)];
}
