import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { startGateway } from '../support/gateway.ts';
import { type Asked, answering, numbered, pageOf, sorResult } from './asked.ts';
import { fakeProfile } from './fake-profiles.ts';

const IDS = numbered(57, 'c');
const ROWS = IDS.map((id) => fakeProfile(id));
const QUERY = `query ($after: String) {
  customerProfileChanges(since: "2025-01-01T00:00:00Z", first: 10, after: $after) {
    nodes { profile { customerId } } pageInfo { hasNextPage endCursor }
  }
}`;

const LAST_PAGE = 6;
const page = (asked: Asked, rest: object) => sorResult({ profiles: pageOf(ROWS, asked), ...rest });
const orNext = (last: unknown) => (asked: Asked) => page(asked, { next: asked.page < LAST_PAGE ? 'page=2' : last });
const behind = (answer: Fault) => (asked: Asked) => (asked.page > LAST_PAGE ? answer : page(asked, { next: 'page=2' }));

test.each<[name: string, answer: (asked: Asked) => Fault, calls: number]>([
  ['an empty text', orNext(''), 6],
  ['the word null', orNext('null'), 6],
  ['the word false', orNext('false'), 6],
  ['zero as text', orNext('0'), 6],
  ['the number of pages, and no next one', (asked) => page(asked, { total_pages: LAST_PAGE }), 6],
  ['that number as text', (asked) => page(asked, { total_pages: String(LAST_PAGE) }), 6],
  ['a page that is null', behind(sorResult({ profiles: null, next: null })), 7],
  ['a page that is not there', behind({ kind: 'status', status: 404 }), 7],
  ['204', behind({ kind: 'status', status: 204 }), 7],
])('changes may end with %s: all come once', async (_name, answer, calls) => {
  await using gateway = await startGateway();
  answering(gateway.sor.api, answer);
  const met: string[] = [];
  for (let after: string | null = null, hasNext = true; hasNext; ) {
    const { data, errors } = await gateway.query(QUERY, { after });
    expect(errors).toBeUndefined();
    const { nodes, pageInfo } = data.customerProfileChanges;
    met.push(...nodes.map(({ profile }: { profile: { customerId: string } }) => profile.customerId));
    hasNext = pageInfo.hasNextPage;
    after = pageInfo.endCursor;
  }
  expect(met).toEqual(IDS);
  expect(gateway.sorCalls()).toHaveLength(calls);
});
