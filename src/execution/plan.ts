import { collectFields, collectSubFields, memoize1 } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLID,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLString,
  getNullableType,
  isLeafType,
  isNonNullType,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { LEAST_BYTES, RESOLVED_BYTES } from './allowance.ts';
import { valueKind } from './completion.ts';
import type { OperationPlan, PlainLeaf, PlannedField, PlannedFields } from './planned-field.ts';

/**
 * Plans one operation, for one choice of what its `@skip` and `@include` leave in: `conditions` are the variables that
 * these read. The plan is made while it is first executed: what is selected on which type is then known for every row
 * and request.
 */
export function planned(
  schema: GraphQLSchema,
  { selectionSet }: OperationDefinitionNode,
  fragments: Record<string, FragmentDefinitionNode>,
  conditions: Readonly<Record<string, unknown>>,
): OperationPlan {
  const select = (type: GraphQLObjectType, selected: ReadonlyMap<string, FieldNode[]>): PlannedFields => {
    const fields = [...selected].map(([key, nodes]) => plannedField(key, nodes, type));
    const bytes = fields.reduce(
      (sum, { key, resolve }) => sum + key.length + LEAST_BYTES + (resolve.length > 1 ? RESOLVED_BYTES : 0),
      0,
    );
    return { fields, bytes, hasProto: selected.has('__proto__') };
  };
  const plannedField = (key: string, nodes: FieldNode[], parentType: GraphQLObjectType): PlannedField => {
    const definition = definitionOf(schema, parentType, nodes[0]?.name.value ?? '');
    return {
      key,
      nodes,
      parentType,
      definition,
      kind: valueKind(definition.type),
      resolve: definition.resolve ?? defaultFieldResolver,
      plain: plainLeaf(definition),
      below: memoize1((type) => select(type, collectSubFields(schema, fragments, conditions, type, nodes).fields)),
    };
  };
  return {
    fragments,
    below: memoize1((type) => select(type, collectFields(schema, fragments, conditions, type, selectionSet).fields)),
  };
}

function definitionOf(schema: GraphQLSchema, type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (type === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  // Validation made sure that there is one.
  return type.getFields()[name] as GraphQLField<unknown, unknown>;
}

function plainLeaf({ type, resolve }: GraphQLField<unknown, unknown>): PlainLeaf | undefined {
  const leaf = getNullableType(type);
  if (!isLeafType(leaf) || resolve?.length !== 1) return undefined;
  const isText = leaf === GraphQLString || leaf === GraphQLID || leaf.serialize === String;
  const ofNull = isNonNullType(type) ? undefined : null;
  return {
    // Whoever names one parameter sees no other.
    read: resolve as (source: unknown) => unknown,
    write(value) {
      if (isText && typeof value === 'string') return value;
      if (value === null) return ofNull;
      return isPrimitive(value) ? (leaf.serialize(value) ?? undefined) : undefined;
    },
  };
}

function isPrimitive(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
