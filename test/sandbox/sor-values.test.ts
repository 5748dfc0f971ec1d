import { expect, test } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { callerOf, resultOf } from './sor-caller.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
const APP = 'SOR-SDK_2a116e0767a7dc76e85d566';

test('a device is answered with its last user, except by a custom system', async () => {
  await using sor = await startSor({ profiles: 30 });
  const { get } = callerOf(sor);
  const { deviceId, email, firstName } = person(2);
  const read = async (sor_id: string, customer_id = deviceId) =>
    resultOf<Record<string, unknown>>(
      await get('/api/attribute_values', { sor_id, customer_id, customer_type: 'device_id' }),
    );
  const user = { customer_id: email, customer_id_type: 'user_id' };
  expect(await read('SOR_id3nt1f13r')).toMatchObject({
    ...user,
    attribute_values: { first_name: firstName },
  });
  expect(await read(APP)).toMatchObject(user);
  expect(await read(CUSTOM)).toMatchObject({ customer_id: deviceId, customer_id_type: 'device_id' });
  expect(await read(APP, '01FF1D5F-41B0-4444-B145-E608BC45FFD1')).toMatchObject({
    customer_id: 'maximillian_weber@ritchiehyatt.name',
    attribute_values: { favorite_team: 'PSG' },
  });
});

test.each([
  ['sor_id', { customer_id: 'maximillian', customer_type: 'user_id' }],
  ['customer_id', { sor_id: 'SOR_XXXX', customer_type: 'user_id' }],
  ['customer_type', { sor_id: 'SOR_XXXX', customer_id: 'maximillian' }],
])('reading values without %s is refused', async (name, params) => {
  await using sor = await startSor({ profiles: 0 });
  const answer = await callerOf(sor).get('/api/attribute_values', params);
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({ error_message: `Param ${name} is not valid` });
});

test('values of nobody are 404', async () => {
  await using sor = await startSor({ profiles: 0 });
  const query = { sor_id: CUSTOM, customer_id: 'nobody', customer_type: 'user_id' };
  expect((await callerOf(sor).get('/api/attribute_values', query)).status).toBe(404);
});
