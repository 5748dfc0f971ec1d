import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';

test('a key whose property stands at two depths is asked for once, with all that either needs', async () => {
  await using gateway = await startGateway();

  const { errors } = await gateway.query(
    '{ customerProfile(customerId: "maximillian_weber@ritchiehyatt.name") { attribute(system: "global", key: "first_name") { property { piData } definition { property { description } } } } }',
  );

  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/profile-properties?label=in:first_name&fields=description,id,label,pi_data,property,target&page=1,1',
  ]);
});

test('profiles that a list brought are not looked up again', async () => {
  await using gateway = await startGateway({ sor: { profiles: 30, samples: false } });

  const { data, errors } = await gateway.query(
    '{ customerProfiles(first: 30) { nodes { customerId applications { installations { profile { customerId country } } } } } }',
  );

  expect(errors).toBeUndefined();
  expect(JSON.stringify(data)).toContain('"installations":[{"profile":{');
  expect(gateway.sorCalls()).toEqual(['GET /api/customer_profiles?attribute_keys=country&num_per_page=30&page=1']);
});
