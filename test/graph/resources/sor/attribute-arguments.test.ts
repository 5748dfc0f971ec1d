import { expect, test } from 'vitest';
import { startGateway } from '../../../support/gateway.ts';
import { idOf } from '../../id-places.ts';

const OTHER = idOf('GdprRequest', '1');
const WRONG_TYPE = 'Expected an id of the type SystemOfRecord, not GdprRequest.';
const NO_NULL = /argument "system".* must not be null/i;

const attribute = `attribute(system: "${OTHER}", key: "x") { key }`;
const withNull = 'query ($it: ID = "global")';
const ofNull = 'attribute(system: $it, key: "x") { key }';

test.each<[name: string, operation: string, message: string | RegExp]>([
  ['a profile', `{ customerProfile(customerId: "a") { ${attribute} } }`, WRONG_TYPE],
  ['a list of profiles', `{ customerProfiles(first: 5) { nodes { ${attribute} } } }`, WRONG_TYPE],
  [
    'several systems',
    `{ customerProfiles(first: 5) { nodes { attributes(systems: ["global", "${OTHER}"]) { values { key } } } } }`,
    WRONG_TYPE,
  ],
  [
    'changes',
    `{ customerProfileChanges(since: "2020-01-01T00:00:00Z") { nodes { changes(systems: ["${OTHER}"]) { key } } } }`,
    WRONG_TYPE,
  ],
  ['null in a profile', `${withNull} { customerProfile(customerId: "a") { ${ofNull} } }`, NO_NULL],
  ['null in a list', `${withNull} { customerProfiles(first: 5) { nodes { ${ofNull} } } }`, NO_NULL],
])('a system that is none is one mistake, before any call: %s', async (_, operation, message) => {
  await using gateway = await startGateway({ sor: { profiles: 5 } });

  const { errors } = await gateway.query(operation, { it: null });

  expect(errors).toHaveLength(1);
  expect(errors).toMatchObject([{ message: expect.stringMatching(message), extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(gateway.sorCalls()).toEqual([]);
});

test('arguments of what is skipped are not looked at', async () => {
  await using gateway = await startGateway({ sor: { profiles: 5 } });

  const { data, errors } = await gateway.query(
    `{ customerProfiles(first: 1) { nodes { customerId ${attribute.replace(' {', ' @skip(if: true) {')} } } }`,
  );

  expect(errors).toBeUndefined();
  expect(data.customerProfiles.nodes).toHaveLength(1);
});
