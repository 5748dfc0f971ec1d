import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { runs } from '../support/thorough.ts';

const QUERY = `query ($first: Int = 5, $after: String, $orderBy: [GdprRequestOrder!]) {
  gdprRequests(first: $first, after: $after, filter: { status: { eq: PENDING } }, orderBy: $orderBy) {
    nodes { hoodId createTime } pageInfo { hasNextPage endCursor }
  }
}`;

const DECIDE = `mutation ($hoodId: ID!) {
  decideGdprRequest(input: { hoodId: $hoodId, decision: APPROVE }) { __typename }
}`;

test.each([
  ['CREATE_TIME', 'ASC'],
  ['CREATE_TIME', 'DESC'],
  ['UPDATE_TIME', 'ASC'],
  ['UPDATE_TIME', 'DESC'],
])(
  'a desk meets every pending request of the sandbox in order of %s %s, whatever their times',
  async (field, direction) => {
    await using gateway = await startGateway({ hood: { rows: runs(300, 700) } });
    const pending = async () => {
      const { data } = await gateway.query('{ gdprRequests(filter: { status: { eq: PENDING } }) { totalCount } }');
      return data.gdprRequests.totalCount;
    };
    const met: string[] = [];
    const count = await pending();
    for (let after: string | null = null, hasNext = true; hasNext; ) {
      const { data, errors } = await gateway.query(QUERY, { after, orderBy: [{ field, direction }] });
      expect(errors).toBeUndefined();
      const { nodes, pageInfo } = data.gdprRequests;
      for (const { hoodId } of nodes) {
        met.push(hoodId);
        await gateway.query(DECIDE, { hoodId });
      }
      after = pageInfo.endCursor;
      hasNext = pageInfo.hasNextPage;
    }
    expect([met.length, new Set(met).size, await pending()]).toEqual([count, count, 0]);
  },
);

test.each([1, 2, 3, 4])(
  'a desk of %i at a time loses nobody behind those without a time, who come first',
  async (first) => {
    await using gateway = await startGateway({ hood: { rows: 5_000 } });
    const orderBy = [{ field: 'CREATE_TIME' }];
    const page = async (variables: object) => {
      const { data, errors } = await gateway.query(QUERY, { orderBy, ...variables });
      expect(errors).toBeUndefined();
      return data.gdprRequests;
    };
    const waiting = (await page({ first: 12 })).nodes.map(({ hoodId }: { hoodId: string }) => hoodId);
    // Behind a row that has itself gone, rows of its time may come again.
    const met = new Set<string>();
    for (let after: string | null = null; met.size < waiting.length; ) {
      const { nodes, pageInfo } = await page({ first, after });
      for (const [index, { hoodId }] of nodes.entries()) {
        met.add(hoodId);
        if (index % 2 === 0) await gateway.query(DECIDE, { hoodId });
      }
      after = pageInfo.endCursor;
    }
    expect([...met].slice(0, waiting.length)).toEqual(waiting);
  },
);
