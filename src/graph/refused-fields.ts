import { memoize2, memoize5 } from '@graphql-tools/utils';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNullableType,
  isObjectType,
} from 'graphql';
// It leaves out what `@skip` and `@include` do.
import { collectSubfields } from 'graphql/execution/collectFields.js';
import type { Scope } from './scopes.ts';
import { upstreamNamesOf } from './upstream-fields.ts';

/** Under which a field that is refused has the scopes that its callers lack. */
export const MISSING = 'missingScopes';

/** Under which a field that leads to one object says that it is not resolved where all that is selected there is refused. */
export const SPARED = 'isSpared';

type Place = Pick<GraphQLResolveInfo, 'fragments' | 'schema' | 'variableValues'>;

/** Whether nothing need be asked for a selected field: it is refused, or all that is selected of the object it leads to. */
export function isRefused(
  { schema, fragments, variableValues }: Place,
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): boolean {
  if (MISSING in field.extensions) return true;
  if (!(SPARED in field.extensions)) return false;
  return (
    needOf(schema, fragments, variableValues, getNullableType(field.type) as GraphQLObjectType, node) === 'refused'
  );
}

/** Whether all that is selected of an object of this type, right below the current field, is refused. */
export function isAllRefused(info: Place & Pick<GraphQLResolveInfo, 'fieldNodes'>, typeName: string): boolean {
  const { schema, fragments, variableValues, fieldNodes } = info;
  const type = schema.getType(typeName);
  return (
    isObjectType(type) &&
    fieldNodes.every((node) => needOf(schema, fragments, variableValues, type, node) === 'refused')
  );
}

/** What is selected below a field needs of an object of this type; `nothing` is `__typename` alone of one that has more to show. */
const needOf = memoize5(
  (
    schema: GraphQLSchema,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    variableValues: Readonly<Record<string, unknown>>,
    type: GraphQLObjectType,
    node: FieldNode,
  ): 'needed' | 'nothing' | 'refused' => {
    const place = { schema, fragments, variableValues };
    const selected = [...collectSubfields(schema, fragments, variableValues, type, [node]).values()].flat();
    const needs = selected.map((each) => {
      const field = type.getFields()[each.name.value];
      if (!field) return 'nothing';
      return isRefused(place, field, each) ? 'refused' : 'needed';
    });
    const isHidden = Object.values(type.getFields()).every(({ extensions }) => MISSING in extensions);
    return (['needed', 'refused'] as const).find((need) => needs.includes(need)) ?? (isHidden ? 'refused' : 'nothing');
  },
);

/** The upstream fields of a type that nothing but refused fields are made from, and the scopes that those need. */
export const hiddenNames = memoize2((_schema: GraphQLSchema, type: GraphQLObjectType) => {
  const names = Object.values(type.getFields()).flatMap((field) =>
    upstreamNamesOf(field).map((name) => ({ name, missing: field.extensions[MISSING] as Scope[] | undefined })),
  );
  const shown = new Set(names.filter(({ missing }) => !missing).map(({ name }) => name));
  return new Map(names.flatMap(({ name, missing }) => (missing && !shown.has(name) ? [[name, missing]] : [])));
});
