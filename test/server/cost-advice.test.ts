import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { pageAt } from '../support/pages.ts';

const DRY_RUN = { 'x-upstream-cost': 'dry-run' };

interface Estimated {
  extensions: { upstreamEstimate: { cost: number } };
}

const windowed = (query: (first: number) => string) => (count: number) => [query(count), {}] as const;
const decided = (count: number) => {
  const decisions = Array.from({ length: count }, (_, n) => ({
    ...{ hoodId: `${2_000_000 + n}`, decision: 'APPROVE', expectedStatus: 'PENDING' },
  }));
  const query = `mutation ($decisions: [DecideGdprRequestInput!]!) { decideGdprRequests(input: { decisions: $decisions }) {
    ... on DecideGdprRequestsSuccess { outcomes { result { ... on DecideGdprRequestSuccess { gdprRequest { updateTime } } } } }
  } }`;
  return [query, { decisions }] as const;
};

test.each([
  [windowed((first) => `{ customerProfiles(first: ${first}) { nodes { attributes { values { since } } } } }`), 200, 24],
  [windowed((first) => `{ customerProfiles(last: ${first}) { nodes { lastUser { firstName } } } }`), 200, 95],
  [
    windowed((first) => `{ customerProfiles(first: ${first}) { nodes { gdprRequests(last: 5) { totalCount } } } }`),
    98,
    49,
  ],
  [
    windowed(
      (first) =>
        `{ customerProfiles(first: ${first}) { nodes { gdprRequests(first: 9) { nodes { customerProfile { attributes { values { since } } } } } } } }`,
    ),
    50,
    2,
  ],
  [decided, 50, 33],
])('whoever follows the advice is not refused, and could not ask for one more: %#', async (asking, count, most) => {
  await using gateway = await startGateway({ hood: { rows: 5 }, sor: { profiles: 5 } });
  const costOf = async (rows: number) => {
    // The type of an answer knows only what is always there.
    const { extensions } = (await gateway.query(...asking(rows), DRY_RUN)) as never as Estimated;
    return extensions.upstreamEstimate.cost;
  };

  const { errors } = await gateway.query(...asking(count));

  expect(errors?.[0]?.message).toContain(`: ask for at most ${most} in `);
  expect(await costOf(most)).toBeLessThanOrEqual(100);
  expect(await costOf(most + 1)).toBeGreaterThan(100);
  expect((await gateway.query(...asking(most))).errors?.map(({ extensions }) => extensions.code) ?? []).not.toContain(
    'OPERATION_TOO_COSTLY',
  );
});

test('a desk may decide 50 requests at once, each with its expected status, as the page for frontends does', async () => {
  await using gateway = await startGateway({ hood: { rows: 5 } });
  const [query = ''] = pageAt('docs/frontend.md').match(/mutation Decide[^`]+/) ?? [];
  const { extensions } = (await gateway.query(query, decided(50)[1], DRY_RUN)) as never as Estimated;
  expect(extensions.upstreamEstimate.cost).toBe(100);
});
