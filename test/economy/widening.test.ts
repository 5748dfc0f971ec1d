import { expect, test } from 'vitest';
import { askEach, numbered } from '../odd-apis/asked.ts';
import { named, serveProfiles } from '../odd-apis/fake-profiles.ts';
import { startGateway } from '../support/gateway.ts';

const list = (fields: string) => `{ customerData(first: 5) { nodes { ${fields} } } }`;

test('a list that waits for its turn brings what all who ask for it select', async () => {
  await using gateway = await startGateway({ env: { HOOD_RATE: '1/s,100/m' }, hood: { rows: 9 } });
  await gateway.query('{ hoodExports(first: 1) { totalCount } }');
  gateway.hoodCalls();

  const answers = await Promise.all([
    gateway.query(list('hoodId')),
    gateway.query(list('target')),
    gateway.query(list('piData createTime')),
  ]);

  expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined]);
  expect(answers.map(({ data }) => Object.keys(data.customerData.nodes[0]))).toEqual([
    ['hoodId'],
    ['target'],
    ['piData', 'createTime'],
  ]);
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/customer-data?fields=create_time,id,pi_data,target&page=1,5']);
});

test('a list that was sent is not widened: whoever wants more of it asks for more', async () => {
  await using gateway = await startGateway({ hood: { rows: 9 } });
  gateway.hood.dials.latencyMs = 50;
  const narrow = gateway.query(list('hoodId'));
  await expect.poll(() => gateway.hood.calls.length, { interval: 2 }).toBe(1);

  const wide = await gateway.query(list('target'));

  expect((await narrow).data.customerData.nodes).toHaveLength(5);
  expect(wide.data.customerData.nodes[0].target).toEqual(expect.any(String));
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/customer-data?fields=id&page=1,5',
    'GET /v1/hood/customer-data?fields=id,target&page=1,5',
  ]);
});

test('a lookup that waits for its turn is not widened beyond what its address may be', async () => {
  await using gateway = await startGateway({ env: { SOR_RATE: '1/s,100/m' } });
  const ids = numbered(100, 'customer-with-a-rather-long-id-');
  serveProfiles(gateway, { people: named(ids) });
  await gateway.query('{ systemsOfRecord { totalCount } }');
  gateway.sor.api.calls.length = 0;

  const ask = (keys: readonly string[]) =>
    askEach(
      gateway,
      ids,
      (id) => `customerProfile(customerId: "${id}") { attributes(keys: ${JSON.stringify(keys)}) { systemIdentifier } }`,
    );
  const narrow = ask(['first_name']);
  const wide = ask(['first_name', ...numbered(60, 'a-rather-long-key-')]);

  expect([(await narrow).errors, (await wide).errors]).toEqual([undefined, undefined]);
  for (const { rawTarget } of gateway.sor.api.calls) expect(rawTarget.length).toBeLessThanOrEqual(4_096);
});
