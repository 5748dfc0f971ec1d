import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Which cores servers run on, as `taskset` takes them; each undefined where processes cannot be held to one. */
export interface Cores {
  /** What is measured. */
  measured?: string;
  /** What measures, and with it a second process of what is measured. */
  other?: string;
  /** All that there are. */
  all?: string;
}

/**
 * Moves this process, and with it every process it starts, to the last core, so that what is measured on the first one
 * never competes with what measures.
 */
export function separateCores(): Cores {
  try {
    const all = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
    const [measured = '', ...rest] = all.split(/[-,]/);
    const other = rest.at(-1);
    if (other === undefined) return {};
    execFileSync('taskset', ['-a', '-c', '-p', other, String(process.pid)], { stdio: 'ignore' });
    return { measured, other, all };
  } catch {
    return {};
  }
}
