import type { Fault } from '../../src/sandbox/faults.ts';
import { startGateway } from '../support/gateway.ts';
import { type Asked, answering, hoodList, numbered, pageOf, sorResult } from './asked.ts';
import { fakeProfile } from './fake-profiles.ts';

interface Served {
  rows: number;
  largest?: number;
  total?: boolean | number;
  /** What is answered in place of a page without rows that is not the first. */
  behind?: (ids: readonly string[], asked: Asked) => readonly string[] | Fault;
  /** What is answered in place of any page; undefined leaves the page. */
  instead?: (asked: Asked) => Fault | undefined;
}

/** A gateway in front of lists that have something else than an empty page behind their end, or than some other page. */
export async function withEnd({ rows, largest, total = true, behind, instead }: Served) {
  const gateway = await startGateway();
  const ids = numbered(rows);
  const totalOf = total === true ? rows : total || undefined;
  const answer = (asked: Asked, listOf: (ids: readonly string[]) => Fault) => {
    const page = pageOf(ids, asked, Math.min(asked.size, largest ?? asked.size));
    const isBehind = page.length === 0 && asked.page > 1;
    const given = instead?.(asked) ?? (isBehind && behind ? behind(ids, asked) : page);
    return 'kind' in given ? given : listOf(given);
  };
  answering(gateway.hood, (asked) =>
    answer(asked, (page) =>
      hoodList(
        page.map((id) => ({ id })),
        totalOf,
      ),
    ),
  );
  answering(gateway.sor.api, (asked) =>
    answer(asked, (page) =>
      sorResult({ ...(totalOf && { total_profiles: totalOf }), profiles: page.map((id) => fakeProfile(id)) }),
    ),
  );
  return gateway;
}
