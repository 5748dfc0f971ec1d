import { collectFields, collectSubFields } from '@graphql-tools/utils';
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
import { completerOf } from './completion.ts';
import type { PlainLeaf, PlannedField, PlannedFields } from './planned-field.ts';

/**
 * How one operation is executed, for one choice of what its `@skip` and `@include` leave in. Made while it is first
 * executed and kept with its document: what is selected on which type is then known for every row and request.
 */
export class OperationPlan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  /** The variables of `@skip` and `@include`; no other is looked at. */
  readonly #conditions: Readonly<Record<string, unknown>>;
  #root: PlannedFields | undefined;

  constructor(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Record<string, FragmentDefinitionNode>,
    conditions: Readonly<Record<string, unknown>>,
  ) {
    this.schema = schema;
    this.operation = operation;
    this.fragments = fragments;
    this.#conditions = conditions;
  }

  /** What is selected on the root type. */
  get root(): PlannedFields {
    // Validation made sure that the schema has the operation's root type.
    const type = this.schema.getRootType(this.operation.operation) as GraphQLObjectType;
    this.#root ??= this.#planned(
      type,
      collectFields(this.schema, this.fragments, this.#conditions, type, this.operation.selectionSet).fields,
    );
    return this.#root;
  }

  #planned(type: GraphQLObjectType, selected: ReadonlyMap<string, FieldNode[]>): PlannedFields {
    const fields = [...selected].flatMap(([key, nodes]) => {
      const definition = this.#definition(type, nodes[0]?.name.value ?? '');
      return definition ? [this.#field(key, nodes, type, definition)] : [];
    });
    const bytes = fields.reduce(
      (sum, { key, resolve }) => sum + key.length + LEAST_BYTES + (resolve.length > 1 ? RESOLVED_BYTES : 0),
      0,
    );
    return { fields, bytes, hasProto: selected.has('__proto__') };
  }

  #field(
    key: string,
    nodes: FieldNode[],
    parentType: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
  ): PlannedField {
    const selections = new Map<GraphQLObjectType, PlannedFields>();
    return {
      key,
      nodes,
      parentType,
      definition,
      type: definition.type,
      resolve: definition.resolve ?? defaultFieldResolver,
      complete: completerOf(definition.type),
      plain: plainLeaf(definition),
      below: (type) => {
        let fields = selections.get(type);
        if (!fields) {
          const { schema, fragments } = this;
          fields = this.#planned(type, collectSubFields(schema, fragments, this.#conditions, type, nodes).fields);
          selections.set(type, fields);
        }
        return fields;
      },
    };
  }

  #definition(type: GraphQLObjectType, name: string): GraphQLField<unknown, unknown> | undefined {
    if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
    if (type === this.schema.getQueryType()) {
      if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
      if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    }
    return type.getFields()[name];
  }
}

function plainLeaf({ type, resolve }: GraphQLField<unknown, unknown>): PlainLeaf | undefined {
  const leaf = getNullableType(type);
  if (!isLeafType(leaf) || resolve?.length !== 1) return undefined;
  return {
    // Whoever names one parameter sees no other.
    read: resolve as (source: unknown) => unknown,
    serialize: (value) => leaf.serialize(value),
    isNullable: !isNonNullType(type),
    isText: leaf === GraphQLString || leaf === GraphQLID || leaf.serialize === String,
  };
}
