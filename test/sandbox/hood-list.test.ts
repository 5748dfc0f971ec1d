import { expect, test } from 'vitest';
import type { HoodRecord } from '../../src/sandbox/hood/generated-row.ts';
import { startHood } from '../../src/sandbox/hood/server.ts';
import { call, column } from './hood-client.ts';

const NONE = { customerData: 0, gdprRequests: 0, exports: 0, profileProperties: 0 };
const EMPTY = { rows: 0, samples: false, limits: 'none' } as const;

/** Keys with three different times; `pi_data` 0 and 1 in turn. */
const KEYS: HoodRecord[] = ['alpha', 'Bravo', 'charlie', 'delta', 'Écho', 'foxtrot'].map((target, index) => ({
  id: String(index + 1),
  company_id: '7',
  target,
  pi_data: index % 2,
  create_time: `2025-01-0${1 + (index % 3)} 10:00:00`,
  update_time: '2025-02-01 00:00:00',
  description: `about ${target}`,
}));

async function startWithKeys() {
  const hood = await startHood(EMPTY);
  hood.insert('customerData', KEYS);
  return hood;
}

test('only the fields asked for come back, without the id unless it is asked for', async () => {
  await using hood = await startWithKeys();
  const { body } = await call(hood, 'customer-data?fields=target,pi_data&page=1,1');
  expect(body.items).toEqual([{ target: 'foxtrot', pi_data: 1 }]);
});

test('fields wins over view, and the default view is narrower than the full one', async () => {
  await using hood = await startWithKeys();
  const keysOf = async (query: string) =>
    Object.keys((await call(hood, `customer-data?page=1,1&${query}`)).body.items[0] ?? {});
  const byDefault = ['id', 'company_id', 'target', 'pi_data', 'create_time', 'update_time'];
  expect(await keysOf('')).toEqual(byDefault);
  expect(await keysOf('view=default')).toEqual(byDefault);
  expect(await keysOf('view=full')).toEqual([...byDefault, 'description']);
  expect(await keysOf('view=full&fields=id')).toEqual(['id']);
});

test('the own order is newest first, and the larger number among ids of the same time', async () => {
  await using hood = await startHood(EMPTY);
  const time = '2025-01-01 00:00:00';
  hood.insert('exports', [
    { id: '10', create_time: time },
    { id: '9', create_time: time },
    { id: 'x', create_time: time },
    { id: '8', create_time: '2025-01-02 00:00:00' },
    { id: '11' },
    { id: '100', create_time: time },
  ]);
  expect(await column(hood, 'exports')).toEqual(['8', '100', '10', '9', 'x', '11']);
});

test('sort takes several fields, each ascending or with a minus descending', async () => {
  await using hood = await startWithKeys();
  expect(await column(hood, 'customer-data?sort=target', 'target')).toEqual([
    'Bravo',
    'alpha',
    'charlie',
    'delta',
    'foxtrot',
    'Écho',
  ]);
  expect(await column(hood, 'customer-data?sort=-pi_data,create_time')).toEqual(['4', '2', '6', '1', '5', '3']);
  expect(await column(hood, 'customer-data?sort=pi_data,-create_time')).toEqual(['3', '5', '1', '6', '2', '4']);
});

test('pages count from 1, and one past the end is empty but tells the total', async () => {
  await using hood = await startWithKeys();
  expect(await column(hood, 'customer-data?sort=target&page=1,4')).toHaveLength(4);
  expect(await column(hood, 'customer-data?sort=target&page=2,4', 'target')).toEqual(['foxtrot', 'Écho']);
  expect((await call(hood, 'customer-data?page=3,4')).body).toEqual({ total: 6, items: [] });
});

test('pages of every size, joined, are the whole list in its order', async () => {
  await using hood = await startHood({ rows: { ...NONE, profileProperties: 123 }, limits: 'none' });
  hood.settings.maxPageSize = 200;
  for (const order of ['', '&sort=data_type,-pi_data']) {
    const whole = await column(hood, `profile-properties?page=1,200${order}`);
    expect(new Set(whole).size).toBe(123);
    for (const size of [1, 7, 50, 123]) {
      const pages = Array.from({ length: Math.ceil(123 / size) }, (_, index) =>
        column(hood, `profile-properties?page=${index + 1},${size}${order}`),
      );
      expect((await Promise.all(pages)).flat()).toEqual(whole);
    }
  }
});

test('without M the page has the default size, and an M over the largest is lowered silently', async () => {
  await using hood = await startHood({ ...EMPTY, rows: { ...NONE, customerData: 150 } });
  expect(await column(hood, 'customer-data')).toHaveLength(20);
  expect(await column(hood, 'customer-data?page=2,120')).toHaveLength(50);
  hood.settings.defaultPageSize = 7;
  hood.settings.maxPageSize = 60;
  expect(await column(hood, 'customer-data?page=1')).toHaveLength(7);
  expect(await column(hood, 'customer-data?page=1,100')).toHaveLength(60);
});

test('q finds what contains it in any letter case, in the fields of q_fields or else the default one', async () => {
  await using hood = await startWithKeys();
  expect(await column(hood, 'customer-data?q=A&sort=target', 'target')).toEqual(['Bravo', 'alpha', 'charlie', 'delta']);
  expect(await column(hood, 'customer-data?q=%C3%A9ch', 'target')).toEqual(['Écho']);
  expect(await column(hood, 'customer-data?q=1&q_fields=pi_data&sort=target', 'target')).toEqual([
    'Bravo',
    'delta',
    'foxtrot',
  ]);
  expect(await column(hood, 'customer-data?q=1&q_fields=target,pi_data')).toHaveLength(3);
  expect(await column(hood, 'customer-data?q=%25')).toEqual([]);
});

test('exports are searched by failed_reason in the field that rows print as failure_reason or failed_reason', async () => {
  await using hood = await startHood(EMPTY);
  hood.insert('exports', [
    { id: '1', name: 'a', failure_reason: 'Disk full' },
    { id: '2', name: 'b', failed_reason: 'disk lost' },
    { id: '3', name: 'disk', failure_reason: null },
  ]);
  expect(await column(hood, 'exports?q=disk&q_fields=failed_reason')).toEqual(['2', '1']);
  expect(await column(hood, 'exports?q=disk')).toEqual(['3']);
  const { body } = await call(hood, 'exports?fields=failure_reason&failure_reason=is:');
  expect(body.items).toEqual([{ failed_reason: 'disk lost' }, { failure_reason: 'Disk full' }]);
});

test('rows are printed as they were put in: missing keys, odd types, bare numbers beyond 2^63', async () => {
  await using hood = await startHood(EMPTY);
  hood.insert('gdprRequests', [
    { id: '1', client_id: 17368658975598751634n, status: null, requester_information: [] },
    { client_id: '17368658975598751634', requester_information: { email: 'a@example.com' } },
  ]);
  const { text } = await call(hood, 'gdpr-requests?client_id=eq:17368658975598751634');
  const [first, second] = [
    '{"id":"1","client_id":17368658975598751634,"status":null,"requester_information":[]}',
    '{"client_id":"17368658975598751634","requester_information":{"email":"a@example.com"}}',
  ];
  expect(text).toBe(`{"total":2,"items":[${first},${second}]}`);
});

test('replacing the rows of a list changes its total at once', async () => {
  await using hood = await startWithKeys();
  expect((await call(hood, 'customer-data')).body.total).toBe(6);
  hood.replace('customerData', KEYS.slice(0, 2));
  expect((await call(hood, 'customer-data')).body.total).toBe(2);
  hood.insert('customerData', [{ id: '99', target: 'new', create_time: '2030-01-01 00:00:00' }]);
  expect(await column(hood, 'customer-data')).toEqual(['99', '2', '1']);
});

test.each([
  ['customer-data?fields=id,nothing', 'fields:'],
  ['customer-data?fields=', 'fields:'],
  ['customer-data?fields=target%20', 'fields:'],
  ['exports?fields=failed_reason', 'fields:'],
  ['customer-data?view=wide', 'view:'],
  ['customer-data?sort=id', 'sort:'],
  ['customer-data?sort=', 'sort:'],
  ['customer-data?sort=target,', 'sort:'],
  ['customer-data?sort=target,-target', 'sort:'],
  ['gdpr-requests?sort=status', 'sort:'],
  ['customer-data?page=0', 'page:'],
  ['customer-data?page=1,0', 'page:'],
  ['customer-data?page=-1,5', 'page:'],
  ['customer-data?page=1,5,9', 'page:'],
  ['customer-data?page=1,', 'page:'],
  ['customer-data?page=', 'page:'],
  ['customer-data?page=two', 'page:'],
  ['customer-data?page=1.5', 'page:'],
  ['customer-data?q=x&q_fields=id', 'q_fields:'],
  ['customer-data?q=x&q_fields=', 'q_fields:'],
  ['customer-data?q=x&q_fields=toString', 'q_fields:'],
  ['customer-data?q_fields=target', 'q_fields:'],
  ['exports?q=x&q_fields=failure_reason', 'q_fields:'],
  ['gdpr-requests?q=x&q_fields=status', 'q_fields:'],
  ['gdpr-requests?id=eq:1', 'id:'],
  ['gdpr-requests?submission_reason=eq:child-subject', 'submission_reason:'],
  ['customer-data?company_id=eq:7', 'company_id:'],
  ['customer-data?limit=5', 'limit:'],
  ['customer-data?toString=5', 'toString:'],
  ['customer-data?page=1&page=2', 'page:'],
  ['customer-data?pi_data=0&pi_data=1', 'pi_data:'],
  ['exports/1000000?page=1', 'page:'],
  ['exports/1000000?fields=nothing', 'fields:'],
])('%s is refused because of its %s', async (path, parameter) => {
  await using hood = await startHood({ rows: 0 });
  const { status, reason, body } = await call(hood, path);
  expect(status).toBe(400);
  expect(reason).toMatch(new RegExp(`^${parameter}`));
  expect(body).toEqual({
    code: 400,
    title: 'Bad request.',
    message: path.startsWith('gdpr') ? 'The request body is not valid.' : 'The request is not valid.',
    trace_id: '99a84211-f73d-4ff8-acdf-eb3e06bb9d62',
  });
});
