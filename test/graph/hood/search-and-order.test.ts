import { expect, test } from 'vitest';
import { startGateway } from '../../support/gateway.ts';

/** Newest first in Hood's own order: 3, 2, 1. */
const ROWS = [
  { id: '3', name: 'Beta', description: 'alpha', size: 10, create_time: '2025-01-03 12:00:00' },
  { id: '2', name: 'alpha', description: null, size: 10, create_time: '2025-01-02 12:00:00' },
  { id: '1', name: 'gamma', description: 'delta', size: 20, create_time: '2025-01-01 12:00:00' },
];

/** Asks for exports with these arguments. */
async function asked(variables: { search?: unknown; orderBy?: unknown }) {
  await using gateway = await startGateway();
  gateway.hood.replace('exports', ROWS);
  const { data, errors } = await gateway.query(
    `query ($search: HoodExportSearch, $orderBy: [HoodExportOrder!]) {
      hoodExports(search: $search, orderBy: $orderBy) { nodes { hoodId } }
    }`,
    variables,
  );
  const rows = data?.hoodExports?.nodes as { hoodId: string }[] | undefined;
  return { ids: rows?.map(({ hoodId }) => hoodId).join(''), calls: gateway.hoodCalls(), errors };
}

const ALL_FIELDS = 'id,resource,name,description,failed_reason';

test.each<[search: Record<string, unknown>, parameters: string, ids: string]>([
  [{ text: 'ALPHA' }, `q=ALPHA&q_fields=${ALL_FIELDS}`, '32'],
  [{ text: 'alpha', in: null }, `q=alpha&q_fields=${ALL_FIELDS}`, '32'],
  [{ text: 'alpha', in: ['NAME'] }, 'q=alpha&q_fields=name', '2'],
  [{ text: 'alpha', in: 'NAME' }, 'q=alpha&q_fields=name', '2'],
  [{ text: 'lta', in: ['DESCRIPTION', 'NAME', 'NAME'] }, 'q=lta&q_fields=description,name', '1'],
  [{ text: 'a, b: c' }, `q=a, b: c&q_fields=${ALL_FIELDS}`, ''],
  [{ text: '50% & #1?' }, `q=50% & #1?&q_fields=${ALL_FIELDS}`, ''],
])('the search %j says which fields it looks into', async (search, parameters, ids) => {
  expect(await asked({ search })).toEqual({
    ids,
    calls: [`GET /v1/hood/exports?fields=id&page=1,20&${parameters}`],
  });
});

test.each<[orderBy: unknown, sort: string, ids: string]>([
  [[{ field: 'CREATE_TIME' }], 'create_time', '123'],
  [[{ field: 'CREATE_TIME', direction: 'ASC' }], 'create_time', '123'],
  [[{ field: 'CREATE_TIME', direction: 'DESC' }], '-create_time', '321'],
  [{ field: 'NAME', direction: 'DESC' }, '-name', '123'],
  [
    [
      { field: 'SIZE', direction: 'ASC' },
      { field: 'CREATE_TIME', direction: 'ASC' },
    ],
    'size,create_time',
    '231',
  ],
])('the order %j is sent as one `sort`', async (orderBy, sort, ids) => {
  expect(await asked({ orderBy })).toEqual({
    ids,
    calls: [`GET /v1/hood/exports?fields=id&page=1,20&sort=${sort}`],
  });
});

test('the default field is searched without its name, which no page gives', async () => {
  const { calls } = await asked({ search: { text: 'a', default: true } });
  expect(calls).toEqual(['GET /v1/hood/exports?fields=id&page=1,20&q=a']);
});

test.each([false, null])('default: %j is the same as none', async (isDefault) => {
  const { calls } = await asked({ search: { text: 'a', in: ['NAME'], default: isDefault } });
  expect(calls).toEqual(['GET /v1/hood/exports?fields=id&page=1,20&q=a&q_fields=name']);
});

test.each([[undefined], [null], [[]]])('the order %j leaves Hood its own', async (orderBy) => {
  expect(await asked({ orderBy })).toEqual({
    ids: '321',
    calls: ['GET /v1/hood/exports?fields=id&page=1,20'],
  });
});

test.each<[what: string, variables: Record<string, unknown>, sentence: string]>([
  ['an empty search', { search: { text: '' } }, 'Expected at least one character in "search.text".'],
  ['a blank search', { search: { text: ' \t' } }, 'Expected at least one character in "search.text".'],
  [
    'a search in no field',
    { search: { text: 'a', in: [] } },
    'Expected at least one field in "search.in"; leave it out to search all of them.',
  ],
  [
    'a search in named fields and in the default one',
    { search: { text: 'a', in: ['NAME'], default: true } },
    'Expected "search.default" or "search.in", not both: the one searches the field that the API chooses.',
  ],
  [
    'the same key twice in an order',
    { orderBy: [{ field: 'SIZE' }, { field: 'SIZE', direction: 'DESC' }] },
    'Expected each field only once in "orderBy".',
  ],
])('%s is refused with a sentence, before any call', async (_what, variables, sentence) => {
  const { calls, errors } = await asked(variables);

  expect(errors).toMatchObject([{ message: sentence, path: ['hoodExports'], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(calls).toEqual([]);
});
