import { collectFields, collectSubFields, GraphQLStreamDirective, memoize1 } from '@graphql-tools/utils';
import {
  type DocumentNode,
  defaultFieldResolver,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLID,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLString,
  getDirectiveValues,
  getNullableType,
  isLeafType,
  isNonNullType,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { PART_WORK, RESOLVED_WORK, VALUE_WORK } from './allowance.ts';
import { valueKind } from './completion.ts';
import { numberOf, partsOf } from './document-parts.ts';
import type { PlainLeaf, PlannedField, PlannedFields, Selection } from './planned-field.ts';

/** The most tokens of all documents whose plans are kept, counted for each plan. A plan takes some 200 bytes a token. */
const MOST_TOKENS = 250_000;
/** A plan of a few tokens takes 10 kB, its document with it. */
const MOST_PLANS = 1_000;

/**
 * Plans of documents, those that were asked for last. A document has several plans if it has conditions, or callers with
 * several sets of scopes, who each have a schema.
 */
export class PlanCache {
  readonly #plans = new LRUCache<string, Selection>({ max: MOST_PLANS, maxSize: MOST_TOKENS });

  /** The plan of an operation: what is selected on its root type. */
  planOf(
    schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): Selection {
    const { fragments, conditions: names } = partsOf(document);
    const conditions = Object.fromEntries(names.map((name) => [name, variables[name]]));
    const key = `${numberOf(schema)} ${numberOf(document)} ${operation.name?.value} ${Object.values(conditions).join()}`;
    let plan = this.#plans.get(key);
    if (!plan) {
      plan = planned(schema, operation, fragments, conditions);
      this.#plans.set(key, plan, { size: document.tokenCount ?? 1 });
    }
    return plan;
  }
}

type Selected = ReturnType<typeof collectFields>;

/** What its key needs beside its characters: quotes, a colon, a comma, and a value. */
const PUNCTUATION = 5;

/**
 * Plans one operation, for one choice of what its directives leave in or make come later: `conditions` are the variables
 * that these read. The plan is made while it is first executed: what is selected on which type is then known for every
 * row and request.
 */
function planned(
  schema: GraphQLSchema,
  { selectionSet }: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  conditions: Readonly<Record<string, unknown>>,
): Selection {
  const variables = { coerced: conditions, sources: {} };
  const select = (type: GraphQLObjectType, { fields: selected, patches }: Selected): PlannedFields => {
    const fields = [...selected].map(([key, nodes]) => plannedField(key, nodes, type));
    const resolved = fields.filter(({ plain }) => !plain);
    return {
      fields,
      later: patches.map(({ label, fields }) => ({ label, fields: select(type, { fields, patches: [] }) })),
      work: VALUE_WORK * fields.length + RESOLVED_WORK * resolved.length + PART_WORK * patches.length,
      length: fields.reduce((sum, { key }) => sum + key.length + PUNCTUATION, 0),
      hasProto: selected.has('__proto__'),
    };
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
      looksFurther: definition !== TypeNameMetaFieldDef && (definition.resolve?.length ?? 1) > 1,
      readsRow: readerOf(definition),
      plain: plainLeaf(definition),
      stream: streamOf(nodes[0], conditions),
      below: memoize1((type) => select(type, collectSubFields(schema, fragments, variables, type, nodes))),
    };
  };
  return memoize1((type) => select(type, collectFields(schema, fragments, variables, type, selectionSet)));
}

function streamOf(node: FieldNode | undefined, conditions: Readonly<Record<string, unknown>>): PlannedField['stream'] {
  const stream = node && getDirectiveValues(GraphQLStreamDirective, node, conditions);
  if (!stream || stream['if'] === false) return undefined;
  return { initialCount: stream['initialCount'] as number, label: stream['label'] as string | undefined };
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

/** Whoever names one parameter sees no other. */
function readerOf({ resolve }: GraphQLField<unknown, unknown>): PlannedField['readsRow'] {
  return resolve?.length === 1 ? (resolve as (source: unknown) => unknown) : undefined;
}

function plainLeaf(definition: GraphQLField<unknown, unknown>): PlainLeaf | undefined {
  const { type } = definition;
  const leaf = getNullableType(type);
  const read = readerOf(definition);
  if (!isLeafType(leaf) || !read) return undefined;
  const isText = leaf === GraphQLString || leaf === GraphQLID || leaf.serialize === String;
  const ofNull = isNonNullType(type) ? undefined : null;
  return {
    read,
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
