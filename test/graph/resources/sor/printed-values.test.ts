import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';
import { upload } from '../../../support/upload.ts';
import { CUSTOM, set, settled, startRecordingFeed, valuesIn } from './attribute-changes.ts';
import { HEADER, importedValue, operation } from './attribute-files.ts';

test('the example of seven changes is one mutation and one call; of the three of one set the last decides', async () => {
  await using feed = await startRecordingFeed();
  await using gateway = await startGateway({ env: { SOR_FEED_URL: feed.origin } });

  const { result } = await set(
    gateway,
    [
      { customerId: '098713490', key: 'contract_type', change: { string: 'Premium' } },
      { customerId: '098713490', key: 'client_type', change: { remove: true } },
      { customerId: '098713490', key: 'hobbies', change: { addToSet: 'Sport' } },
      { customerId: '098713490', key: 'hobbies', change: { removeFromSet: 'Reading' } },
      { customerId: '098713490', key: 'hobbies', change: { replaceSet: ['Reading', 'Hiking', 'Singing'] } },
      { customerId: '098713491', key: 'fav_team', change: { string: 'France' } },
      { customerId: '098713492', key: 'fav_team', change: { string: 'Italy' } },
    ],
    { declareMissing: true },
  );

  expect(result).toMatchObject({ __typename: 'SetAttributeValuesSuccess', requestIds: { length: 1 } });
  const hobbies = { customer_id: '098713490', attribute_key: 'hobbies' };
  expect(feed.bodies.map(valuesIn)).toEqual([
    [
      { customer_id: '098713490', attribute_key: 'contract_type', attribute_value: 'Premium' },
      { customer_id: '098713490', attribute_key: 'client_type', attribute_value: null },
      { ...hobbies, attribute_value: 'Reading;Hiking;Singing', action_type: 'UPSERT' },
      { customer_id: '098713491', attribute_key: 'fav_team', attribute_value: 'France' },
      { customer_id: '098713492', attribute_key: 'fav_team', attribute_value: 'Italy' },
    ],
  ]);
});

test('a line of a file replaces all elements of a set', async () => {
  await using gateway = await startGateway();
  await set(gateway, [{ key: 'hobbies', change: { replaceSet: ['Old', 'Reading'] } }]);
  expect(await settled(gateway, ['hobbies'])).toEqual([['Old', 'Reading']]);

  await upload(await gateway.listen(), operation(), [`${HEADER}jeanne,hobbies,Reading;Hiking\n`]);

  await gateway.sor.settle();
  expect(await importedValue(gateway, 'jeanne', 'hobbies')).toEqual(['Reading', 'Hiking']);
});

test('an attribute of the global system that is disabled leaves that of the same key in another system enabled', async () => {
  await using gateway = await startGateway();
  const made = await gateway.query(`mutation { createCustomerAttribute(
    input: { systemOfRecord: "${CUSTOM}", key: "city", label: "City", valueType: STRING }
  ) { __typename } }`);
  expect(made.data.createCustomerAttribute.__typename).toBe('CreateCustomerAttributeSuccess');

  await gateway.query('mutation { disableCustomerAttribute(input: { identifier: "FACA_city" }) { __typename } }');

  const { result } = await set(gateway, [{ key: 'city', change: { string: 'Porto' } }]);
  expect(result.__typename).toBe('SetAttributeValuesSuccess');
});
