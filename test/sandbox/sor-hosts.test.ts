import { expect, test } from 'vitest';
import { findRoute } from '../../src/sandbox/routing.ts';
import { SOR_ROUTES } from '../../src/sandbox/sor/routes.ts';
import { startSor } from '../../src/sandbox/sor/server.ts';
import { callerOf } from './sor-caller.ts';

const login = async (origin: string, body: unknown) => {
  const response = await fetch(`${origin}/api/login`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, json: await response.json() };
};
const statusWith = async (origin: string, authorization?: string) => {
  const headers = authorization ? { authorization } : {};
  return (await fetch(`${origin}/api/system_of_records`, { headers })).status;
};

test('every route is found by its own address', () => {
  const routes = [...SOR_ROUTES];
  expect(routes).toHaveLength(23);
  for (const route of routes) {
    const [method = '', path = ''] = route.replace(/\{\w+\}/, 'x').split(' ');
    const parameter = route.includes('{') ? 'x' : '';
    expect(findRoute(routes, { method, segments: path.split('/').slice(1) })).toEqual({ route, parameter });
  }
});

test('a login hands out a token that admits until the tokens end', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { origin } = sor.api;
  const answer = await login(origin, { email: 'sandbox@example.com', password: 'sandbox' });
  expect(answer).toEqual({
    status: 200,
    json: { success: true, result: { auth_token: expect.stringMatching(/^[-_a-zA-Z0-9]{20,}$/) } },
  });
  const authorization = `Token ${answer.json.result.auth_token}`;
  expect(await statusWith(origin, authorization)).toBe(200);
  sor.expireTokens();
  expect(await statusWith(origin, authorization)).toBe(401);
  expect(await statusWith(origin, `Token ${sor.token}`)).toBe(200);
});

test.each([{ email: 'sandbox@example.com', password: 'wrong' }, { email: 'you@example.com', password: 'sandbox' }, {}])(
  'a login with %o is 401',
  async (body) => {
    await using sor = await startSor({ profiles: 0 });
    expect(await login(sor.api.origin, body)).toEqual({
      status: 401,
      json: { status: '401', success: false, error_message: 'Wrong email or password' },
    });
  },
);

test('without the right token in the right form the API host refuses with 401', async () => {
  await using sor = await startSor({ profiles: 0, token: 'right' });
  const { origin } = sor.api;
  for (const authorization of [undefined, 'Token wrong', 'Bearer right', 'right', 'Token ']) {
    expect(await statusWith(origin, authorization)).toBe(401);
  }
  expect(await statusWith(origin, 'Token right')).toBe(200);
});

test('the hosts do not answer for each other', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { post } = callerOf(sor);
  expect((await post('/api/attribute_values', {})).status).toBe(404);
  const read = await fetch(`${sor.feed.origin}/api/attribute_values?sor_id=SOR_XXXX`);
  expect(read.status).toBe(404);
  expect(await read.json()).toMatchObject({ success: false, errorCode: 404 });
});

test('an address that is not in the documentation is 404', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { get, delete: remove } = callerOf(sor);
  expect((await get('/api/customer_attributes')).status).toBe(404);
  expect((await get('/customer_profiles')).status).toBe(404);
  expect((await remove('/api/customer_profiles/ann')).json).toMatchObject({ status: '404' });
});

test.each(['{', '[]', '"x"', ''])('the body %j is refused where an object is due', async (body) => {
  await using sor = await startSor({ profiles: 0 });
  const { post, put } = callerOf(sor);
  expect((await post('/api/system_of_records', body)).status).toBe(400);
  expect((await put('/api/system_of_records/SOR_XXXX', body)).status).toBe(400);
});

test('limits count both hosts together, and can be set while it runs', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { get, feed } = callerOf(sor);
  for (let call = 0; call < 20; call += 1) await get('/api/attribute_values/import_jobs');
  sor.limits = { perSecond: 2, perMinute: 100 };
  expect((await get('/api/attribute_values/import_jobs')).status).toBe(200);
  expect((await feed({})).status).toBe(400);
  const refused = await get('/api/attribute_values/import_jobs');
  expect(refused.status).toBe(429);
  expect(refused.json).toEqual({ status: '429', success: false, error_message: 'Too many requests' });
  expect((await feed({})).json).toMatchObject({ errorCode: 429 });
});
