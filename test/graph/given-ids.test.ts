import fc from 'fast-check';
import { type GraphQLArgument, type GraphQLInputField, getNamedType, isInputObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { CUSTOM, idOf, OBJECTS, PLACES, VALUE } from './id-places.ts';

const OUTCOME = '{ __typename ... on InvalidInputError { message issues { path code } } }';

/** Takes an `id` by its nature, or is no id of an object that has one. */
const OTHERS = ['Query.node.id', 'Query.nodes.ids'];

/** They have their own tests, as what they come to are events. */
const FOLLOWED: Readonly<Record<string, string>> = {
  'Subscription.attributeImport.importId': 'AttributeImport',
  'Subscription.hoodExport.hoodId': 'HoodExport',
};

/** Ids of whatever they are compared with, and of workspaces and users of Hood, which are no objects of this graph. */
const isOther = (place: string) => /^HoodIDFilter\.|\.(?:company|creator)Id$/.test(place);

type Place = readonly [place: string, definition: GraphQLArgument | GraphQLInputField];

const ID_PLACES: Place[] = Object.values(schema.getTypeMap())
  .filter((type) => !type.name.startsWith('__'))
  .flatMap((type): Place[] => {
    if (isInputObjectType(type)) {
      return Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field]);
    }
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.args.map((arg): Place => [`${type.name}.${field.name}.${arg.name}`, arg]),
    );
  })
  .filter(([place, { type }]) => /^(?:ID|HoodIDFilter)$/.test(getNamedType(type).name) && !isOther(place));

test('every place that takes an id of an API is among those below, and its description says so', () => {
  const places = ID_PLACES.filter(([place]) => !OTHERS.includes(place));
  expect(places.map(([place]) => place).sort()).toEqual(Object.keys({ ...PLACES, ...FOLLOWED }).sort());
  for (const [place, { description }] of places) {
    const type = FOLLOWED[place] ?? PLACES[place]?.[0];
    expect(description).toContain(`Also takes an \`id\` of the type \`${type}\`.`);
  }
});

const startFilled = () => startGateway({ sor: { profiles: 5 } });

async function ask(gateway: Gateway, operation: string, id: string) {
  const text = operation.startsWith('{')
    ? `query ($id: ID!) ${operation}`
    : `mutation ($id: ID!) { it: ${operation} ${OUTCOME} }`;
  const answer = await gateway.query(text, { id });
  return { answer, calls: [...gateway.hoodCalls(), ...gateway.sorCalls()] };
}

describe.each(Object.entries(PLACES))('%s', (_place, [type, operation]) => {
  const [apiId, id] = OBJECTS[type] ?? ['', ''];
  /** One for all refusals, which change nothing. */
  let refusing: Gateway;
  beforeAll(async () => {
    refusing = await startFilled();
  });
  afterAll(() => refusing?.[Symbol.asyncDispose]());

  test('takes the id of an object as it takes the id by which its API knows it', async () => {
    await using one = await startFilled();
    await using other = await startFilled();
    const byApi = await ask(one, operation, apiId);
    expect(byApi.answer.errors).toBeUndefined();
    expect(JSON.stringify(byApi.answer)).not.toMatch(/InvalidInput/);
    expect(await ask(other, operation, id)).toEqual(byApi);
  });

  test.each(Object.keys(OBJECTS).filter((name) => name !== type))('refuses that of a %s', async (other) => {
    const { answer, calls } = await ask(refusing, operation, OBJECTS[other]?.[1] ?? '');
    const sentence = `Expected an id of the type ${type}, not ${other}.`;
    if (operation.startsWith('{')) {
      expect(answer.errors?.map(({ message, extensions: { code } }) => [message, code])).toEqual([
        [sentence, 'BAD_USER_INPUT'],
      ]);
    } else {
      expect(answer.data.it).toMatchObject({ message: sentence, issues: [{ code: 'WRONG_TYPE' }] });
    }
    expect(calls).toEqual([]);
  });
});

test('a device is meant by its id alone, whatever is said of its type', async () => {
  await using gateway = await startGateway();
  const id = idOf('CustomerProfile', 'device_id:d-1');
  await gateway.query(`{ customerProfile(customerId: "${id}", customerIdType: USER_ID) { firstName } }`);
  expect(gateway.sorCalls()[0]).toMatch(/customer_id_type=device_id&customer_ids=d-1&/);

  await gateway.query(`mutation { setAttributeValues(input: { systemOfRecord: "${CUSTOM}", changes: [
    { customerId: "${id}", customerIdType: USER_ID, ${VALUE} }
  ] }) { __typename } }`);
  await gateway.sor.settle();
  const { data } = await gateway.query(`{
    customerProfile(customerId: "d-1", customerIdType: DEVICE_ID) { attribute(system: "${CUSTOM}", key: "client_type") { value } }
  }`);
  expect(data.customerProfile.attribute).toEqual({ value: 'x' });
});

test('any text but an id that this graph gave out is taken for an id of the API; an id stands for its key', async () => {
  await using gateway = await startGateway();
  const key = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/^\.{1,2}$/.test(text));
  const id = key.map((text) => idOf('CustomerData', text));
  const almost = fc.oneof(
    id.map((text) => `${text}=`),
    id.map((text) => ` ${text}`),
    id.map((text) => `${text.slice(0, -1)}~`),
    key.map((text) => idOf('Customer', text)),
    key.map((text) => idOf('customerData', text)),
    fc.constant(idOf('CustomerData', '')),
    fc.constant(idOf('HoodExport', '10').replace(/A$/, 'B')),
  );
  const read = async (given: string) => {
    gateway.hood.calls.length = 0;
    const { errors } = await gateway.query('query ($id: ID!) { customerDatum(hoodId: $id) { hoodId } }', { id: given });
    expect(errors).toBeUndefined();
    return gateway.hood.calls.map(({ rawTarget }) => decodeURIComponent(rawTarget.split(/[/?]/)[4] ?? ''));
  };
  await fc.assert(
    fc.asyncProperty(key, fc.oneof(key, almost), async (own, other) => {
      expect(await read(idOf('CustomerData', own))).toEqual([own]);
      expect(await read(other)).toEqual([other]);
    }),
    { numRuns: 150, seed: 11 },
  );
});

test('of several decisions each may name its request in either way, and no request twice', async () => {
  await using gateway = await startGateway();
  const [apiId, id] = OBJECTS['GdprRequest'] ?? [];
  const decide = (hoodId?: string) => `{ hoodId: "${hoodId}", decision: APPROVE }`;
  const { data } = await gateway.query(`mutation {
    decideGdprRequests(input: { decisions: [${decide(id)}, ${decide(apiId)}, ${decide(OBJECTS['HoodExport']?.[1])}] }) {
      ... on DecideGdprRequestsSuccess { outcomes { result { __typename ... on UserError { code message } } } }
    }
  }`);
  expect(data.decideGdprRequests.outcomes.map(({ result }: { result: object }) => result)).toEqual([
    { __typename: 'DecideGdprRequestSuccess' },
    { __typename: 'InvalidInputError', code: 'INVALID', message: 'Expected each request only once.' },
    {
      __typename: 'InvalidInputError',
      code: 'WRONG_TYPE',
      message: 'Expected an id of the type GdprRequest, not HoodExport.',
    },
  ]);
});
