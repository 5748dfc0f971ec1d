import { expect, test } from 'vitest';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { callerOf, resultOf } from './sor-caller.ts';

const samplesOnly = () => startSor({ profiles: 0 });

test("the vendor's page on attribute values: feed", async () => {
  await using sor = await samplesOnly();
  const { feed, get } = callerOf(sor);
  const value = (customer_id: string, attribute_key: string, attribute_value: unknown, action_type?: string) => ({
    ...{ customer_id, attribute_key, attribute_value },
    ...(action_type && { action_type }),
  });

  const answer = await feed({
    sor: 'SOR_XXXX',
    api_key: 'XXXXXXXX',
    customer_attribute_values: [
      value('098713490', 'contract_type', 'Premium'),
      value('098713490', 'client_type', null),
      value('098713490', 'hobbies', 'Sport', 'ADD'),
      value('098713490', 'hobbies', 'Reading', 'REMOVE'),
      value('098713490', 'hobbies', 'Reading;Hiking;Singing', 'UPSERT'),
      value('098713491', 'fav_team', 'France'),
      value('098713492', 'fav_team', 'Italy'),
    ],
  });

  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({
    success: true,
    result: { requestId: expect.stringMatching(/^\d{13}-[A-Za-z0-9]{12}$/) },
    errorMessage: null,
    errorCode: 0,
  });
  await sor.settle();
  const { profiles } = resultOf<{ profiles: { attributes: unknown }[] }>(
    await get('/api/customer_profiles', {
      customer_ids: '098713490,098713491,098713492',
      attribute_keys: 'contract_type,client_type,hobbies,fav_team',
      sor_identifiers: 'SOR_XXXX',
    }),
  );
  expect(profiles.map(({ attributes }) => attributes)).toEqual(
    expect.arrayContaining([
      {
        SOR_XXXX: expect.objectContaining({
          contract_type: 'Premium',
          client_type: null,
          hobbies: ['Reading', 'Hiking', 'Singing'],
        }),
      },
      { SOR_XXXX: expect.objectContaining({ fav_team: 'France' }) },
      { SOR_XXXX: expect.objectContaining({ fav_team: 'Italy' }) },
    ]),
  );
});

test("the vendor's page on attribute values: read without dates", async () => {
  await using sor = await samplesOnly();
  const { get } = callerOf(sor);

  const { json } = await get('/api/attribute_values', {
    ...{ sor_id: 'SOR_XXXX', customer_id: 'maximillian', customer_type: 'user_id' },
  });

  expect(json).toEqual({
    success: true,
    result: {
      customer_id: 'maximillian',
      customer_id_type: 'user_id',
      attribute_values: {
        first_name: 'maximillian',
        last_name: 'weber',
        contract_type: 'Premium',
        client_type: null,
        hobbies: [],
        favorite_team: 'France',
        languages: ['French', 'English'],
        city: null,
        region: null,
      },
    },
  });
});

test("the vendor's page on attribute values: read with validity dates, one value among them bare", async () => {
  await using sor = await samplesOnly();
  const { get } = callerOf(sor);

  const { json } = await get('/api/attribute_values', {
    ...{ sor_id: 'SOR_XXXX', customer_id: 'maximillian', customer_type: 'user_id' },
    with_validity_dates: 'true',
  });

  expect(json).toEqual({
    success: true,
    result: {
      customer_id: 'maximillian',
      customer_id_type: 'user_id',
      attribute_values: {
        first_name: { value: 'maximillian', since: '2017-10-25T23:48:46:299Z' },
        last_name: { value: 'weber', since: '2017-10-25T23:48:46:299Z' },
        contract_type: { value: 'Premium', since: '2017-11-13T06:55:21:437Z' },
        client_type: { value: null, since: null },
        hobbies: { value: [], since: null, elements: [] },
        favorite_team: 'France',
        languages: {
          value: ['French', 'English'],
          since: '2017-12-05T11:34:51:701Z',
          elements: [
            { value: 'French', since: '2017-10-29T21:47:30:630Z' },
            { value: 'English', since: '2017-12-05T11:34:51:701Z' },
          ],
        },
        city: { value: null, since: null },
        region: { value: null, since: null },
      },
    },
  });
});

test("the vendor's page on attribute values: batch import", async () => {
  await using sor = await samplesOnly();
  const { get, post, upload } = callerOf(sor);
  const SOR = 'SOR_767yUpsMJoTWi0mz';
  for (const [key, type] of Object.entries({ my_set: 'Set', my_number: 'Number' })) {
    await post('/api/customer_attributes', { system_of_record_identifier: SOR, key, label: key, type });
  }
  const csv = [
    'user_id,attribute_key,value',
    'abcd,my_set,value1;value2',
    'efgh,my_set,value2;value3;value4',
    'efgh,my_number,1234',
  ].join('\n');

  const answer = await upload({ sor_id: SOR, api_key: 'tBqL8qvvAhfyAQ' }, new Blob([csv]));
  await sor.settle();

  expect(answer.json).toEqual({
    success: true,
    result: { jid: expect.stringMatching(/^[0-9a-f]{24}$/), import_id: 'import_id_2' },
  });
  const { profiles } = resultOf<{ profiles: unknown[] }>(
    await get('/api/customer_profiles', { customer_ids: 'abcd,efgh', attribute_keys: 'my_set,my_number' }),
  );
  expect(profiles).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        customer_id: 'abcd',
        attributes: { [SOR]: { my_set: ['value1', 'value2'], my_number: null } },
      }),
      expect.objectContaining({
        customer_id: 'efgh',
        attributes: { [SOR]: { my_set: ['value2', 'value3', 'value4'], my_number: 1234 } },
      }),
    ]),
  );
});

test("the vendor's page on attribute values: import jobs", async () => {
  const clock = { now: Date.parse('2019-01-03T11:12:13Z') };
  await using sor = await startSor({ profiles: 0, now: () => clock.now });
  const { get, upload } = callerOf(sor);
  for (const day of ['2019-01-03', '2019-01-05']) {
    clock.now = Date.parse(`${day}T11:12:13Z`);
    await upload({ sor_id: 'SOR_XXXX', api_key: 'XXXXXXXX' }, new Blob(['user_id,attribute_key,value']));
  }

  const { json } = await get('/api/attribute_values/import_jobs');

  expect(json).toEqual({
    success: true,
    result: {
      import_id_1: '2019-01-02 11:12:13',
      import_id_2: '2019-01-03 11:12:13',
      import_id_3: '2019-01-05 11:12:13',
    },
  });
});

test("the vendor's page on attribute values: import errors", async () => {
  await using sor = await startSor({ profiles: 0, now: () => Date.parse('2019-01-03T11:12:13Z') });
  const { get } = callerOf(sor);

  const { json } = await get('/api/attribute_values/import_errors', {
    job_id: 'import_id_1',
    customer_id: 'Bob',
  });

  expect(json).toEqual({
    success: true,
    result: {
      attribute_errors: [
        {
          job_id: 'import_id_1',
          customer_id: 'Bob',
          key: 'age',
          sor: 'SOR_XXX',
          date: '2019-01-02T11:12:13',
          source: 'AttributeCleaner',
          message: 'attributeKey is empty',
          raw: '{\n"sor":"SOR_XXXX",\n"api_key":"XXXXXXXX",\n"customer_attribute_values": [\n{\n"customer_id" :"098713490",\n"attribute_key" :"contract_type",\n"attribute_value" :"Premium"\n}\n]\n}',
        },
      ],
    },
  });
});
