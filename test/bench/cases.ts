import { SCOPES } from '../../src/graph/scopes.ts';
import type { BenchCase } from './bench-case.ts';
import { gdprList, sharedList, tokenList } from './gdpr-list.ts';
import { joinedList } from './joined-list.ts';

/** Every comparison by its name on the command line. */
export const CASES: Readonly<Record<string, BenchCase>> = {
  list: gdprList,
  joined: joinedList,
  shared: sharedList,
  token: { ...tokenList, scopes: SCOPES },
  'less-token': {
    ...tokenList,
    title: `${tokenList.title} without pii:read`,
    scopes: SCOPES.filter((scope) => scope !== 'pii:read'),
  },
};

/** The case named in the arguments of a process of the benchmark. */
export function caseNamed(name: string | undefined): BenchCase {
  const found = CASES[name ?? ''];
  if (!found) throw new RangeError(`Expected one of: ${Object.keys(CASES).join(', ')}.`);
  return found;
}
