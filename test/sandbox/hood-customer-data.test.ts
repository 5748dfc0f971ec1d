import { expect, test } from 'vitest';
import { startHood } from '../../src/sandbox/hood/server.ts';
import { call, column, send } from './hood-client.ts';

const EMPTY = { rows: 0, samples: false, limits: 'none' } as const;

test('a created key is answered in part, as its page prints it, and is in the list at once', async () => {
  await using hood = await startHood(EMPTY);
  const { status, body } = await send(hood, 'POST', 'customer-data', { target: 'new-customer-target', pi_data: 1 });
  expect(status).toBe(201);
  const printed = { id: '2000001', company_id: '7196310', target: 'new-customer-target', pi_data: 1 };
  expect(body).toEqual(printed);
  const { items } = (await call(hood, 'customer-data?view=full')).body;
  expect(items).toMatchObject([{ ...printed, label: 'new-customer-target', data_type: 'text', description: null }]);
});

test('changing a key is 204 without a body', async () => {
  await using hood = await startHood(EMPTY);
  hood.insert('customerData', [{ id: '1', target: 'a', pi_data: 0, description: 'Old.' }]);
  const { status, text } = await send(hood, 'PATCH', 'customer-data/1', { pi_data: 1, description: null });
  expect([status, text]).toEqual([204, '']);
  const { items } = (await call(hood, 'customer-data/1?fields=target,pi_data,description')).body;
  expect(items).toEqual([{ target: 'a', pi_data: 1, description: null }]);
});

test.each([
  ['POST', '', {}, 400, 'target: is required'],
  ['POST', '', { target: 'taken' }, 400, 'target: "taken" is taken'],
  ['POST', '', { target: 'a', description: 'x'.repeat(2001) }, 400, 'description: must be text'],
  ['POST', '', { target: 'a', importable: 1 }, 400, 'importable: not a key'],
  ['PATCH', '/1', {}, 400, 'at least one'],
  ['PATCH', '/1', { target: 'b' }, 400, 'target: not a key'],
  ['PATCH', '/2', { pi_data: 1 }, 404, 'no row'],
])('%s customer-data%s with %j is %i: %s', async (method, path, body, status, why) => {
  await using hood = await startHood(EMPTY);
  hood.insert('customerData', [{ id: '1', target: 'taken' }]);
  const answer = await send(hood, method, `customer-data${path}`, body);
  expect([answer.status, answer.body.code]).toEqual([status, status]);
  expect(answer.reason).toContain(why);
  expect(await column(hood, 'customer-data')).toEqual(['1']);
});
