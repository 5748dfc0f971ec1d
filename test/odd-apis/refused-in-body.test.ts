import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { answering, hoodList, sorResult } from './asked.ts';
import { request } from './request-list.ts';

const TAKEN = { code: 400, title: 'Bad request.', message: 'A property with this label already exists.' };

const CREATE = `mutation { result: createProfileProperty(input: { label: "lab" }) {
  __typename ... on UserError { message } ... on CreateProfilePropertySuccess { profileProperty { hoodId } }
} }`;
const DECIDE = `mutation { result: decideGdprRequest(input: { hoodId: "1", decision: APPROVE }) {
  __typename ... on UserError { message }
} }`;

const OLD = { ...request('1', 1), label: 'lab', create_time: '2020-01-01 00:00:00' };

test.each([
  ['a creation', CREATE],
  ['a change', DECIDE],
])('%s to which Hood answers 200 with the body of an error is refused', async (_, mutation) => {
  for (const code of [400, '422']) {
    await using gateway = await startGateway();
    answering(gateway.hood, ({ method }) =>
      method === 'GET' ? hoodList([OLD], 1) : { kind: 'body', body: { ...TAKEN, code } },
    );
    const { data, errors } = await gateway.query(mutation);
    expect(errors).toBeUndefined();
    expect(data.result.__typename).toMatch(/RejectedError$/);
    expect(data.result.message).toContain(TAKEN.message);
  }
});

test.each<[body: object, code: string, outcome: string]>([
  [{ code: 401, title: 'Who are you?' }, 'UPSTREAM_UNAVAILABLE', 'REFUSED'],
  [{ code: 429, title: 'Too many requests.' }, 'RATE_LIMITED', 'REFUSED'],
  [{ code: 500, title: 'Internal server error.' }, 'UPSTREAM_UNAVAILABLE', 'UNKNOWN'],
])('a write to which Hood answers 200 with %j fails as with that status', async (body, code, outcome) => {
  await using gateway = await startGateway();
  answering(gateway.hood, ({ method }) => (method === 'GET' ? hoodList([OLD], 1) : { kind: 'body', body }));
  const { errors } = await gateway.query(DECIDE, {}, { 'x-request-deadline': '500ms' });
  expect(errors).toMatchObject([{ extensions: { code, outcome } }]);
});

test('a write to which Hood answers that it is no success has none', async () => {
  for (const success of [false, 'false', 0]) {
    await using gateway = await startGateway();
    answering(gateway.hood, ({ method }) => (method === 'GET' ? undefined : { kind: 'body', body: { success } }));
    const { data } = await gateway.query(DECIDE);
    expect(data.result?.__typename ?? 'none').not.toMatch(/Success$/);
  }
});

test.each<[body: object]>([[{ code: 'red', message: 'Hello' }], [{ code: 400 }], [{ message: 'Done.' }], [{}]])(
  'a write to which Hood answers %j was carried out',
  async (body) => {
    await using gateway = await startGateway();
    answering(gateway.hood, ({ method }) => (method === 'GET' ? undefined : { kind: 'body', body }));
    const { data } = await gateway.query(DECIDE);
    expect(data.result.__typename).toBe('DecideGdprRequestSuccess');
  },
);

test('a read to which Hood answers 200 with the body of an error fails as with its status', async () => {
  await using gateway = await startGateway();
  let code = 404;
  answering(gateway.hood, () => ({ kind: 'body', body: { code, title: 'No such request.' } }));
  const query = '{ gdprRequest(hoodId: "1") { hoodId } }';
  expect(await gateway.query(query)).toEqual({ data: { gdprRequest: null } });
  code = 400;
  const { errors } = await gateway.query(query, {}, { 'cache-control': 'no-cache' });
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_REJECTED', upstream: { status: 400 } } }]);
});

test.each<[body: object, message: string]>([
  [{ error: 'Not now' }, 'Hood rejected the request: Not now.'],
  [{ error: { code: 409, message: 'Decided' } }, 'Hood rejected the request with status 409: Decided.'],
  [{ errors: [{ field: 'status' }] }, 'Hood rejected the request.'],
  [{ status: 'error', message: 'Decided' }, 'Hood rejected the request: Decided.'],
  [{ status: 'fail', data: { status: 'decided' } }, 'Hood rejected the request.'],
])('a write to which Hood answers 200 with %j is refused', async (body, message) => {
  await using gateway = await startGateway();
  answering(gateway.hood, ({ method }) => (method === 'GET' ? undefined : { kind: 'body', body }));
  const { data, errors } = await gateway.query(DECIDE);
  expect(errors).toBeUndefined();
  expect(data.result).toEqual({ __typename: 'UpstreamRejectedError', message });
});

test.each<[body: object]>([[{ error: null }], [{ error: '' }], [{ errors: [] }], [{ id: 1, status: 'error' }]])(
  'a write to which Hood answers %j was carried out as well',
  async (body) => {
    await using gateway = await startGateway();
    answering(gateway.hood, ({ method }) => (method === 'GET' ? undefined : { kind: 'body', body }));
    expect((await gateway.query(DECIDE)).data.result.__typename).toBe('DecideGdprRequestSuccess');
  },
);

const CREATE_SYSTEM = `mutation { result: createSystemOfRecord(input: { name: "x" }) {
  __typename ... on UserError { message } ... on CreateSystemOfRecordSuccess { systemOfRecord { identifier } }
} }`;

test('a write to which SOR answers 200 with its documented error alone is refused', async () => {
  await using gateway = await startGateway();
  answering(gateway.sor.api, () => ({ kind: 'body', body: { status: '400', error_message: 'Taken' } }));
  const { data, errors } = await gateway.query(CREATE_SYSTEM);
  expect(errors).toBeUndefined();
  expect(data.result.message).toBe('System of Record rejected the request with status 400: Taken.');
});

test('a row that is old is not the one that was created just now', async () => {
  await using gateway = await startGateway();
  answering(gateway.hood, ({ method }) => (method === 'GET' ? hoodList([OLD], 1) : { kind: 'status', status: 201 }));
  const { data, errors } = await gateway.query(CREATE);
  expect(errors).toBeUndefined();
  expect(data.result).toEqual({ __typename: 'CreateProfilePropertySuccess', profileProperty: null });
});

test.each([true, 'true', 1, '1'])(
  'an answer that says %j where it says whether it is well is well',
  async (success) => {
    await using gateway = await startGateway();
    answering(gateway.sor.api, ({ method }) =>
      method === 'GET'
        ? sorResult([])
        : { kind: 'body', body: { success, result: { identifier: 'SOR_new', name: 'x' } } },
    );
    const { data, errors } = await gateway.query(
      'mutation { createSystemOfRecord(input: { name: "x" }) { ... on CreateSystemOfRecordSuccess { systemOfRecord { name } } } }',
    );
    expect(errors).toBeUndefined();
    expect(data.createSystemOfRecord.systemOfRecord).toEqual({ name: 'x' });
  },
);

test.each([404, '410'])('a failure that says %j in its body is none', async (status) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { success: false, status } });
  expect(await gateway.query('{ systemOfRecord(identifier: "SOR_x") { name } }')).toEqual({
    data: { systemOfRecord: null },
  });
});
