import {
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/graph/schema.ts';
import { CASES } from './cases.ts';

const QUERY = schema.getQueryType() as GraphQLObjectType;

/** What an operation can come to, without mutations. */
function reachable(type: GraphQLObjectType, seen = new Set<GraphQLObjectType>()): Set<GraphQLObjectType> {
  if (seen.has(type)) return seen;
  seen.add(type);
  for (const field of Object.values(type.getFields())) {
    const named = getNamedType(field.type);
    if (isObjectType(named)) reachable(named, seen);
    else if (isInterfaceType(named)) for (const one of schema.getPossibleTypes(named)) reachable(one, seen);
  }
  return seen;
}

/** Whether a field leads to objects with an id, which may take a call: connections and edges lead only on. */
function leadsFurther({ name }: GraphQLObjectType, field: { type: Parameters<typeof getNamedType>[0] }): boolean {
  if (/(?:Connection|Edge)$/.test(name)) return false;
  const to = getNamedType(field.type);
  if (!isObjectType(to)) return isInterfaceType(to);
  return to.name.endsWith('Connection') || to.getInterfaces().some((one) => one.name === 'Node');
}

/** `GdprRequest.customerProfile`, of all fields that the cases select. */
function selected(): Set<string> {
  const names = new Set<string>();
  for (const { query } of CASES) {
    const types = new TypeInfo(schema);
    const Field = () => void names.add(`${types.getParentType()?.name}.${types.getFieldDef()?.name}`);
    visit(parse(query), visitWithTypeInfo(types, { Field }));
  }
  return names;
}

test('every field of Query, and every one that leads to another object, has a case', () => {
  const fields = [...reachable(QUERY)].flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => type === QUERY || leadsFurther(type, field))
      .map((field) => `${type.name}.${field.name}`),
  );
  const names = selected();
  expect(fields.filter((field) => !names.has(field))).toEqual([]);
  expect(fields).toContain('Query.gdprRequests');
  expect(fields).toContain('GdprPerson.customerProfile');
});
