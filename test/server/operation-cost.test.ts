import { expect, test } from 'vitest';
import { pageClampedTo } from '../../src/sandbox/lies.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const callsOf = (gateway: Gateway) => [...gateway.hoodCalls(), ...gateway.sorCalls()];
const several = (count: number, field: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => `f${n}: ${field(n)}`).join(' ');
const idOf = (text: string) => Buffer.from(text).toString('base64url');
const REQUESTS = Array.from({ length: 1_000 }, (_, n) => idOf(`GdprRequest:${n}`));
const DRY_RUN = { 'x-upstream-cost': 'dry-run' };
const SINCE = '{ customerProfiles(first: 4000) { nodes { attribute(system: "global", key: "email") { since } } } }';

test.each([
  [
    SINCE,
    4_002,
    ['customerProfiles', 'nodes', 'attribute', 'since'],
    /: `since` costs the most: ask for at most 98 in `customerProfiles`\.$/,
  ],
  [
    `{ ${several(60, () => 'gdprRequests(first: 60, offset: 50) { nodes { id } }')} }`,
    120,
    ['f0'],
    /: ask for less, or in several operations\.$/,
  ],
  [
    `mutation { ${several(60, (n) => `decideGdprRequest(input: { hoodId: "${n}", decision: APPROVE, expectedStatus: PENDING }) { __typename }`)} }`,
    120,
    ['f0'],
    /: `f0` costs the most: ask for less, or in several operations\.$/,
  ],
  [
    '{ dataSubject(email: "a@example.com", maxCalls: 100) { profiles { id } gdprRequests { nodes { id } } } }',
    102,
    ['dataSubject'],
    /: `dataSubject` costs the most: ask for less, or in several operations\.$/,
  ],
  [
    `{ nodes(ids: ${JSON.stringify(REQUESTS)}) { id } }`,
    1_000,
    ['nodes'],
    /: `nodes` costs the most: ask for at most 100 in `nodes`\.$/,
  ],
  [
    '{ systemsOfRecord(first: 150) { nodes { removedAttributes { key } } } }',
    151,
    ['systemsOfRecord', 'nodes', 'removedAttributes'],
    /: `removedAttributes` costs the most: ask for at most 99 in `systemsOfRecord`\.$/,
  ],
  [
    '{ attributeImports(first: 101) { nodes { id ...Lines } } } fragment Lines on AttributeImport { errors { nodes { message } } }',
    102,
    ['attributeImports', 'nodes', 'errors'],
    /: `errors` costs the most: ask for at most 99 in `attributeImports`\.$/,
  ],
])('an operation that may cost too much is refused before any call: %#', async (query, cost, path, advice) => {
  await using gateway = await startGateway({ hood: { rows: 5 }, sor: { profiles: 5 } });

  const answer = await gateway.query(query);

  expect(answer).toEqual({
    errors: [
      { message: expect.stringMatching(advice), extensions: { code: 'OPERATION_TOO_COSTLY', cost, limit: 100, path } },
    ],
  });
  expect(answer.errors?.[0]?.message).toContain(`at most 100 upstream calls, not ${cost}: `);
  expect(callsOf(gateway)).toEqual([]);
});

test('the limit is a setting, and what is left out or comes with variables is looked at', async () => {
  await using gateway = await startGateway({ env: { MAX_CALLS: '2' }, hood: { rows: 5 } });
  const query = `query ($isMore: Boolean!, $first: Int) {
    gdprRequests(first: $first) { nodes { id } }
    hoodExports { nodes { id } }
    customerData @include(if: $isMore) { nodes { id } }
  }`;

  expect((await gateway.query(query, { isMore: true })).errors?.[0]?.extensions).toMatchObject({ cost: 3, limit: 2 });
  expect((await gateway.query(query, { isMore: false, first: 5 })).errors).toBeUndefined();
  expect(callsOf(gateway)).toHaveLength(2);
});

test('routers are told of each GDPR request too many, as before', async () => {
  await using gateway = await startGateway({ hood: { rows: 5 } });
  const representations = REQUESTS.slice(0, 110).map((id) => ({ __typename: 'GdprRequest', id }));

  const { errors } = await gateway.query('query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }', {
    r: representations,
  });

  expect(errors).toHaveLength(90);
  expect(callsOf(gateway)).toHaveLength(20);
});

test.each(['dryrun', 'dry_run', '2', '0', 'true', 'dry-run, 1'])(
  'with %s in the header nothing is executed: whoever misspells a dry run wants none of it',
  async (wanted) => {
    await using gateway = await startGateway({ hood: { rows: 5 } });
    const response = await gateway.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', 'x-upstream-cost': wanted },
      body: JSON.stringify({ query: '{ gdprRequests { totalCount } }' }),
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      errors: [
        {
          message:
            'Expected 1 (execute it, and say what it cost), calls (say also which calls it made) or dry-run in the header x-upstream-cost.',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    });
    expect(callsOf(gateway)).toEqual([]);
  },
);

test('a dry run answers with the estimate and makes no call, whatever the limit', async () => {
  await using gateway = await startGateway({ hood: { rows: 5 }, sor: { profiles: 5 } });

  expect(await gateway.query(SINCE, {}, DRY_RUN)).toEqual({
    data: null,
    extensions: {
      upstreamEstimate: {
        cost: 4_002,
        limit: 100,
        calls: { SOR: 4_002 },
        path: ['customerProfiles', 'nodes', 'attribute', 'since'],
      },
    },
  });
  expect(await gateway.query('{ __typename }', {}, DRY_RUN)).toEqual({
    data: null,
    extensions: { upstreamEstimate: { cost: 0, limit: 100, calls: {}, path: [] } },
  });
  expect(await gateway.query('{ __typename }', {}, { 'x-upstream-cost': 'Dry-Run' })).toMatchObject({ data: null });
  // One field may cost calls at both APIs.
  const both = '{ customerAttributes(filter: { piData: true }) { totalCount } }';
  expect(await gateway.query(both, {}, DRY_RUN)).toMatchObject({
    extensions: { upstreamEstimate: { cost: 2, calls: { HOOD: 1, SOR: 1 } } },
  });
  expect(callsOf(gateway)).toEqual([]);
});

test('a dry run of a mutation changes nothing', async () => {
  await using gateway = await startGateway();
  const decide =
    'mutation { decideGdprRequest(input: { hoodId: "1000022", decision: DENY, rejectionReason: "No." }) { __typename } }';

  const answer = await gateway.query(decide, {}, DRY_RUN);

  expect(answer).toMatchObject({ data: null, extensions: { upstreamEstimate: { cost: 1, calls: { HOOD: 1 } } } });
  expect(callsOf(gateway)).toEqual([]);
  expect((await gateway.query('{ gdprRequest(hoodId: "1000022") { status } }')).data.gdprRequest.status).not.toBe(
    'DENIED',
  );
});

test('a dry run of an operation that is wrong says what is wrong', async () => {
  await using gateway = await startGateway();
  const query = 'query ($first: Int) { gdprRequests(first: $first) { nodes { id } } }';
  expect((await gateway.query(query, { first: 'many' }, DRY_RUN)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('calls that an API needs beyond the estimate are counted, and what comes before the limit stays', async () => {
  await using gateway = await startGateway({ env: { MAX_CALLS: '3' }, hood: { rows: 60 }, sor: { profiles: 5 } });
  gateway.hood.dials.lie = pageClampedTo(5);

  const { data, errors } = await gateway.query(
    '{ gdprRequests(first: 60) { nodes { id } } systemsOfRecord { totalCount } }',
  );

  expect(data).toMatchObject({ gdprRequests: null, systemsOfRecord: { totalCount: expect.any(Number) } });
  expect(errors).toMatchObject([{ path: ['gdprRequests'], extensions: { code: 'OPERATION_TOO_COSTLY', limit: 3 } }]);
  expect(errors?.[0]?.extensions).not.toHaveProperty('upstream');
  expect(callsOf(gateway)).toHaveLength(3);
});

test('retries are not counted', async () => {
  await using gateway = await startGateway({ env: { MAX_CALLS: '1' }, hood: { rows: 5 } });
  let calls = 0;
  gateway.hood.dials.fault = () => (calls++ < 2 ? { kind: 'status', status: 503 } : undefined);

  expect((await gateway.query('{ gdprRequests { nodes { id } } }')).errors).toBeUndefined();
  expect(callsOf(gateway)).toHaveLength(3);
});

test('decisions that no call is left for say that they were not sent', async () => {
  await using gateway = await startGateway({ env: { MAX_CALLS: '3' }, hood: { rows: 5 } });
  // Each decision is refused, and would be sent once more without emptying the reason of an earlier denial.
  gateway.hood.dials.fault = ({ line }) => (line.startsWith('PATCH') ? { kind: 'status', status: 400 } : undefined);

  const { data, errors } = await gateway.query(
    `mutation { decideGdprRequests(input: { decisions: [${[1, 2, 3].map((n) => `{ hoodId: "${n}", decision: APPROVE }`).join()}] }) {
      ... on DecideGdprRequestsSuccess { outcomes { result { __typename } } }
    } }`,
  );

  expect(callsOf(gateway)).toHaveLength(3);
  expect(data.decideGdprRequests.outcomes).toHaveLength(3);
  const unsent = { code: 'OPERATION_TOO_COSTLY', limit: 3, outcome: 'NOT_SENT' };
  expect(errors?.map(({ extensions }) => extensions)).toEqual([unsent, unsent, unsent]);
});

test('more than 1,000 changes of values are one clear mistake, and cost nothing', async () => {
  await using gateway = await startGateway();
  const changes = Array.from({ length: 1_001 }, (_, n) => ({ customerId: 'a', key: 'k', change: { string: `${n}` } }));

  const { data } = await gateway.query(
    `mutation ($changes: [AttributeChangeInput!]!) {
      setAttributeValues(input: { systemOfRecord: "SOR_767yUpsMJoTWi0mz", changes: $changes }) {
        ... on InvalidInputError { issues { path code message } }
      }
    }`,
    { changes },
  );

  expect(data.setAttributeValues.issues).toEqual([
    {
      path: ['changes'],
      code: 'TOO_LONG',
      message: 'Expected at most 1,000 changes: `importAttributeValues` takes files of more.',
    },
  ]);
  expect(callsOf(gateway)).toEqual([]);
});
