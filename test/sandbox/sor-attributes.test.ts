import { expect, test } from 'vitest';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { type Answer, callerOf, resultOf } from './sor-caller.ts';

const PATH = '/api/customer_attributes';
const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
const definition = { system_of_record_identifier: CUSTOM, key: 'size', label: 'Size', type: 'String' };

const keysOf = (answer: Answer) => resultOf<{ key: string }[]>(answer).map(({ key }) => key);

test('a new attribute is in its system, and counted there', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { get, post } = callerOf(sor);
  const { identifier } = resultOf<{ identifier: string }>(await post(PATH, definition));

  expect((await get(`/api/system_of_records/${CUSTOM}`)).json).toMatchObject({
    result: {
      attributes_count: 9,
      customer_attributes: expect.arrayContaining([
        {
          ...{ disabled: false, identifier, key: 'size', label: 'Size' },
          ...{ sources: ['DEFAULT'], value_type: 'String' },
        },
      ]),
    },
  });
  expect((await get(`${PATH}/${identifier}`)).json).toMatchObject({
    result: { system_of_record_identifier: CUSTOM },
  });
});

test.each([
  ['system_of_record_identifier', 'SOR_unheard'],
  ['key', ''],
  ['label', ''],
  ['type', 'string'],
])('%s %j is refused', async (name, value) => {
  await using sor = await startSor({ profiles: 0 });
  const answer = await callerOf(sor).post(PATH, { ...definition, [name]: value });
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({ error_message: `Param ${name} is not valid` });
});

test('a key is taken once in a system, and free in another', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { post } = callerOf(sor);
  expect((await post(PATH, definition)).status).toBe(200);
  expect((await post(PATH, definition)).status).toBe(400);
  expect((await post(PATH, { ...definition, system_of_record_identifier: 'SOR_XXXX' })).status).toBe(200);
});

test('an empty label changes nothing', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { put } = callerOf(sor);
  for (const body of [{ label: '' }, {}, { label: null }]) {
    const { json } = await put(`${PATH}/FACA_eVYy7KP9PZqP_B8w`, body);
    expect(json).toMatchObject({ success: true, result: { label: 'Is valid' } });
  }
});

test('a deleted attribute is gone with its values, remembered as removed, and declared anew by the next value', async () => {
  const clock = { now: Date.parse('2026-01-01T12:00:00Z') };
  await using sor = await startSor({ profiles: 3, now: () => clock.now });
  const { get, delete: remove, feed } = callerOf(sor);
  const removed = (since?: string) =>
    get('/api/removed_attributes', { system_of_record_identifier: CUSTOM, ...(since && { since }) });
  const keys = async () => {
    const answer = await get('/api/customer_profiles', { sor_identifiers: CUSTOM });
    const { profiles } = resultOf<{ profiles: { attributes: Record<string, object> }[] }>(answer);
    return profiles.flatMap(({ attributes }) => Object.keys(attributes[CUSTOM] ?? {}));
  };
  expect(await keys()).toContain('member_since');

  expect((await remove(`${PATH}/FACA_member_since`)).json).toEqual({ success: true });

  expect(await keys()).not.toContain('member_since');
  expect((await get(`${PATH}/FACA_member_since`)).status).toBe(404);
  expect((await removed()).json).toMatchObject({
    result: [{ identifier: 'FACA_member_since', removed: true, updated_at: '2026-01-01T12:00:00.000Z' }],
  });

  clock.now += 60_000;
  await feed({
    sor: CUSTOM,
    api_key: 'tBqL8qvvAhfyAQ',
    customer_attribute_values: [{ customer_id: 'ann', attribute_key: 'member_since', attribute_value: '2026-01-01' }],
  });
  await sor.settle();
  expect((await keys()).filter((key) => key === 'member_since')).toHaveLength(1);
  expect(keysOf(await removed())).toEqual(['member_since']);
});

test('removed attributes are asked for by date, by time or by seconds', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { get } = callerOf(sor);
  const since = (text: string) =>
    get('/api/removed_attributes', { system_of_record_identifier: 'SOR_id3nt1f13r', since: text });

  expect(keysOf(await since('2019-12-27'))).toEqual(['attr1']);
  expect(keysOf(await since('2020-01-06 11:00'))).toEqual(['attr1']);
  expect(keysOf(await since('2020-01-06 11:01'))).toEqual([]);
  expect(keysOf(await since('1577910000'))).toEqual(['attr1']);
  expect(keysOf(await since('2019-12-26T16:54:33Z'))).toEqual(['attr1', 'attr2']);
  expect((await since('last week')).status).toBe(400);
  expect((await get('/api/removed_attributes')).json).toMatchObject({
    error_message: 'Param system_of_record_identifier is not valid',
  });
});

test('an attribute that a campaign uses is not deleted', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { delete: remove, get } = callerOf(sor);
  expect(await remove(`${PATH}/FACA_contract_type`)).toMatchObject({
    status: 400,
    json: { status: '400', success: false },
  });
  expect((await get(`${PATH}/FACA_contract_type`)).status).toBe(200);
});

test('enabling an enabled attribute is no error, also in the global system', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { put, get } = callerOf(sor);
  for (const step of ['enable', 'disable', 'enable', 'enable', 'disable']) {
    expect((await put(`${PATH}/FACA_first_name/${step}`)).json).toEqual({ success: true });
    expect((await get(`${PATH}/FACA_first_name`)).json).toMatchObject({
      result: { disabled: step === 'disable' },
    });
  }
});

test.each(['GET', 'PUT', 'DELETE'])('%s of an unknown attribute is 404', async (method) => {
  await using sor = await startSor({ profiles: 0 });
  const answer = await fetch(`${sor.api.origin}${PATH}/FACA_unheard`, {
    method,
    headers: { authorization: `Token ${sor.token}` },
  });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ status: '404', success: false });
});
