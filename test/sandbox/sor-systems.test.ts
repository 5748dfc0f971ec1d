import { expect, test } from 'vitest';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { type Answer, callerOf, resultOf } from './sor-caller.ts';

const PATH = '/api/system_of_records';
const GLOBAL = `${PATH}/SOR_id3nt1f13r`;
const APP = `${PATH}/SOR-SDK_your.package.name`;
const CUSTOM = `${PATH}/SOR_XXXX`;

const refused = (status: number, error_message: string) => ({
  status,
  json: { status: String(status), success: false, error_message },
});
const namesOf = (answer: Answer) => resultOf<{ type: string }[]>(answer).map(({ type }) => type);

test('the list can be cut to one type, and an unknown type has none', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { get } = callerOf(sor);
  expect(namesOf(await get(PATH))).toEqual(['global', 'app', 'custom', 'app', 'app', 'app', 'custom']);
  expect(namesOf(await get(PATH, { type: 'custom' }))).toEqual(['custom', 'custom']);
  expect((await get(PATH, { type: 'Custom' })).json).toEqual({ success: true, result: [] });
});

test.each([
  ['global', GLOBAL],
  ['app', APP],
])('the %s system is neither renamed nor deleted', async (_type, path) => {
  await using sor = await startSor({ profiles: 0 });
  const { put, delete: remove, get } = callerOf(sor);
  const before = (await get(path)).json;
  expect(await put(path, { name: 'Mine' })).toMatchObject(
    refused(400, 'Only custom systems of record can be modified'),
  );
  expect(await remove(path)).toMatchObject(refused(400, 'Only custom systems of record can be deleted'));
  expect((await get(path)).json).toEqual(before);
});

test('the global system is never disabled, nor enabled', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { put } = callerOf(sor);
  expect(await put(`${GLOBAL}/disable`)).toMatchObject(refused(400, 'The global system of record cannot be disabled'));
  expect(await put(`${GLOBAL}/enable`)).toMatchObject(refused(400, 'The global system of record cannot be enabled'));
});

test.each([
  ['app', APP],
  ['custom', CUSTOM],
])('the %s system is disabled once and enabled once; the second time is an error', async (_type, path) => {
  await using sor = await startSor({ profiles: 0 });
  const { put, get } = callerOf(sor);
  expect(await put(`${path}/enable`)).toMatchObject(refused(400, 'System of record is already enabled'));
  expect((await put(`${path}/disable`)).status).toBe(200);
  expect((await get(path)).json).toMatchObject({ result: { disabled: true } });
  expect(await put(`${path}/disable`)).toMatchObject(refused(400, 'System of record is already disabled'));
  expect((await put(`${path}/enable`)).status).toBe(200);
  expect((await get(path)).json).toMatchObject({ result: { disabled: false } });
});

test('a deleted system is gone, with its attributes and their values', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { get, delete: remove } = callerOf(sor);
  const { customer_attributes } = resultOf<{ customer_attributes: { identifier: string }[] }>(await get(CUSTOM));
  const attribute = `/api/customer_attributes/${customer_attributes[0]?.identifier}`;
  expect((await get(attribute)).status).toBe(200);
  expect((await remove(CUSTOM)).json).toEqual({ success: true });
  expect(await get(CUSTOM)).toMatchObject(refused(404, 'System of record not found'));
  expect(await remove(CUSTOM)).toMatchObject({ status: 404 });
  expect((await get(attribute)).status).toBe(404);
  const answer = await get('/api/customer_profiles/maximillian');
  const [profile] = resultOf<{ attributes: object }[]>(answer);
  expect(Object.keys(profile?.attributes ?? {})).toEqual(['global']);
});

test('a system with an attribute that a campaign uses is not deleted', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { delete: remove } = callerOf(sor);
  expect((await remove(`${PATH}/SOR_767yUpsMJoTWi0mz`)).status).toBe(400);
});

test.each([{}, { name: '' }, { name: '  ' }, { name: 7 }])('%o is no name', async (body) => {
  await using sor = await startSor({ profiles: 0 });
  const { post, put } = callerOf(sor);
  expect(await post(PATH, body)).toMatchObject(refused(400, 'Param name is not valid'));
  expect(await put(CUSTOM, body)).toMatchObject(refused(400, 'Param name is not valid'));
});

test('a new system takes values with its own key at once', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { post, feed, get } = callerOf(sor);
  const created = await post(PATH, { name: 'Shop' });
  const { identifier, api_keys } = resultOf<{ identifier: string; api_keys: string[] }>(created);
  await feed({
    sor: identifier,
    api_key: api_keys[0],
    customer_attribute_values: [{ customer_id: 'ann', attribute_key: 'size', attribute_value: 'M' }],
  });
  await sor.settle();
  expect((await get('/api/customer_profiles/ann', { sor_identifiers: identifier })).json).toMatchObject({
    result: [{ attributes: { [identifier]: { size: 'M' } } }],
  });
});

test('a disabled system takes no values', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { put, feed, upload } = callerOf(sor);
  await put(`${CUSTOM}/disable`);
  const values = [{ customer_id: 'ann', attribute_key: 'city', attribute_value: 'M' }];
  const fed = await feed({ sor: 'SOR_XXXX', api_key: 'XXXXXXXX', customer_attribute_values: values });
  expect(fed).toMatchObject({ status: 403, json: { success: false, errorCode: 403 } });
  expect((await upload({ sor_id: 'SOR_XXXX', api_key: 'XXXXXXXX' }, new Blob(['x']))).status).toBe(400);
});
