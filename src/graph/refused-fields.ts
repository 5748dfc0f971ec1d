import { memoize2, memoize4 } from '@graphql-tools/utils';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNullableType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Scope } from './scopes.ts';
import { upstreamNamesOf } from './upstream-fields.ts';

/** Under which a field that is refused has the scopes that its callers lack. */
export const MISSING = 'missingScopes';

/** Under which a field that leads to one object says that it is not resolved where all that is selected there is refused. */
export const SPARED = 'isSpared';

type Place = Pick<GraphQLResolveInfo, 'fragments' | 'schema'>;

/** Whether nothing need be asked for a selected field: it is refused, or all that is selected of the object it leads to. */
export function isRefused(
  { schema, fragments }: Place,
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): boolean {
  if (MISSING in field.extensions) return true;
  if (!(SPARED in field.extensions) || !node.selectionSet) return false;
  return needOf(schema, fragments, getNullableType(field.type) as GraphQLObjectType, node.selectionSet) === 'refused';
}

/** Whether all that is selected of an object of this type, right below the current field, is refused. */
export function isAllRefused(info: Place & Pick<GraphQLResolveInfo, 'fieldNodes'>, typeName: string): boolean {
  const { schema, fragments, fieldNodes } = info;
  const type = schema.getType(typeName);
  return fieldNodes.every(
    ({ selectionSet: set }) => isObjectType(type) && set && needOf(schema, fragments, type, set) === 'refused',
  );
}

/**
 * What a selection needs of an object of this type. `@skip` and `@include` are not looked at: what they leave out costs
 * at most a call that could have been spared. `nothing` is no more than `__typename`.
 */
const needOf = memoize4(
  (
    schema: GraphQLSchema,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    type: GraphQLObjectType,
    { selections }: SelectionSetNode,
  ): 'needed' | 'nothing' | 'refused' => {
    const needs = selections.map((each) => (each.kind === Kind.FIELD ? ofField(each) : ofFragment(each)));
    return (['needed', 'refused'] as const).find((need) => needs.includes(need)) ?? 'nothing';

    function ofField(node: FieldNode) {
      const field = type.getFields()[node.name.value];
      if (!field) return 'nothing';
      return isRefused({ schema, fragments }, field, node) ? 'refused' : 'needed';
    }

    function ofFragment(selection: Exclude<(typeof selections)[number], FieldNode>) {
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
      const condition = fragment?.typeCondition?.name.value ?? type.name;
      const isOther = condition !== type.name && isObjectType(schema.getType(condition));
      return fragment && !isOther ? needOf(schema, fragments, type, fragment.selectionSet) : 'nothing';
    }
  },
);

/** The upstream fields of a type that nothing but refused fields are made from, and the scopes that those need. */
export const hiddenNames = memoize2((_schema: GraphQLSchema, type: GraphQLObjectType) => {
  const fields = Object.values(type.getFields());
  const isHidden = ({ extensions }: (typeof fields)[number]) => MISSING in extensions;
  const shown = new Set(fields.filter((field) => !isHidden(field)).flatMap(upstreamNamesOf));
  const hidden = fields
    .filter(isHidden)
    .flatMap((field) => upstreamNamesOf(field).map((name) => [name, field.extensions[MISSING] as Scope[]] as const));
  return new Map(hidden.filter(([name]) => !shown.has(name)));
});
