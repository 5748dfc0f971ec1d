import { expect, test } from 'vitest';
import { type SorSandbox, startSor } from '../../src/sandbox/sor/server.ts';
import { callerOf, resultOf } from './sor-caller.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
const KEY = 'tBqL8qvvAhfyAQ';

/** Feeds values of one customer, waits until they are applied, and gives the request's id. */
async function fed(sor: SorSandbox, ...values: [key: string, value: unknown, action?: string][]) {
  const { feed } = callerOf(sor);
  const answer = await feed({
    sor: CUSTOM,
    api_key: KEY,
    customer_attribute_values: values.map(([attribute_key, attribute_value, action_type]) => ({
      ...{ customer_id: 'ann', attribute_key, attribute_value },
      ...(action_type && { action_type }),
    })),
  });
  await sor.settle();
  return resultOf<{ requestId: string }>(answer).requestId;
}

/** What the customer then has. */
async function valuesOf(sor: SorSandbox, params: Record<string, string> = {}) {
  const query = { sor_id: CUSTOM, customer_id: 'ann', customer_type: 'user_id', ...params };
  const answer = await callerOf(sor).get('/api/attribute_values', query);
  return resultOf<{ attribute_values: Record<string, unknown> }>(answer).attribute_values;
}

/** What was wrong with the values of a feed or import. */
async function errorsOf(sor: SorSandbox, job_id: string) {
  const answer = await callerOf(sor).get('/api/attribute_values/import_errors', { job_id });
  return resultOf<{ attribute_errors: Record<string, string>[] }>(answer).attribute_errors;
}

test('a value is there only a moment after the feed was accepted', async () => {
  await using sor = await startSor({ profiles: 0, settings: { feedDelayMs: 3_600_000 } });
  const { feed, get } = callerOf(sor);
  const values = [{ customer_id: 'ann', attribute_key: 'contract_type', attribute_value: 'Trial' }];
  expect((await feed({ sor: CUSTOM, api_key: KEY, customer_attribute_values: values })).status).toBe(200);
  expect((await get('/api/customer_profiles/ann')).json).toEqual({ success: true, result: [] });
  await sor.settle();
  expect(await valuesOf(sor)).toMatchObject({ contract_type: 'Trial' });
});

test('without anyone waiting for it a feed is applied too', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { feed, get } = callerOf(sor);
  const values = [{ customer_id: 'ann', attribute_key: 'contract_type', attribute_value: 'Trial' }];
  await feed({ sor: CUSTOM, api_key: KEY, customer_attribute_values: values });
  await expect
    .poll(async () => (await get('/api/customer_profiles/ann')).json)
    .toMatchObject({ result: [{ customer_id: 'ann' }] });
});

test('sets take single elements in and out, are replaced and emptied', async () => {
  await using sor = await startSor({ profiles: 0 });
  const hobbies = async (...values: [string, unknown, string][]) => {
    await fed(sor, ...values);
    return (await valuesOf(sor))['hobbies'];
  };
  expect(await hobbies(['hobbies', 'Go;Chess', 'UPSERT'])).toEqual(['Go', 'Chess']);
  expect(await hobbies(['hobbies', 'Sport', 'ADD'], ['hobbies', 'Go', 'ADD'])).toEqual(['Go', 'Chess', 'Sport']);
  expect(await hobbies(['hobbies', 'Chess', 'REMOVE'], ['hobbies', 'Tea', 'REMOVE'])).toEqual(['Go', 'Sport']);
  expect(await hobbies(['hobbies', null, 'DEL'], ['hobbies', 'a;b', 'ADD'])).toEqual(['a;b']);
  expect(await hobbies(['hobbies', null, 'DEL'])).toEqual([]);
});

test('null takes a value away', async () => {
  await using sor = await startSor({ profiles: 0 });
  await fed(sor, ['newsletter', true], ['contract_type', 'Trial']);
  await fed(sor, ['newsletter', null]);
  expect(await valuesOf(sor)).toMatchObject({ newsletter: null, contract_type: 'Trial' });
  expect(await valuesOf(sor, { with_validity_dates: 'true' })).toMatchObject({
    newsletter: { value: null, since: null },
  });
});

test('the largest and the smallest number come back digit by digit', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { feed, get } = callerOf(sor);
  for (const number of ['9223372036854775807', '-9223372036854775807', '-1420.2', '9007199254740993']) {
    const value = `{"customer_id":"ann","attribute_key":"loyalty_points","attribute_value":${number}}`;
    await feed(`{"sor":"${CUSTOM}","api_key":"${KEY}","customer_attribute_values":[${value}]}`);
    await sor.settle();
    const { text } = await get('/api/customer_profiles/ann', { attribute_keys: 'loyalty_points' });
    expect(text).toContain(`"loyalty_points":${number}}`);
  }
});

test('a value of the wrong type is accepted, then dropped, and named among the errors of its request', async () => {
  await using sor = await startSor({ profiles: 0 });
  const requestId = await fed(
    sor,
    ['loyalty_points', '10'],
    ['newsletter', 'true'],
    ['member_since', '2016-02-30'],
    ['last_order_at', '2016-12-22 13:02'],
    ['contract_type', 'x'.repeat(257)],
    ['contract_type', 'x', 'ADD'],
    ['hobbies', 'x'],
    ['hobbies', 7, 'ADD'],
    ['client_type', 'good'],
  );
  expect(await valuesOf(sor)).toEqual(
    expect.objectContaining({ loyalty_points: null, newsletter: null, hobbies: [], client_type: 'good' }),
  );
  const errors = await errorsOf(sor, requestId);
  expect(errors.map(({ key }) => key)).toEqual([
    ...['loyalty_points', 'newsletter', 'member_since', 'last_order_at'],
    ...['contract_type', 'contract_type', 'hobbies', 'hobbies'],
  ]);
  expect(JSON.parse(errors[0]?.['raw'] ?? '')).toEqual({
    sor: CUSTOM,
    api_key: KEY,
    customer_attribute_values: [{ customer_id: 'ann', attribute_key: 'loyalty_points', attribute_value: '10' }],
  });
});

test('256 characters are counted as code points', async () => {
  await using sor = await startSor({ profiles: 0 });
  const text = '😀'.repeat(256);
  await fed(sor, ['contract_type', text]);
  expect(await valuesOf(sor)).toMatchObject({ contract_type: text });
});

test('the first value of an unknown key declares it, of the type it has; taking away declares nothing', async () => {
  await using sor = await startSor({ profiles: 0 });
  await fed(
    sor,
    ['a_number', 1],
    ['a_flag', false],
    ['a_date', '2016-12-22'],
    ['a_time', '2016-12-22T13:02:53Z'],
    ['a_text', 'x'],
    ['a_set', 'x', 'ADD'],
    ['no_null', null],
    ['no_removal', 'x', 'REMOVE'],
    ['no_long', 'x'.repeat(257)],
  );
  const answer = await callerOf(sor).get(`/api/system_of_records/${CUSTOM}`);
  const { customer_attributes } = resultOf<{ customer_attributes: Record<string, string>[] }>(answer);
  const declared = customer_attributes.map(({ key, value_type }) => [key, value_type] as const).slice(8);
  expect(Object.fromEntries(declared)).toEqual({
    ...{ a_number: 'Number', a_flag: 'Boolean', a_date: 'Date', a_time: 'DateTime', a_text: 'String' },
    a_set: 'Set',
  });
});

test('a disabled attribute refuses values until it is enabled again', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { put } = callerOf(sor);
  await put('/api/customer_attributes/FACA_client_type/disable');
  const requestId = await fed(sor, ['client_type', 'a'], ['contract_type', 'b']);
  expect(await valuesOf(sor)).toMatchObject({ client_type: null, contract_type: 'b' });
  expect(await errorsOf(sor, requestId)).toMatchObject([{ message: 'The attribute is disabled' }]);
  await put('/api/customer_attributes/FACA_client_type/enable');
  await fed(sor, ['client_type', 'a']);
  expect(await valuesOf(sor)).toMatchObject({ client_type: 'a' });
});

test('the feed host refuses a wrong key in its own words, and takes no notice of a token', async () => {
  await using sor = await startSor({ profiles: 0 });
  const { feed } = callerOf(sor);
  const values = [{ customer_id: 'ann', attribute_key: 'a', attribute_value: 'b' }];
  for (const wrong of [
    { sor: CUSTOM, api_key: 'wrong' },
    { sor: 'SOR_unheard', api_key: KEY },
  ]) {
    const answer = await feed({ ...wrong, customer_attribute_values: values });
    expect(answer.status).toBe(401);
    expect(answer.json).toEqual({
      success: false,
      result: null,
      errorMessage: 'Unknown sor or api_key',
      errorCode: 401,
    });
  }
  await fetch(`${sor.feed.origin}/api/attribute_values`, {
    method: 'POST',
    headers: { authorization: `Token ${sor.token}` },
    body: JSON.stringify({ sor: CUSTOM, api_key: KEY, customer_attribute_values: values }),
  });
  const seen = sor.feed.calls.map(({ headers, status }) => [headers.authorization, status]);
  expect(seen).toEqual([
    [undefined, 401],
    [undefined, 401],
    [`Token ${sor.token}`, 200],
  ]);
});

test.each([
  ['no JSON', '{'],
  ['no values', { customer_attribute_values: [] }],
  ['no customer', { customer_attribute_values: [{ attribute_key: 'a', attribute_value: 'b' }] }],
  ['no key', { customer_attribute_values: [{ customer_id: 'ann', attribute_value: 'b' }] }],
  ['no value, not even null', { customer_attribute_values: [{ customer_id: 'ann', attribute_key: 'a' }] }],
])('a feed with %s is refused at once and whole', async (_what, body) => {
  await using sor = await startSor({ profiles: 0 });
  const answer = await callerOf(sor).feed(typeof body === 'string' ? body : { sor: CUSTOM, api_key: KEY, ...body });
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({ success: false, result: null, errorCode: 400 });
});

test('each element of a set has the date of its own coming, the set that of the latest change', async () => {
  const clock = { now: Date.parse('2026-01-01T00:00:00.001Z') };
  await using sor = await startSor({ profiles: 0, now: () => clock.now });
  await fed(sor, ['hobbies', 'a', 'ADD']);
  clock.now += 1000;
  await fed(sor, ['hobbies', 'b', 'ADD']);
  clock.now += 1000;
  await fed(sor, ['hobbies', 'a;c', 'UPSERT']);
  expect((await valuesOf(sor, { with_validity_dates: '' }))['hobbies']).toEqual({
    value: ['a', 'c'],
    since: '2026-01-01T00:00:02:001Z',
    elements: [
      { value: 'a', since: '2026-01-01T00:00:00:001Z' },
      { value: 'c', since: '2026-01-01T00:00:02:001Z' },
    ],
  });
});
