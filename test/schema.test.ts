import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  validateSchema,
} from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../src/graph/schema.ts';
import { schemaText } from '../src/graph/schema-text.ts';
import { upstreamNamesOf } from '../src/graph/upstream-fields.ts';

const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

interface Described {
  name: string;
  description?: string | null | undefined;
}

/** Everything of a type that clients can name, each with its path. */
function* partsOf(type: GraphQLNamedType): Generator<[path: string, part: Described]> {
  yield [type.name, type];
  if (isEnumType(type)) {
    for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value];
  } else if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field];
  } else if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, field];
      for (const argument of field.args) yield [`${type.name}.${field.name}(${argument.name}:)`, argument];
    }
  }
}

const parts = types.flatMap((type) => [...partsOf(type)]);

test('schema.graphql is what the code builds', async () => {
  await expect(schemaText(schema)).toMatchFileSnapshot('../schema.graphql');
});

test('the schema is valid', () => {
  expect(validateSchema(schema)).toEqual([]);
});

test('clients see nothing of federation', () => {
  expect(schemaText(schema)).not.toMatch(
    /@(?:cost|external|key|link|listSize|requires|shareable|tag)\b|\b_(?:Any|Entity|Service|entities|service)\b/,
  );
});

test('every type, field, argument and enum value is described', () => {
  expect(parts.filter(([, { description }]) => !description?.trim()).map(([path]) => path)).toEqual([]);
});

test('every description is a sentence: it ends with a full stop', () => {
  expect(parts.filter(([, { description }]) => !/[.]$/.test(description ?? '')).map(([path]) => path)).toEqual([]);
});

test('no root field is non-null but `nodes`: one failure never nulls what something else gave', () => {
  const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {}),
  );
  const certain = roots.filter(({ type }) => String(type).endsWith('!')).map(({ name }) => name);
  // The last two are federation's own.
  expect(certain).toEqual(['nodes', '_entities', '_service']);
});

test('of a Hood row nothing but its ids is non-null: Hood may leave out whatever it likes', () => {
  const rows = ['CustomerData', 'GdprRequest', 'HoodExport', 'ProfileProperty', 'GdprPerson', 'GdprRequestDeclaration'];
  const certain = rows.flatMap((name) => {
    const type = schema.getType(name);
    const fields = isObjectType(type) ? Object.values(type.getFields()) : [];
    return fields.filter((field) => String(field.type).endsWith('!')).map((field) => `${name}.${field.name}`);
  });
  expect(certain).toEqual([
    'CustomerData.id',
    'CustomerData.hoodId',
    'GdprRequest.id',
    'GdprRequest.hoodId',
    'HoodExport.id',
    'HoodExport.hoodId',
    'ProfileProperty.id',
    'ProfileProperty.hoodId',
  ]);
});

test('every field of a Hood row names the upstream fields it is made from', () => {
  const silent = ['CustomerData', 'GdprRequest', 'HoodExport', 'ProfileProperty'].flatMap((name) => {
    const type = schema.getType(name);
    return Object.values(isObjectType(type) ? type.getFields() : {})
      .filter((field) => upstreamNamesOf(field).length === 0)
      .map((field) => `${name}.${field.name}`);
  });
  expect(silent).toEqual([]);
});
