import type { BenchCase } from './bench-case.ts';
import { gdprList, sharedList } from './gdpr-list.ts';
import { joinedList } from './joined-list.ts';

/** Every comparison by its name on the command line. */
export const CASES: Readonly<Record<string, BenchCase>> = {
  list: gdprList,
  joined: joinedList,
  shared: sharedList,
};

/** The case named in the arguments of a process of the benchmark. */
export function caseNamed(name: string | undefined): BenchCase {
  const found = CASES[name ?? ''];
  if (!found) throw new RangeError(`Expected one of: ${Object.keys(CASES).join(', ')}.`);
  return found;
}
