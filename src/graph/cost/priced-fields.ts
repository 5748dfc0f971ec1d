import { doesFragmentConditionMatch, shouldIncludeNode } from '@graphql-tools/utils';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { costOf, type Price, type Rows } from './charge.ts';

/** A selected field that costs something, or that leads to one that does. */
export interface PricedField {
  /** Its alias, or else its name. */
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly definition: GraphQLField<unknown, unknown>;
  readonly price: Price | undefined;
  readonly rows: Rows | undefined;
  readonly isList: boolean;
  /** By the type of the object that it leads to. */
  readonly below: readonly (readonly [typeName: string, fields: readonly PricedField[]])[];
}

/** The fragments of a document by their names. */
export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

export function fragmentsIn({ definitions }: DocumentNode): Fragments {
  const fragments = definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  return Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment]));
}

/**
 * What of an operation can cost anything, as its `@skip` and `@include` leave it with these variables. Fields under one
 * name are one; what several paths share through fragments is looked at once.
 */
export function pricedFields(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Readonly<Record<string, unknown>>,
): readonly PricedField[] {
  const known = new Map<string, readonly PricedField[]>();
  const numbers = new Map<object, number>();
  const numberOf = (node: object) => {
    if (!numbers.has(node)) numbers.set(node, numbers.size);
    return numbers.get(node);
  };

  function select(type: GraphQLObjectType, owners: readonly { selectionSet?: SelectionSetNode | undefined }[]) {
    const place = `${type.name} ${owners.map(numberOf)}`;
    let fields = known.get(place);
    if (!fields) {
      const selected = new Map<string, FieldNode[]>();
      const visited = new Set<string>();
      for (const { selectionSet } of owners) if (selectionSet) collect(type, selectionSet, selected, visited);
      fields = [...selected].flatMap(([key, nodes]) => priced(type, key, nodes) ?? []);
      known.set(place, fields);
    }
    return fields;
  }

  function collect(
    type: GraphQLObjectType,
    { selections }: SelectionSetNode,
    selected: Map<string, FieldNode[]>,
    visited: Set<string>,
  ): void {
    for (const node of selections) {
      if (!shouldIncludeNode(variables, node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        const nodes = selected.get(key);
        if (nodes) nodes.push(node);
        else selected.set(key, [node]);
        continue;
      }
      const isSpread = node.kind === Kind.FRAGMENT_SPREAD;
      if (isSpread && visited.has(node.name.value)) continue;
      if (isSpread) visited.add(node.name.value);
      const fragment = isSpread ? fragments[node.name.value] : node;
      if (!fragment || !doesFragmentConditionMatch(schema, fragment, type)) continue;
      collect(type, fragment.selectionSet, selected, visited);
    }
  }

  function priced(parent: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): PricedField | undefined {
    const definition = parent.getFields()[nodes[0]?.name.value ?? ''];
    if (!definition) return undefined;
    const type = getNamedType(definition.type);
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    const below = types.map((type) => [type.name, select(type, nodes)] as const).filter(([, { length }]) => length > 0);
    const { cost: price, rows } = costOf(definition);
    if (!price && below.length === 0) return undefined;
    const isList = isListType(getNullableType(definition.type));
    return { key, nodes, definition, price, rows, isList, below };
  }

  const root = schema.getRootType(operation.operation);
  return root ? select(root, [operation]) : [];
}
