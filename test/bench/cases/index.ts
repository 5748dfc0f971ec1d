import type { BenchCase } from './bench-case.ts';
import { joined } from './joined.ts';
import { list } from './list.ts';
import { many, profile } from './profiles.ts';

/** Every operation by its name on the command line, and in the path of the hand-written endpoint. */
export const CASES: Readonly<Record<string, BenchCase>> = { list, joined, profile, many };

/** Throws `RangeError` for a name that is none. */
export function caseNamed(name: string | undefined): BenchCase {
  const found = CASES[name ?? ''];
  if (!found) throw new RangeError(`Expected one of: ${Object.keys(CASES).join(', ')}.`);
  return found;
}
