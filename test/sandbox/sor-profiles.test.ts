import { expect, test } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { type Answer, callerOf, idsOf, listed, resultOf } from './sor-caller.ts';

const PATH = '/api/customer_profiles';
const APP = 'SOR-SDK_2a116e0767a7dc76e85d566';

test('pages cover the list without gap or overlap, generated profiles first, and each type alone too', async () => {
  await using sor = await startSor({ profiles: 40 });
  const { get } = callerOf(sor);
  for (const [type, total] of Object.entries({ '': 43, user_id: 30, device_id: 13 })) {
    const params = { num_per_page: 7, ...(type && { customer_id_type: type }) };
    const pages = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((page) => get(PATH, { ...params, page })));

    const ids = pages.flatMap(idsOf);
    expect(ids).toHaveLength(total);
    expect(new Set(ids).size).toBe(total);
    expect(listed(pages[0] as Answer)).toMatchObject({
      total_pages: Math.ceil(total / 7),
      total_profiles: total,
    });
  }
});

test('a page past the end is empty and still has the totals', async () => {
  await using sor = await startSor({ profiles: 10, samples: false });
  const { get } = callerOf(sor);
  expect(listed(await get(PATH, { page: 3, num_per_page: 10 }))).toEqual({
    total_pages: 1,
    total_profiles: 10,
    profiles: [],
  });
});

test('a page has 2000 profiles unless told otherwise, and never more than the server gives', async () => {
  await using sor = await startSor({ profiles: 3000, samples: false });
  const { get } = callerOf(sor);
  expect(idsOf(await get(PATH, { attribute_keys: 'none' }))).toHaveLength(2000);
  sor.settings.maxPageSize = 50;
  const answer = await get(PATH, { num_per_page: 10_000 });
  expect(idsOf(answer)).toHaveLength(50);
  expect(listed(answer).total_pages).toBe(60);
});

test.each([
  ['page', '0'],
  ['page', '-1'],
  ['page', '1.5'],
  ['num_per_page', '0'],
  ['num_per_page', '10001'],
  ['num_per_page', 'many'],
  ['customer_id_type', 'email'],
  ['updated_since', 'yesterday'],
])('%s=%s gets the documented refusal', async (name, value) => {
  await using sor = await startSor({ profiles: 0 });
  const answer = await callerOf(sor).get(PATH, { [name]: value });
  expect(answer.status).toBe(400);
  expect(answer.json).toEqual({
    status: '400',
    success: false,
    error_message: `Param ${name} is not valid`,
  });
});

test('named customers come in another order than they were named, and unknown ones not at all', async () => {
  await using sor = await startSor({ profiles: 300 });
  const { get } = callerOf(sor);
  const ids = Array.from({ length: 50 }, (_, n) => person(n).clientId);

  const asked = [...ids, 'nobody', ids[0]].join();
  const answer = await get(PATH, { customer_ids: asked, customer_id_type: 'user_id', num_per_page: 50 });

  expect(idsOf(answer)).not.toEqual(ids);
  expect(idsOf(answer)).not.toEqual(ids.toReversed());
  expect(idsOf(answer).toSorted()).toEqual(ids.toSorted());
  const two = idsOf(await get(PATH, { customer_ids: ids.slice(0, 2).join() }));
  const turned = idsOf(await get(PATH, { customer_ids: ids.slice(0, 2).reverse().join() }));
  expect(two).toEqual(ids.slice(0, 2).reverse());
  expect(turned).toEqual(ids.slice(0, 2));
});

test('without a type an id names the user and the device of that name', async () => {
  await using sor = await startSor({ profiles: 0 });
  sor.insertProfiles([{ customerId: 'twin' }, { customerId: 'twin', type: 'device_id' }]);
  const { get } = callerOf(sor);
  const typesOf = (answer: Answer) => listed(answer).profiles.map((row) => row.customer_id_type);

  expect(typesOf(await get(PATH, { customer_ids: 'twin' })).toSorted()).toEqual(['device_id', 'user_id']);
  expect(typesOf(await get(PATH, { customer_ids: 'twin', customer_id_type: 'device_id' }))).toEqual(['device_id']);
  expect(resultOf<unknown[]>(await get(`${PATH}/twin`))).toHaveLength(2);
  expect(resultOf<unknown[]>(await get(`${PATH}/twin?customer_id_type=user_id`))).toHaveLength(1);
});

test('an empty list of names is no filter', async () => {
  await using sor = await startSor({ profiles: 5, samples: false });
  expect(idsOf(await callerOf(sor).get(PATH, { customer_ids: '' }))).toHaveLength(5);
});

test('a View of nobody is an empty array', async () => {
  await using sor = await startSor({ profiles: 0 });
  expect((await callerOf(sor).get(`${PATH}/nobody`)).json).toEqual({ success: true, result: [] });
});

test('an id keeps its commas, slashes, dots and spaces when its path segment is encoded', async () => {
  await using sor = await startSor({ profiles: 0 });
  const ids = ['a,b', 'a/b', 'me@gmail.com', 'ü ?#', '100%'];
  sor.insertProfiles(ids.map((customerId) => ({ customerId })));
  const { get } = callerOf(sor);
  for (const id of ids) {
    const segment = encodeURIComponent(id).replaceAll('.', '%2E');
    expect((await get(`${PATH}/${segment}`)).json).toMatchObject({ result: [{ customer_id: id }] });
  }
});

test('systems are chosen by identifier, the global one also by the word', async () => {
  await using sor = await startSor({ profiles: 30 });
  const { get } = callerOf(sor);
  const blocks = async (sor_identifiers: string) => {
    const params = { sor_identifiers, customer_ids: person(1).email };
    return Object.keys(listed(await get(PATH, params)).profiles[0]?.attributes ?? {});
  };
  expect(await blocks('global')).toEqual(['global']);
  expect(await blocks('SOR_id3nt1f13r')).toEqual(['global']);
  expect(await blocks(`${APP},global`)).toEqual(['global', APP]);
  expect(await blocks('SOR_unheard')).toEqual([]);
});

test('keys leave out other keys, and systems without any of them', async () => {
  await using sor = await startSor({ profiles: 30 });
  const answer = await callerOf(sor).get(PATH, {
    customer_ids: person(1).email,
    attribute_keys: 'favorite_team,last_name',
  });
  expect(listed(answer).profiles[0]?.attributes).toEqual({
    global: { last_name: person(1).lastName },
    [APP]: { favorite_team: expect.any(String) },
  });
});

test('a system is left out for a profile that lacks the key, even the global one', async () => {
  await using sor = await startSor({ profiles: 300, samples: false });
  const answer = await callerOf(sor).get(PATH, { attribute_keys: 'city' });
  const blocks = listed(answer).profiles.map(({ attributes }) => attributes);
  expect(blocks).toContainEqual({});
  expect(blocks).toContainEqual({ global: { city: 'Porto' } });
  expect(blocks).not.toContainEqual({ global: {} });
});

test('numbers beyond 2^53 keep every digit', async () => {
  await using sor = await startSor({ profiles: 300, samples: false });
  const { text } = await callerOf(sor).get(PATH, { num_per_page: 300 });
  const points = text.match(/"loyalty_points":[-.\d]+/g)?.map((pair) => pair.slice(17)) ?? [];
  expect(points).toContain('9223372036854775807');
  expect(points).toContain('9007199254740993');
});
