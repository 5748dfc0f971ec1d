import {
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { expect, test } from 'vitest';
import { globalId } from '../../../src/graph/node-ids.ts';
import { schema } from '../../../src/graph/schema.ts';
import type { Scope } from '../../../src/graph/scopes.ts';
import { fill, IDS, MARKS, SYSTEM } from './marked-data.ts';
import { startScoped, without } from './scoped-gateway.ts';

const [ID = ''] = IDS;
const MARKED = 'SOR_marked';
const REPRESENTATIONS = [
  `{ __typename: "CustomerProfile", customerId: "${ID}", customerIdType: "USER_ID" }`,
  `{ __typename: "GdprRequest", hoodId: "${ID}" }`,
  `{ __typename: "SystemOfRecord", identifier: "${MARKED}" }`,
  `{ __typename: "HoodExport", hoodId: "${ID}" }`,
];
const NODE_IDS = [
  globalId('CustomerProfile', `user_id:${ID}`),
  globalId('GdprRequest', ID),
  globalId('SystemOfRecord', MARKED),
  globalId('HoodExport', ID),
];

/** What fields are given that need an argument, by the argument. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  id: JSON.stringify(NODE_IDS[1]),
  ids: JSON.stringify(NODE_IDS),
  representations: `[${REPRESENTATIONS}]`,
  customerId: JSON.stringify(ID),
  hoodId: JSON.stringify(ID),
  importId: '"import_1"',
  identifier: JSON.stringify(MARKED),
  since: '"2020-01-01T00:00:00Z"',
  system: JSON.stringify(SYSTEM),
  systemOfRecord: JSON.stringify(SYSTEM),
  key: '"languages"',
};

/** All that can be selected of a field so far down; of what may be one of several types, each in its turn. */
function selectionsOf(field: GraphQLField<unknown, unknown>, depth: number): string[] {
  const type = getNamedType(field.type);
  if (!isLeafType(type) && depth === 0) return [];
  const given = field.args.filter(isRequiredArgument).map(({ name }) => `${name}: ${ARGUMENTS[name]}`);
  const call = given.length > 0 ? `${field.name}(${given})` : field.name;
  if (isLeafType(type)) return [call];
  const types: readonly GraphQLNamedType[] = isAbstractType(type) ? schema.getPossibleTypes(type) : [type];
  return types.filter(isObjectType).map((each) => {
    const below = Object.values(each.getFields()).flatMap((next) => selectionsOf(next, depth - 1));
    return `${call} { ... on ${each.name} { __typename ${below.join(' ')} } }`;
  });
}

const { _service: _, ...roots } = schema.getQueryType()?.getFields() ?? {};
const QUERIES = Object.values(roots).flatMap((field) => selectionsOf(field, 3).map((each) => `{ ${each} }`));

test.each(Object.keys(MARKS) as Scope[])(
  'whatever is selected, on every way from every root field: what needs %s comes to whoever has it alone',
  async (missing) => {
    await using gateway = await startScoped(without(missing), { env: { MAX_CALLS: '10000' }, hood: { rows: 0 } });
    fill(gateway);
    const answers = await Promise.all(QUERIES.map((query) => gateway.query(query)));
    // Whatever else is wrong, each of them was executed.
    expect(answers.filter(({ data }) => data === undefined)).toEqual([]);
    const text = JSON.stringify(answers);
    const seen = Object.entries(MARKS).flatMap(([scope, mark]) => (mark.test(text) ? scope : []));
    expect(seen).toEqual(Object.keys(MARKS).filter((scope) => scope !== missing));
  },
);
