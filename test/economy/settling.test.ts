import { expect, test } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { movableClock } from '../support/movable-clock.ts';
import { buy } from './paying.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
const { clientId: fed } = person(0);
const { clientId: other } = person(1);
const SETTLE_MS = 30_000;

const profile = (customerId: string) => `{ customerProfile(customerId: "${customerId}") { firstName } }`;
const values = (customerId: string) =>
  `{ customerProfile(customerId: "${customerId}") { attribute(system: "${CUSTOM}", key: "hobbies") { since } } }`;

const READS: Record<string, string> = {
  fed: profile(fed),
  other: profile(other),
  values: values(fed),
  others: values(other),
  profiles: '{ customerProfiles(first: 3) { nodes { customerId } } }',
  systems: '{ systemsOfRecord { nodes { name } } }',
  imports: '{ attributeImports { nodes { importId } } }',
  importErrors: '{ attributeImport(importId: "import_id_1") { errors { totalCount } } }',
  requests: '{ gdprRequests(first: 3) { nodes { hoodId } } }',
};

/** Everything read once, and kept for longer than anything settles. */
async function startFull(): Promise<Gateway> {
  const gateway = await startGateway({
    env: {
      CACHE: 'on',
      CACHE_TTL: 'profiles=10m,values=10m,systems=10m,imports=10m,gdpr-requests=10m',
      SOR_SETTLE_TIME: `${SETTLE_MS}ms`,
    },
    sor: { profiles: 90 },
  });
  for (const read of Object.values(READS)) expect((await buy(gateway, read)).errors).toBeUndefined();
  return gateway;
}

/** What is not answered by what was read before. */
async function readAgain(gateway: Gateway): Promise<string[]> {
  const names: string[] = [];
  for (const [name, read] of Object.entries(READS)) {
    if ((await buy(gateway, read)).calls.length > 0) names.push(name);
  }
  return names;
}

function feed(gateway: Gateway, key = 'client_type') {
  const changes = `[{ customerId: "${fed}", key: "${key}", change: { string: "Gold" } }]`;
  return buy(
    gateway,
    `mutation { setAttributeValues(input: { systemOfRecord: "${CUSTOM}", changes: ${changes} }) { __typename } }`,
  );
}

test('until values have settled, their customer and all lists are read afresh, other customers are not', async () => {
  await using gateway = await startFull();
  using clock = movableClock();
  expect((await feed(gateway)).data.setAttributeValues.__typename).toBe('SetAttributeValuesSuccess');

  const touched = ['fed', 'values', 'profiles'];
  expect(await readAgain(gateway)).toEqual(touched);
  expect(await readAgain(gateway)).toEqual(touched);
  clock.pass(SETTLE_MS - 2_000);
  expect(await readAgain(gateway)).toEqual(touched);
});

test('what was read while values settled is not believed afterwards, but what is read then is', async () => {
  await using gateway = await startFull();
  using clock = movableClock();
  await feed(gateway);
  await readAgain(gateway);
  clock.pass(SETTLE_MS);

  expect(await readAgain(gateway)).toEqual(['fed', 'values', 'profiles']);
  expect(await readAgain(gateway)).toEqual([]);
});

test('another feed begins the time anew', async () => {
  await using gateway = await startFull();
  using clock = movableClock();
  await feed(gateway);
  clock.pass(SETTLE_MS - 2_000);
  await feed(gateway);
  clock.pass(SETTLE_MS - 2_000);

  await readAgain(gateway);
  expect(await readAgain(gateway)).toEqual(['fed', 'values', 'profiles']);
});

test('an import may be about anybody, may define attributes and has errors later, so all of them are read afresh', async () => {
  await using gateway = await startFull();
  using clock = movableClock();
  const input = `{ systemOfRecord: "${CUSTOM}", fileUrl: "${gateway.hood.origin}/file.csv" }`;

  const { data } = await buy(gateway, `mutation { importAttributeValues(input: ${input}) { __typename } }`);

  expect(data.importAttributeValues.__typename).toBe('ImportAttributeValuesSuccess');
  const touched = ['fed', 'other', 'values', 'others', 'profiles', 'systems', 'imports', 'importErrors'];
  expect(await readAgain(gateway)).toEqual(touched);
  expect(await readAgain(gateway)).toEqual(touched);
  clock.pass(SETTLE_MS);
  await readAgain(gateway);
  expect(await readAgain(gateway)).toEqual([]);
});

test('a write that is carried out at once does not end the time of an import', async () => {
  await using gateway = await startFull();
  using clock = movableClock();
  const input = `{ systemOfRecord: "${CUSTOM}", fileUrl: "${gateway.hood.origin}/file.csv" }`;
  await buy(gateway, `mutation { importAttributeValues(input: ${input}) { __typename } }`);
  clock.pass(1_000);
  await buy(gateway, 'mutation { disableCustomerAttribute(input: { identifier: "FACA_client_type" }) { __typename } }');

  await readAgain(gateway);
  expect(await readAgain(gateway)).toEqual([
    'fed',
    'other',
    'values',
    'others',
    'profiles',
    'systems',
    'imports',
    'importErrors',
  ]);
});

test('a feed that is refused before it is sent touches nothing', async () => {
  await using gateway = await startFull();
  expect((await feed(gateway, 'no_such_key')).data.setAttributeValues.__typename).toBe('InvalidInputError');
  expect(await readAgain(gateway)).toEqual([]);
});
