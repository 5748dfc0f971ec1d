import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startGateway } from '../../support/gateway.ts';
import { upload } from '../../support/upload.ts';
import { CSV, operation } from '../resources/sor/attribute-files.ts';
import { entities, idOf, type Representation } from './router.ts';

/** Where an object of each type is listed, and what names it to its API. */
const ENTITIES: [typeName: string, list: string, naturalKey: string[]][] = [
  ['AttributeImport', 'attributeImports', ['importId']],
  ['CustomerData', 'customerData', ['hoodId']],
  ['CustomerProfile', 'customerProfiles', ['customerId', 'customerIdType']],
  ['GdprRequest', 'gdprRequests', ['hoodId']],
  ['HoodExport', 'hoodExports', ['hoodId']],
  ['ProfileProperty', 'profileProperties', ['hoodId']],
  ['SystemOfRecord', 'systemsOfRecord', ['identifier']],
];

test.each(ENTITIES)('a %s is found by its id and by its natural key', async (typeName, list, naturalKey) => {
  await using gateway = await startGateway({ hood: { rows: 1 }, sor: { profiles: 1 } });
  await upload(await gateway.listen(), operation(), [CSV]);
  const fields = ['__typename', 'id', ...naturalKey];
  const { data } = await gateway.query(`{ ${list}(first: 1) { nodes { ${fields.join(' ')} } } }`);
  const [{ id, ...named }] = data[list].nodes;

  const answer = await entities(
    gateway,
    [{ __typename: typeName, id }, named],
    `__typename ... on ${typeName} { ${fields.join(' ')} }`,
  );

  expect(answer).toEqual({
    data: {
      _entities: [
        { id, ...named },
        { id, ...named },
      ],
    },
  });
});

test('an attribute is found by its id and by its identifier', async () => {
  await using gateway = await startGateway();
  const { data } = await gateway.query(
    '{ systemsOfRecord { nodes { customerAttributes { __typename id identifier key } } } }',
  );
  const [attribute] = data.systemsOfRecord.nodes.flatMap(
    ({ customerAttributes }: { customerAttributes: Representation[] }) => customerAttributes,
  );
  const { __typename, id, identifier } = attribute;

  const answer = await entities(
    gateway,
    [
      { __typename, id },
      { __typename, identifier },
    ],
    '__typename ... on CustomerAttribute { id identifier key }',
  );

  expect(answer).toEqual({ data: { _entities: [attribute, attribute] } });
});

const NO_OBJECT = 'Expected an object as representation.';
const NO_TYPE = 'Expected a `__typename` that is an entity of this graph.';
const noKey = (typeName: string, naturalKey = 'hoodId') =>
  `Expected \`id\`, or \`${naturalKey}\`, in a representation of ${typeName}.`;
const NO_PROFILE_KEY = noKey('CustomerProfile', 'customerId customerIdType');

const BROKEN: [what: string, representation: unknown, message: string][] = [
  ['is no object', 'GdprRequest', NO_OBJECT],
  ['is a list', [], NO_OBJECT],
  ['has no type', { hoodId: '1' }, NO_TYPE],
  ['has a number as type', { __typename: 1 }, NO_TYPE],
  ['is of an unknown type', { __typename: 'Order', id: '1' }, NO_TYPE],
  ['is of a type without keys', { __typename: 'PageInfo' }, NO_TYPE],
  ['is of a name that every object has', { __typename: 'constructor', id: 'x' }, NO_TYPE],
  ['has no key', { __typename: 'GdprRequest' }, noKey('GdprRequest')],
  ['has a null as key', { __typename: 'HoodExport', hoodId: null }, noKey('HoodExport')],
  ['has an object as key', { __typename: 'HoodExport', hoodId: { in: ['1'] } }, noKey('HoodExport')],
  ['has half a key', { __typename: 'CustomerProfile', customerId: 'secret@example.com' }, NO_PROFILE_KEY],
  [
    'has a key of another spelling',
    { __typename: 'CustomerProfile', customerId: 'a', customerIdType: 'user_id' },
    NO_PROFILE_KEY,
  ],
  [
    'has an id that says nothing',
    { __typename: 'GdprRequest', id: 'secret@example.com' },
    'Expected an `id` that this graph gave out.',
  ],
  ['has a list as id', { __typename: 'GdprRequest', id: ['1'] }, noKey('GdprRequest')],
  [
    'has the id of another type',
    { __typename: 'GdprRequest', id: idOf('HoodExport', '1000000') },
    'Expected an id of the type GdprRequest, not HoodExport.',
  ],
  [
    'has the id of another type as its own key',
    { __typename: 'CustomerProfile', customerId: idOf('HoodExport', '1000000'), customerIdType: 'USER_ID' },
    'Expected an id of the type CustomerProfile, not HoodExport.',
  ],
];

test.each(BROKEN)('a representation that %s fails alone, without a call for it', async (_what, broken, message) => {
  await using gateway = await startGateway();
  const whole = { __typename: 'HoodExport', hoodId: '1000000' };

  const { data, errors } = await entities(gateway, [whole, broken, whole], '... on HoodExport { hoodId }');

  expect(data).toEqual({ _entities: [{ hoodId: '1000000' }, null, { hoodId: '1000000' }] });
  expect(errors).toMatchObject([{ message, path: ['_entities', 1], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(JSON.stringify(errors)).not.toContain('secret');
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports/1000000?fields=id']);
  expect(gateway.sorCalls()).toEqual([]);
});

test('whatever is sent as representation fails in its place: nothing else, and no call', async () => {
  await using gateway = await startGateway();
  const name = fc.constantFrom(...ENTITIES.map(([typeName]) => typeName));
  const odd = fc.oneof(fc.boolean(), fc.double({ noInteger: true }), fc.constant({}), fc.constant([]));
  const almost = fc.record({
    __typename: name,
    id: fc.oneof(odd, fc.string()),
    hoodId: odd,
    customerId: odd,
  });
  const sent = fc.sample(fc.oneof(fc.jsonValue(), almost), 150).filter((one) => one !== null);

  const { data, errors } = await entities(gateway, sent, '__typename');

  expect(data).toEqual({ _entities: sent.map(() => null) });
  // One more than the hundred says how many others there are.
  const mistakes = sent.map((_one, index) => [['_entities', index], { code: 'BAD_USER_INPUT' }]);
  const others = [undefined, { code: 'BAD_USER_INPUT' }];
  expect(errors?.map(({ path, extensions }) => [path, extensions])).toEqual([...mistakes.slice(0, 100), others]);
  expect(errors?.at(-1)?.message).toBe(`${sent.length - 100} more errors are left out.`);
  expect([...gateway.hoodCalls(), ...gateway.sorCalls()]).toEqual([]);
});

test('an unknown key is null in its place, and no error', async () => {
  await using gateway = await startGateway();

  const answer = await entities(
    gateway,
    [
      { __typename: 'HoodExport', hoodId: '5' },
      { __typename: 'HoodExport', hoodId: '1000000' },
      { __typename: 'HoodExport', hoodId: '' },
      { __typename: 'GdprRequest', hoodId: '..' },
      { __typename: 'CustomerProfile', customerId: 'nobody', customerIdType: 'DEVICE_ID' },
      { __typename: 'SystemOfRecord', identifier: 'SOR_none' },
      { __typename: 'CustomerAttribute', identifier: 'CA_none' },
      { __typename: 'AttributeImport', importId: 'none' },
    ],
    '__typename',
  );

  expect(answer).toEqual({
    data: { _entities: [null, { __typename: 'HoodExport' }, ...Array(6).fill(null)] },
  });
});

test('keys may be written into the operation, and an id as an integer', async () => {
  await using gateway = await startGateway();

  const answer = await gateway.query(
    '{ _entities(representations: [{ __typename: "HoodExport", hoodId: 1000000 }]) { ... on HoodExport { name } ... on Node { id } } }',
  );

  expect(answer.errors).toBeUndefined();
  expect(answer.data._entities).toEqual([{ id: idOf('HoodExport', '1000000'), name: expect.any(String) }]);
});

describe('more representations than an operation may name', () => {
  const env = { MAX_ENTITIES: '3' };
  const MESSAGE = 'Expected at most 3 representations in an operation, not 4: ask for them in several.';
  const one = { __typename: 'HoodExport', hoodId: '1000000' };

  test('are one error, without a call', async () => {
    await using gateway = await startGateway({ env });

    const { data, errors } = await entities(gateway, [one, one, one, one], '__typename');

    expect(data).toBeNull();
    expect(errors).toMatchObject([{ message: MESSAGE, path: ['_entities'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(gateway.hoodCalls()).toEqual([]);
  });

  test('are refused under several aliases as well, and as many as that are not', async () => {
    await using gateway = await startGateway({ env });
    const query = `query ($a: [_Any!]!, $b: [_Any!]!) {
      a: _entities(representations: $a) { __typename }
      b: _entities(representations: $b) { __typename }
    }`;

    const refused = await gateway.query(query, { a: [one, one], b: [one, one] });
    expect(refused.errors).toMatchObject([{ message: MESSAGE }]);
    expect(gateway.hoodCalls()).toEqual([]);

    const answered = await gateway.query(query, { a: [one, one], b: [one] });
    expect(answered.errors).toBeUndefined();
    expect(gateway.hoodCalls()).toHaveLength(1);
  });
});

test('a thousand are allowed unless something else is set', async () => {
  await using gateway = await startGateway();
  const nobody = { __typename: 'HoodExport', hoodId: '' };

  const answer = await entities(gateway, Array(1_000).fill(nobody), '__typename');
  expect(answer).toEqual({ data: { _entities: Array(1_000).fill(null) } });
  const { errors } = await entities(gateway, Array(1_001).fill(nobody), '__typename');
  expect(errors?.map(({ message }) => message)).toEqual([
    'Expected at most 1000 representations in an operation, not 1001: ask for them in several.',
  ]);
});
