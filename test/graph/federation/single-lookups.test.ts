import { expect, test } from 'vitest';
import { startGateway } from '../../support/gateway.ts';
import { entities, idOf, times } from './router.ts';

const ROWS = { hood: { samples: false, rows: { gdprRequests: 30 } } };
const KEYS = times(25, (index) => String(2_000_001 + index));

const MESSAGE =
  'Expected at most 20 objects of the type GdprRequest in an operation, of which each costs a call: ask for the others in a further one.';

test('twenty GDPR requests are looked up by a router, the rest are refused in their places without a call', async () => {
  await using gateway = await startGateway(ROWS);

  const { data, errors } = await entities(
    gateway,
    KEYS.map((hoodId) => ({ __typename: 'GdprRequest', hoodId })),
    '... on GdprRequest { hoodId }',
  );

  const found = KEYS.slice(0, 20).map((hoodId) => ({ hoodId }));
  expect(data._entities).toEqual([...found, ...Array(5).fill(null)]);
  expect(errors).toMatchObject(
    times(5, (index) => ({
      message: MESSAGE,
      path: ['_entities', 20 + index],
      extensions: { code: 'OPERATION_TOO_COSTLY', limit: 20 },
    })),
  );
  expect(gateway.hoodCalls()).toHaveLength(20);
});

test('the same one counts once, by whichever key, and what cannot exist does not count', async () => {
  await using gateway = await startGateway(ROWS);
  const twice = KEYS.slice(0, 20).flatMap((hoodId) => [
    { __typename: 'GdprRequest', hoodId },
    { __typename: 'GdprRequest', id: idOf('GdprRequest', hoodId) },
  ]);

  const { data, errors } = await entities(
    gateway,
    [...twice, { __typename: 'GdprRequest', hoodId: '..' }],
    '... on GdprRequest { hoodId }',
  );

  expect(errors).toBeUndefined();
  expect(data._entities.at(-1)).toBeNull();
  expect(gateway.hoodCalls()).toHaveLength(20);
});

test('people may ask for more, with what they cost: each is a call of its own', async () => {
  await using gateway = await startGateway(ROWS);
  const { data, errors } = await gateway.query('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: KEYS.map((key) => idOf('GdprRequest', key)),
  });
  expect(errors).toBeUndefined();
  expect(data.nodes).toHaveLength(25);
  expect(gateway.hoodCalls()).toHaveLength(25);
});

test.each([
  ['HoodExport', (key: string) => ({ hoodId: key })],
  ['CustomerProfile', (key: string) => ({ customerId: key, customerIdType: 'USER_ID' })],
])('a %s whose id has a comma cannot share a call: of those there are twenty as well', async (typeName, named) => {
  await using gateway = await startGateway();

  const { errors } = await entities(
    gateway,
    [...times(22, (index) => `a,${index}`), ...times(22, String)].map((key) => ({
      __typename: typeName,
      ...named(key),
    })),
    `... on ${typeName} { id }`,
  );

  expect(errors?.map(({ path }) => path?.[1])).toEqual([20, 21]);
  expect([...gateway.hoodCalls(), ...gateway.sorCalls()]).toHaveLength(21);
});
