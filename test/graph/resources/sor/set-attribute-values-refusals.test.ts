import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';
import { API_KEY, type Change, CUSTOM, FEED, LIST, set, settled } from './attribute-changes.ts';

test('all mistakes are told at once, before anything is sent', async () => {
  await using gateway = await startGateway();
  await gateway.query('mutation { disableCustomerAttribute(input: { identifier: "FACA_newsletter" }) { __typename } }');
  gateway.sorCalls();

  const { result, errors, calls } = await set(gateway, [
    { key: 'client_type', change: { string: 'é'.repeat(256) } },
    { key: 'client_type', change: { string: '😀'.repeat(257) } },
    { customerId: '', key: ' ', change: { boolean: true } },
    { key: 'nothing', change: { string: 'x' } },
    { key: 'newsletter', change: { boolean: true } },
    { key: 'client_type', change: { addToSet: 'x' } },
    { key: 'hobbies', change: { string: 'x' } },
    { key: 'loyalty_points', change: { string: '12' } },
    { key: 'loyalty_points', change: { exactNumber: '9223372036854775808' } },
    { key: 'loyalty_points', change: { exactNumber: '-9223372036854775807.5' } },
    { key: 'loyalty_points', change: { number: 1e300 } },
    { key: 'client_type', change: { remove: false } },
    { key: 'hobbies', change: { emptySet: false } },
    { key: 'hobbies', change: { replaceSet: ['fine', 'x'.repeat(257), ''] } },
    { key: 'last_order_at', change: { dateTime: '2016-12-22T13:02:53.5Z' } },
    { key: 'member_since', change: { dateTime: '2016-12-22T13:02:53Z' } },
    { key: 'last_order_at', change: { dateTime: '2016-12-22T13:02:53.0004Z' } },
    { key: 'last_order_at', change: { dateTime: '2016-12-22T13:02:53.0000Z' } },
  ]);

  expect(errors).toBeUndefined();
  expect(calls).toEqual([LIST]);
  expect(result.__typename).toBe('InvalidInputError');
  const told = result.issues.map(
    ({ path, message }: { path: string[]; message: string }) => `${path.join('.')}: ${message}`,
  );
  expect(told).toEqual([
    'changes.1.change.string: Expected at most 256 characters.',
    'changes.2.customerId: Expected an id that is not empty.',
    'changes.2.key: Expected a key that is not empty.',
    'changes.3.key: Expected the key of an attribute of this system, or declareMissing.',
    'changes.4.key: Expected an attribute that is not disabled.',
    'changes.5.change.addToSet: Expected string or remove: this attribute is a String.',
    'changes.6.change.string: Expected addToSet, removeFromSet, replaceSet, emptySet or remove: this attribute is a Set.',
    'changes.7.change.string: Expected number, exactNumber or remove: this attribute is a Number.',
    'changes.8.change.exactNumber: Expected a number within ±(2^63 − 1).',
    'changes.9.change.exactNumber: Expected a number within ±(2^63 − 1).',
    'changes.10.change.number: Expected a number within ±(2^63 − 1).',
    'changes.11.change.remove: Expected true, or another change.',
    'changes.12.change.emptySet: Expected true, or another change.',
    'changes.13.change.replaceSet.1: Expected at most 256 characters.',
    'changes.13.change.replaceSet.2: Expected a member that is not empty.',
    'changes.14.change.dateTime: Expected whole seconds: the API keeps no fractions.',
    'changes.15.change.dateTime: Expected date or remove: this attribute is a Date.',
    'changes.16.change.dateTime: Expected whole seconds: the API keeps no fractions.',
  ]);
});

test.each<[name: string, systemOfRecord: string, code: string, message: string]>([
  [
    'one that does not exist',
    'SOR_nowhere',
    'UNKNOWN_ID',
    'Expected the identifier of a system of record that exists.',
  ],
  ['one that is disabled', CUSTOM, 'DISABLED', 'Expected a system of record that is not disabled.'],
  [
    'one without a key',
    'SOR_keyless',
    'INVALID',
    'Expected a system of record that has an API key: values can be written with one only.',
  ],
])('%s is a mistake, told with the others', async (_, systemOfRecord, code, message) => {
  await using gateway = await startGateway();
  gateway.sor.insertSystems([
    {
      identifier: 'SOR_keyless',
      name: 'Keyless',
      type: 'custom',
      apiKeys: [],
      attributes: [{ key: 'client_type', type: 'String' }],
    },
  ]);
  await gateway.query(`mutation { disableSystemOfRecord(input: { identifier: "${CUSTOM}" }) { __typename } }`);
  gateway.sorCalls();

  const { result, calls } = await set(gateway, [{ key: 'client_type', change: { remove: false } }], {
    systemOfRecord,
  });

  expect(result.issues).toEqual([
    { path: ['systemOfRecord'], code, message },
    { path: ['changes', '0', 'change', 'remove'], code: 'INVALID', message: 'Expected true, or another change.' },
  ]);
  expect(calls).toEqual([LIST]);
});

test('a missing key is declared by its first value where that is wanted, and later values must fit', async () => {
  await using gateway = await startGateway();
  const changes: Change[] = [
    { key: 'team', change: { addToSet: 'PSG' } },
    { customerId: 'b', key: 'team', change: { string: 'PSG' } },
    { key: 'a,b', change: { string: 'x' } },
  ];
  const refused = await set(gateway, changes, { declareMissing: true });
  expect(refused.result.issues.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
    'changes.1.change.string',
    'changes.2.key',
  ]);

  await set(gateway, changes.slice(0, 1), { declareMissing: true });
  expect(await settled(gateway, ['team'])).toEqual([['PSG']]);
});

test.each<[name: string, change: Record<string, unknown>]>([
  ['two members', { string: 'a', number: 1 }],
  ['no member', {}],
  ['a null member', { string: null }],
])('a change of %s is refused by the schema, literal or variable', async (_, change) => {
  await using gateway = await startGateway();
  const { errors, calls } = await set(gateway, [{ key: 'client_type', change }]);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(calls).toEqual([]);
});

test('what had gone out before a later call failed is told, whatever it failed of', async () => {
  await using gateway = await startGateway();
  let fed = 0;
  gateway.sor.feed.dials.fault = () => {
    fed += 1;
    return fed === 2 ? { kind: 'status', status: 500 } : undefined;
  };

  const { result, errors, calls } = await set(gateway, [
    { key: 'hobbies', change: { replaceSet: ['first'] } },
    { customerId: 'b', key: 'client_type', change: { string: 'of b' } },
    { key: 'hobbies', change: { addToSet: 'second' } },
    { customerId: 'c', key: 'client_type', change: { string: 'of c' } },
  ]);

  expect(errors).toBeUndefined();
  expect(result).toEqual({
    __typename: 'AttributeValuesPartlySentError',
    code: 'REJECTED',
    message: 'Not everything was sent: System of Record failed with status 500.',
    requestIds: [expect.stringMatching(/./)],
    sentCount: 2,
    // The third was in the call that failed; the fourth had gone out with the first.
    unknownCount: 2,
  });
  expect(calls).toEqual([FEED, FEED, LIST]);
  expect(await settled(gateway, ['hobbies'])).toEqual([['first']]);
});

test.each<[status: number, shown: object]>([
  [400, { data: { __typename: 'UpstreamRejectedError', api: 'SOR', status: 400 } }],
  [401, { code: 'UPSTREAM_UNAVAILABLE' }],
  [503, { code: 'UPSTREAM_UNAVAILABLE' }],
])('status %i of the first call is not repeated, and nothing of it tells the key', async (status, shown) => {
  await using gateway = await startGateway();
  gateway.sor.feed.dials.fault = () => ({
    kind: 'status',
    status,
    body: { success: false, errorMessage: `Wrong ${API_KEY}`, errorCode: status },
  });

  const { result, errors, calls } = await set(gateway, [{ key: 'client_type', change: { string: 'x' } }]);

  expect(calls).toEqual([FEED, LIST]);
  if ('data' in shown) expect(result).toMatchObject(shown.data as object);
  else expect(errors).toMatchObject([{ extensions: shown }]);
  expect(JSON.stringify([result, errors]) + gateway.logged.join()).not.toContain(API_KEY);
});
