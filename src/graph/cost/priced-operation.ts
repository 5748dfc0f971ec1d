import { memoize1 } from '@graphql-tools/utils';
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import { getNamedType, getNullableType, isAbstractType, isListType, isObjectType } from 'graphql';
// As graphql-js executes, which does not know `@defer`: what is deferred costs as much.
import { collectSubfields } from 'graphql/execution/collectFields.js';
import { numberOf, partsOf } from '../../execution/document-parts.ts';
import { declared } from '../declared.ts';
import { isRefused } from '../selection.ts';
import type { CostOptions, Price, Rows } from './charge.ts';

/** A selected field that costs something or has arguments, or that leads to one such. */
export interface PricedField {
  /** Its alias, or else its name. */
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly price: Price | undefined;
  readonly rows: Rows | undefined;
  readonly isList: boolean;
  /** By the type of the object that it leads to. */
  readonly below: readonly (readonly [typeName: string, fields: readonly PricedField[]])[];
}

type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

/** How many combinations of what directives and scopes leave in are kept for a document. */
const MOST_KEPT = 16;

/** What of an operation can cost anything or be wrong. Found once for a document and its `@skip` and `@include`. */
export function pricedOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): { fragments: Fragments; fields: readonly PricedField[] } {
  const { fragments, conditions } = partsOf(document);
  const known = fieldsOf(document);
  const key = `${numberOf(schema)} ${operation.name?.value} ${conditions.map((name) => variables[name])}`;
  let fields = known.get(key);
  if (!fields) {
    fields = pricedFields(schema, operation, fragments, variables);
    if (known.size === MOST_KEPT) known.clear();
    known.set(key, fields);
  }
  return { fragments, fields };
}

const fieldsOf = memoize1((_document: DocumentNode) => new Map<string, readonly PricedField[]>());

/** Fields under one name are one; what several paths share through fragments is looked at once. */
function pricedFields(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Readonly<Record<string, unknown>>,
): readonly PricedField[] {
  const known = new Map<string, readonly PricedField[]>();
  const place = { schema, fragments, variableValues: variables };

  function select(type: GraphQLObjectType, owners: readonly FieldNode[]): readonly PricedField[] {
    const owned = `${type.name} ${owners.map((node) => numberOf(node))}`;
    let fields = known.get(owned);
    if (!fields) {
      const selected = collectSubfields(schema, fragments, variables, type, owners);
      fields = [...selected].flatMap(([key, nodes]) => priced(type, key, nodes) ?? []);
      known.set(owned, fields);
    }
    return fields;
  }

  function priced(parent: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): PricedField | undefined {
    const definition = parent.getFields()[nodes[0]?.name.value ?? ''];
    if (!definition || nodes.every((node) => isRefused(place, definition, node))) return undefined;
    const type = getNamedType(definition.type);
    const types = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    const below = types.map((type) => [type.name, select(type, nodes)] as const).filter(([, { length }]) => length > 0);
    const { cost: price, rows } = declared<CostOptions>(definition);
    if (!price && definition.args.length === 0 && below.length === 0) return undefined;
    const isList = isListType(getNullableType(definition.type));
    return { key, nodes, parentType: parent, definition, price, rows, isList, below };
  }

  const root = schema.getRootType(operation.operation);
  // Only its selection is looked at.
  return root ? select(root, [operation as unknown as FieldNode]) : [];
}
