import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';

const QUERY = `query ($after: String, $orderBy: [GdprRequestOrder!]) {
  gdprRequests(first: 5, after: $after, filter: { status: { eq: PENDING } }, orderBy: $orderBy) {
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
    await using gateway = await startGateway({ hood: { rows: 700 } });
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
