import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';
import {
  API_KEY,
  CUSTOM,
  FEED,
  LIST,
  OUTCOME,
  set,
  settled,
  startRecordingFeed,
  valuesIn,
} from './attribute-changes.ts';

test('changes of every kind are checked with one call and sent with another, and the API applies them', async () => {
  await using gateway = await startGateway();

  const { result, errors, calls } = await set(gateway, [
    { key: 'client_type', change: { string: 'Gold ✓' } },
    { key: 'loyalty_points', change: { number: -1420.2 } },
    { key: 'newsletter', change: { boolean: false } },
    { key: 'member_since', change: { date: '2016-12-22' } },
    { key: 'last_order_at', change: { dateTime: '2016-12-22T13:02:53Z' } },
    { key: 'hobbies', change: { replaceSet: ['Reading', 'Hiking', 'Reading'] } },
    { key: 'languages', change: { addToSet: 'French' } },
  ]);

  expect(errors).toBeUndefined();
  expect(result).toEqual({
    __typename: 'SetAttributeValuesSuccess',
    requestIds: [expect.stringMatching(/^\d+-\w{12}$/)],
  });
  expect(calls).toEqual([FEED, LIST]);
  const keys = ['client_type', 'loyalty_points', 'newsletter', 'member_since', 'last_order_at'];
  expect(await settled(gateway, [...keys, 'hobbies', 'languages'])).toEqual([
    'Gold ✓',
    '-1420.2',
    false,
    '2016-12-22',
    '2016-12-22T13:02:53Z',
    ['Reading', 'Hiking'],
    ['French'],
  ]);
});

test('the body is the one that the vendor documents, digits and nulls included', async () => {
  await using feed = await startRecordingFeed();
  await using gateway = await startGateway({ env: { SOR_FEED_URL: feed.origin } });

  const { result } = await set(gateway, [
    { key: 'contract_type', change: { string: 'Premium' } },
    { key: 'client_type', change: { remove: true } },
    { key: 'hobbies', change: { addToSet: 'Sport' } },
    { customerId: 'b', key: 'hobbies', change: { removeFromSet: 'Reading' } },
    { customerId: 'c', key: 'hobbies', change: { replaceSet: ['Reading', 'Hiking', 'Singing'] } },
    { customerId: 'd', key: 'hobbies', change: { replaceSet: [] } },
    { customerId: 'e', key: 'hobbies', change: { emptySet: true } },
    { customerId: 'f', key: 'hobbies', change: { remove: true } },
    { key: 'loyalty_points', change: { exactNumber: '9223372036854775807' } },
    { customerId: 'g', customerIdType: 'DEVICE_ID', key: 'newsletter', change: { boolean: true } },
    { key: 'last_order_at', change: { dateTime: '2016-12-22T14:02:53+01:00' } },
  ]);

  expect(result.requestIds).toEqual(['receipt-1']);
  expect(feed.bodies).toEqual([
    `{"sor":"${CUSTOM}","api_key":"${API_KEY}","customer_attribute_values":[` +
      [
        '{"customer_id":"jeanne","attribute_key":"contract_type","attribute_value":"Premium"}',
        '{"customer_id":"jeanne","attribute_key":"client_type","attribute_value":null}',
        '{"customer_id":"jeanne","attribute_key":"hobbies","attribute_value":"Sport","action_type":"ADD"}',
        '{"customer_id":"b","attribute_key":"hobbies","attribute_value":"Reading","action_type":"REMOVE"}',
        '{"customer_id":"c","attribute_key":"hobbies","attribute_value":"Reading;Hiking;Singing","action_type":"UPSERT"}',
        '{"customer_id":"d","attribute_key":"hobbies","attribute_value":null,"action_type":"DEL"}',
        '{"customer_id":"e","attribute_key":"hobbies","attribute_value":null,"action_type":"DEL"}',
        '{"customer_id":"f","attribute_key":"hobbies","attribute_value":null,"action_type":"DEL"}',
        '{"customer_id":"jeanne","attribute_key":"loyalty_points","attribute_value":9223372036854775807}',
        '{"customer_id":"g","customer_id_type":"device_id","attribute_key":"newsletter","attribute_value":true}',
        '{"customer_id":"jeanne","attribute_key":"last_order_at","attribute_value":"2016-12-22T13:02:53Z"}',
      ].join(',') +
      ']}',
  ]);
});

test('the feeding host gets no token, and the other host no key', async () => {
  await using feed = await startRecordingFeed();
  await using gateway = await startGateway({ env: { SOR_FEED_URL: feed.origin } });

  await set(gateway, [{ key: 'client_type', change: { string: 'a' } }]);

  expect(feed.headers.map(({ authorization }) => authorization)).toEqual([undefined]);
  const others = gateway.sor.api.calls.map(({ rawTarget, headers }) => rawTarget + JSON.stringify(headers));
  expect(others.join()).not.toContain(API_KEY);
});

test.each(['9223372036854775807', '-9223372036854775807', '9007199254740993', '0.1', '-0'])(
  'the number %s comes back as it was sent',
  async (digits) => {
    await using gateway = await startGateway();
    await set(gateway, [{ key: 'loyalty_points', change: { exactNumber: digits } }]);
    expect(await settled(gateway, ['loyalty_points'])).toEqual([digits === '-0' ? '0' : digits]);
  },
);

test('a value of a device is kept apart from that of a user with the same id', async () => {
  await using gateway = await startGateway();
  await set(gateway, [
    { key: 'client_type', change: { string: 'of the user' } },
    { key: 'client_type', customerIdType: 'DEVICE_ID', change: { string: 'of the device' } },
  ]);
  expect(await settled(gateway, ['client_type'])).toEqual(['of the user']);
  expect(await settled(gateway, ['client_type'], 'jeanne', 'DEVICE_ID')).toEqual(['of the device']);
});

test('several changes of one set share a call, of one member only the last is sent, and a replacement goes first', async () => {
  await using feed = await startRecordingFeed();
  await using gateway = await startGateway({ env: { SOR_FEED_URL: feed.origin } });

  const { result } = await set(gateway, [
    { key: 'hobbies', change: { addToSet: 'Sport' } },
    { key: 'hobbies', change: { removeFromSet: 'Sport' } },
    { key: 'languages', change: { addToSet: 'French' } },
    { key: 'hobbies', change: { addToSet: 'Chess' } },
    { customerId: 'b', key: 'hobbies', change: { addToSet: 'Sport' } },
    { customerId: 'b', key: 'hobbies', change: { replaceSet: ['Go'] } },
    { customerId: 'b', key: 'hobbies', change: { addToSet: 'Chess' } },
  ]);

  expect(result.requestIds).toEqual(['receipt-1', 'receipt-2']);
  const sent = feed.bodies.map((body) =>
    valuesIn(body).map((value: Record<string, string>) =>
      [value['customer_id'], value['attribute_key'], value['action_type'], value['attribute_value']].join(' '),
    ),
  );
  expect(sent).toEqual([
    [
      ...['jeanne hobbies REMOVE Sport', 'jeanne languages ADD French', 'jeanne hobbies ADD Chess'],
      'b hobbies UPSERT Go',
    ],
    ['b hobbies ADD Chess'],
  ]);
});

test('members whose joined text would be longer than a value may be empty the set and fill it as well', async () => {
  await using feed = await startRecordingFeed();
  await using gateway = await startGateway({ env: { SOR_FEED_URL: feed.origin } });
  const members = ['𝒳'.repeat(128), 'y'.repeat(127)];

  await set(gateway, [{ key: 'hobbies', change: { replaceSet: members } }]);
  await set(gateway, [{ key: 'hobbies', change: { replaceSet: [...members, 'z'] } }]);

  const sent = feed.bodies.map((body) =>
    valuesIn(body).map(({ action_type, attribute_value }: Record<string, string>) => [action_type, attribute_value]),
  );
  expect(sent).toEqual([
    [['UPSERT', members.join(';')]],
    [['DEL', null]],
    [...members, 'z'].map((member) => ['ADD', member]),
  ]);
});

test('members with a semicolon empty the set in one call and fill it in the next', async () => {
  await using feed = await startRecordingFeed();
  await using gateway = await startGateway({ env: { SOR_FEED_URL: feed.origin } });

  await set(gateway, [
    { key: 'hobbies', change: { replaceSet: ['Rock; Pop', 'Chess'] } },
    { customerId: 'b', key: 'hobbies', change: { replaceSet: ['a;b'] } },
  ]);

  expect(feed.bodies.map((body) => valuesIn(body).map((value: object) => Object.values(value)))).toEqual([
    [
      ['jeanne', 'hobbies', null, 'DEL'],
      ['b', 'hobbies', null, 'DEL'],
    ],
    [
      ['jeanne', 'hobbies', 'Rock; Pop', 'ADD'],
      ['jeanne', 'hobbies', 'Chess', 'ADD'],
      ['b', 'hobbies', 'a;b', 'ADD'],
    ],
  ]);
});

test('a set with a semicolon in a member is what the API has in the end', async () => {
  await using gateway = await startGateway();
  await set(gateway, [
    { key: 'hobbies', change: { addToSet: 'Old' } },
    { key: 'hobbies', change: { replaceSet: ['Rock; Pop', 'Chess'] } },
  ]);
  expect(await settled(gateway, ['hobbies'])).toEqual([['Rock; Pop', 'Chess']]);
});

test('many changes are cut into calls of 500, in their order', async () => {
  await using feed = await startRecordingFeed();
  await using gateway = await startGateway({ env: { SOR_FEED_URL: feed.origin } });

  const changes = Array.from({ length: 901 }, (_, index) => ({
    customerId: `c${index}`,
    key: 'client_type',
    change: { string: 'x' },
  }));
  const { result } = await set(gateway, changes);

  expect(result.requestIds).toHaveLength(2);
  const ids = feed.bodies.map((body) => valuesIn(body).map((value: { customer_id: string }) => value.customer_id));
  expect(ids.map((part) => part.length)).toEqual([500, 401]);
  expect(ids.flat()).toEqual(changes.map(({ customerId }) => customerId));
});

test('no changes are no call', async () => {
  await using gateway = await startGateway();
  const { result, calls } = await set(gateway, []);
  expect(result).toEqual({ __typename: 'SetAttributeValuesSuccess', requestIds: [] });
  expect(calls).toEqual([]);
});

test('the list of systems is read once for several mutations of one operation', async () => {
  await using gateway = await startGateway();
  const one = (alias: string, value: string) =>
    `${alias}: setAttributeValues(input: { systemOfRecord: "${CUSTOM}", changes: [
      { customerId: "jeanne", key: "client_type", change: { string: "${value}" } }] }) { ${OUTCOME} }`;
  const { errors } = await gateway.query(`mutation { ${one('a', 'first')} ${one('b', 'second')} }`);
  expect(errors).toBeUndefined();
  expect(gateway.sorCalls()).toEqual([FEED, FEED, LIST]);
  expect(await settled(gateway, ['client_type'])).toEqual(['second']);
});
