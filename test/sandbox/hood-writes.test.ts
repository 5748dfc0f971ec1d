import { expect, test } from 'vitest';
import { BAD_REQUEST_BODY } from '../../src/sandbox/hood/errors.ts';
import { startHood } from '../../src/sandbox/hood/server.ts';
import { call, column, send } from './hood-client.ts';

const EMPTY = { rows: 0, samples: false, limits: 'none' } as const;
const LONG_AGO = '2021-01-01 00:00:00';

test('a created property has defaults, a new id and the present time, and is in the list at once', async () => {
  await using hood = await startHood(EMPTY);
  const before = now();
  const { status, body } = await send(hood, 'POST', 'profile-properties', { label: 'shoe_size' });
  expect(status).toBe(201);
  expect(body).toEqual({
    id: '2000001',
    company_id: '7196310',
    target: 'shoe_size',
    label: 'shoe_size',
    data_type: 'text',
    example: null,
    description: null,
    import_aliases: [],
    export_alias: null,
    pi_data: 0,
    system: 0,
    importable: 1,
    exportable: 1,
    create_time: expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/),
    update_time: body.create_time,
  });
  expect([before, now()]).toContain(body.create_time);
  expect((await call(hood, 'profile-properties?view=full')).body).toEqual({ total: 1, items: [body] });
});

test('each created property gets the next id, above every other', async () => {
  await using hood = await startHood({ ...EMPTY, rows: 3 });
  for (const id of ['2000004', '2000005']) {
    expect((await send(hood, 'POST', 'profile-properties', { label: `label_${id}` })).body.id).toBe(id);
  }
});

test.each([
  ['label: is required', {}],
  ['label: must be text', { label: '' }],
  ['label: must be text', { label: 7 }],
  ['label: must be text', { label: 'x'.repeat(101) }],
  ['target: not a key', { label: 'a', target: 'a' }],
  ['system: not a key', { label: 'a', system: 0 }],
  ['toString: not a key', { label: 'a', toString: 1 }],
  ['import_aliases: not a key', { label: 'a', import_aliases: ['a'] }],
  ['data_type: must be one of text, number, date', { label: 'a', data_type: 'boolean' }],
  ['pi_data: must be 0 or 1', { label: 'a', pi_data: true }],
  ['importable: must be 0 or 1', { label: 'a', importable: '1' }],
  ['exportable: must be 0 or 1', { label: 'a', exportable: null }],
  ['description: must be text', { label: 'a', description: 'x'.repeat(2001) }],
  ['label: "taken" is taken', { label: 'taken' }],
  ['must be an object', [{ label: 'a' }]],
  ['not JSON', '{"label":'],
])('a property is not created: %s', async (why, body) => {
  await using hood = await startHood(EMPTY);
  hood.insert('profileProperties', [{ id: '1', target: 'taken', property: 'taken' }]);
  const answer = await send(hood, 'POST', 'profile-properties', body);
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(BAD_REQUEST_BODY);
  expect(answer.reason).toContain(why);
  expect(await column(hood, 'profile-properties')).toEqual(['1']);
});

test('a body that is not declared as JSON is refused', async () => {
  await using hood = await startHood(EMPTY);
  const answer = await call(hood, 'profile-properties', { method: 'POST', body: '{"label":"a"}' });
  expect(answer.status).toBe(400);
  expect(answer.reason).toContain('content-type');
});

test('updating a property is 204 without a body, and changes only what was sent and the update time', async () => {
  await using hood = await startHood(EMPTY);
  const row = {
    id: '1',
    target: 'city',
    label: 'city',
    example: 'Nice',
    description: 'Where',
    export_alias: 'town',
    pi_data: 0,
    system: 0,
    importable: 1,
    exportable: 1,
    create_time: LONG_AGO,
    update_time: LONG_AGO,
  };
  hood.insert('profileProperties', [row]);
  const changes = { description: null, export_alias: 'place', pi_data: 1, importable: 0 };
  const { status, text } = await send(hood, 'PATCH', 'profile-properties/1', changes);
  expect([status, text]).toEqual([204, '']);
  const { body } = await call(hood, 'profile-properties?id=eq:1&view=full');
  expect(body.items).toEqual([{ ...row, ...changes, update_time: expect.not.stringContaining(LONG_AGO) }]);
  expect(await column(hood, 'profile-properties?pi_data=eq:1&importable=eq:0')).toEqual(['1']);
});

test.each([
  ['1', {}, 400, 'at least one'],
  ['1', { label: 'b' }, 400, 'label: not a key'],
  ['1', { data_type: 'date' }, 400, 'data_type: not a key'],
  ['1', { exportable: 2 }, 400, 'exportable: must be 0 or 1'],
  ['2', { description: 'b' }, 400, 'system properties'],
  ['3', { description: 'b' }, 400, 'system properties'],
  ['4', { description: 'b' }, 404, 'no row'],
  ['1%2Fdownload', { description: 'b' }, 404, 'no row'],
])('updating property %s with %j is %i: %s', async (id, body, status, why) => {
  await using hood = await startHood(EMPTY);
  hood.insert('profileProperties', [
    { id: '1', label: 'a', system: 0 },
    { id: '2', label: 'b', system: 1 },
    { id: '3', label: 'c', system: '1' },
  ]);
  const answer = await send(hood, 'PATCH', `profile-properties/${id}`, body);
  expect(answer.status).toBe(status);
  expect(answer.body.code).toBe(status);
  expect(answer.reason).toContain(why);
});

test('a generated GDPR request can be decided, and keeps the rest of what it had', async () => {
  await using hood = await startHood({ ...EMPTY, rows: 20 });
  const before = (await call(hood, 'gdpr-requests/2000003?view=full')).body.items[0];
  const decision = { status: 'denied', rejection_reason: 'Proof of identity is not valid.' };
  expect((await send(hood, 'PATCH', 'gdpr-requests/2000003', decision)).status).toBe(204);
  const after = (await call(hood, 'gdpr-requests/2000003?view=full')).body.items[0];
  expect(after).toEqual({ ...before, ...decision, update_time: after?.update_time });
  expect(after?.update_time).not.toBe(before?.update_time);
  expect(await column(hood, 'gdpr-requests?update_time=gte:2025-01-01')).toEqual(['2000003']);
});

test('a decided request leaves the filter it was in, and the total with it', async () => {
  await using hood = await startHood(EMPTY);
  hood.insert('gdprRequests', [
    { id: '1', status: 'pending' },
    { id: '2', status: 'pending' },
  ]);
  expect((await call(hood, 'gdpr-requests?status=eq:pending')).body.total).toBe(2);
  await send(hood, 'PATCH', 'gdpr-requests/1', { status: 'approved' });
  expect((await call(hood, 'gdpr-requests?status=eq:pending&fields=id')).body).toEqual({
    total: 1,
    items: [{ id: '2' }],
  });
});

test('the other documented fields of a GDPR request can be updated too', async () => {
  await using hood = await startHood(EMPTY);
  hood.insert('gdprRequests', [{ id: '1', client_id: 17368658975598751634n }]);
  const changes = {
    requester_information: { full_name: 'Ada', phone_number: '+13412313' },
    subject_information: null,
    information_to_remove: 'All',
    request_declaration: { data_holder_name: 'some-website.com', signature: 'Ada', date: '2025-01-21' },
  };
  expect((await send(hood, 'PATCH', 'gdpr-requests/1', changes)).status).toBe(204);
  const { text, body } = await call(hood, 'gdpr-requests/1?view=full');
  expect(body.items[0]).toMatchObject(changes);
  expect(text).toContain('"client_id":17368658975598751634,');
});

test.each([
  ['rejection_reason: is required', { status: 'denied' }],
  ['rejection_reason: is required', { status: 'denied', rejection_reason: '' }],
  ['rejection_reason: is required', { status: 'denied', rejection_reason: null }],
  ['rejection_reason: must be text of 0 to 500', { status: 'denied', rejection_reason: 'x'.repeat(501) }],
  ['status: must be one of pending, approved, denied', { status: 'closed' }],
  ['status: must be one of', { status: null }],
  ['client_id: not a key', { client_id: '1' }],
  ['submission_reason: not a key', { submission_reason: 'child-subject' }],
  ['requester_information: must be an object', { requester_information: [] }],
  ['requester_information: age: not a key', { requester_information: { age: 7 } }],
  ['subject_information: email: must be text', { subject_information: { email: `${'x'.repeat(100)}@` } }],
  ['at least one', {}],
])('a GDPR request is not updated: %s', async (why, body) => {
  await using hood = await startHood(EMPTY);
  hood.insert('gdprRequests', [{ id: '1', status: 'pending', update_time: LONG_AGO }]);
  const answer = await send(hood, 'PATCH', 'gdpr-requests/1', body);
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual(BAD_REQUEST_BODY);
  expect(answer.reason).toContain(why);
  expect(await column(hood, 'gdpr-requests', 'update_time')).toEqual([LONG_AGO]);
});

test('a reason of exactly 500 characters is taken, also of characters that are two units long', async () => {
  await using hood = await startHood(EMPTY);
  hood.insert('gdprRequests', [{ id: '1' }]);
  const denial = { status: 'denied', rejection_reason: '😀'.repeat(500) };
  expect((await send(hood, 'PATCH', 'gdpr-requests/1', denial)).status).toBe(204);
});

test.each([
  ['POST', 'exports'],
  ['PATCH', 'exports/1000000'],
  ['DELETE', 'gdpr-requests/1000023'],
  ['PUT', 'gdpr-requests/1000023'],
  ['PATCH', 'gdpr-requests'],
  ['DELETE', 'customer-data/343776'],
])('%s %s does not exist', async (method, path) => {
  await using hood = await startHood({ rows: 0 });
  const { status, body } = await send(hood, method, path, { status: 'approved' });
  expect([status, body.code]).toEqual([404, 404]);
});

function now(): string {
  return new Date().toISOString().slice(0, 19).replace('T', ' ');
}
