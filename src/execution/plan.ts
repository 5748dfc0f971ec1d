import {
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNullableType,
  isAbstractType,
  isLeafType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { completerOf } from './completion.ts';
import type { PlainLeaf, PlannedField } from './planned-field.ts';

type Grouped = Map<string, FieldNode[]>;

/**
 * How one operation is executed, for one choice of what its `@skip` and `@include` leave in. Made while it is first
 * executed and kept with its document: what is selected on which type is then known for every row and request.
 */
export class OperationPlan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The variables of `@skip` and `@include`; no other is looked at. */
  readonly #conditions: Readonly<Record<string, unknown>>;
  #root: readonly PlannedField[] | undefined;

  constructor(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    fragments: Readonly<Record<string, FragmentDefinitionNode>>,
    conditions: Readonly<Record<string, unknown>>,
  ) {
    this.schema = schema;
    this.operation = operation;
    this.fragments = fragments;
    this.#conditions = conditions;
  }

  /** What is selected on the root type. */
  get root(): readonly PlannedField[] {
    // Validation made sure that the schema has the operation's root type.
    const type = this.schema.getRootType(this.operation.operation) as GraphQLObjectType;
    this.#root ??= this.#fieldsOf(type, [this.operation.selectionSet]);
    return this.#root;
  }

  #fieldsOf(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): readonly PlannedField[] {
    const grouped: Grouped = new Map();
    const visited = new Set<string>();
    for (const set of selectionSets) this.#collect(type, set, grouped, visited);
    return [...grouped].flatMap(([key, nodes]) => {
      const definition = this.#definition(type, nodes[0]?.name.value ?? '');
      return definition ? [this.#field(key, nodes, type, definition)] : [];
    });
  }

  #field(
    key: string,
    nodes: readonly FieldNode[],
    parentType: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
  ): PlannedField {
    const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const selections = new Map<GraphQLObjectType, readonly PlannedField[]>();
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
          fields = this.#fieldsOf(type, selectionSets);
          selections.set(type, fields);
        }
        return fields;
      },
    };
  }

  #collect(type: GraphQLObjectType, set: SelectionSetNode, grouped: Grouped, visited: Set<string>): void {
    for (const selection of set.selections) {
      if (this.#isLeftOut(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const nodes = grouped.get(key);
        if (nodes) nodes.push(selection);
        else grouped.set(key, [selection]);
        continue;
      }
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(selection.name.value)) continue;
        visited.add(selection.name.value);
      }
      const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments[selection.name.value] : selection;
      if (fragment && this.#applies(fragment.typeCondition?.name.value, type)) {
        this.#collect(type, fragment.selectionSet, grouped, visited);
      }
    }
  }

  #isLeftOut(node: SelectionNode): boolean {
    if (!node.directives?.length) return false;
    const skip = getDirectiveValues(GraphQLSkipDirective, node, this.#conditions);
    if (skip?.['if'] === true) return true;
    return getDirectiveValues(GraphQLIncludeDirective, node, this.#conditions)?.['if'] === false;
  }

  #applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const conditional = this.schema.getType(condition);
    return isAbstractType(conditional) && this.schema.isSubType(conditional, type);
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
  };
}
