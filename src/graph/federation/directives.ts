import { makeDirectiveNode } from '@graphql-tools/utils';
import {
  type ConstDirectiveNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNullableType,
  isListType,
  isObjectType,
} from 'graphql';
import { type CostOptions, weightOf } from '../cost/charge.ts';
import { declared } from '../declared.ts';
import { nodeTypes } from '../node.ts';
import { type Marks, scopesOfField, scopesOfType, tagsOfField, tagsOfType } from './tags.ts';

/** What one resolution costs, where an object at hand counts 1 and a text nothing. */
const WEIGHTS = { call: 10, share: 2 } as const;

/** How many rows a connection has when nothing says otherwise. */
const DEFAULT_SIZE = 20;

/** What the subgraph's text says of a type to routers. */
export function directivesOfType(schema: GraphQLSchema, type: GraphQLNamedType): ConstDirectiveNode[] {
  const entity = nodeTypes().get(type.name);
  const keys = entity ? ['id', entity.naturalKey.join(' ')] : [];
  return [
    ...keys.map((fields) => makeDirectiveNode<ConstDirectiveNode>('key', { fields })),
    ...(declared<Marks>(type).shareable ? [makeDirectiveNode<ConstDirectiveNode>('shareable')] : []),
    ...tagged(tagsOfType(schema, type)),
  ];
}

/** What it says of a field: it has the tags of what it gives, so that both can be filtered out together. */
export function directivesOfField(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  fieldName: string,
): ConstDirectiveNode[] {
  const field = type.getFields()[fieldName];
  if (!field) return [];
  const { cost } = declared<CostOptions>(field);
  return [
    ...tagged(tagsOfField(schema, field)),
    ...(cost ? [makeDirectiveNode<ConstDirectiveNode>('cost', { weight: WEIGHTS[weightOf(cost)] })] : []),
    ...listSizeOf(field),
  ];
}

/** How the rules on fields are written for routers. */
export const AUTH_DIRECTIVES = ['authenticated', 'requiresScopes'] as const;

const AUTHENTICATED = makeDirectiveNode<ConstDirectiveNode>('authenticated');

/** Whoever asks for an object by its key is authenticated; some have to have scopes as well. */
export function rulesOfType(schema: GraphQLSchema, { name }: GraphQLNamedType): ConstDirectiveNode[] {
  return [...(nodeTypes().has(name) ? [AUTHENTICATED] : []), ...requiring(scopesOfType(schema, name))];
}

/** The same of a root field, and of a field that has a rule. */
export function rulesOfField(schema: GraphQLSchema, type: GraphQLObjectType, fieldName: string): ConstDirectiveNode[] {
  const field = type.getFields()[fieldName];
  const isRoot = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type);
  return [...(isRoot ? [AUTHENTICATED] : []), ...requiring(field ? scopesOfField(schema, field) : [])];
}

function requiring(scopes: readonly string[]): ConstDirectiveNode[] {
  return scopes.length > 0 ? [makeDirectiveNode('requiresScopes', { scopes: [[...scopes]] })] : [];
}

function tagged(tags: ReadonlySet<string>): ConstDirectiveNode[] {
  return [...tags].sort().map((name) => makeDirectiveNode('tag', { name }));
}

/** `@listSize` of a field that takes a window, or of a list whose size is assumed. */
function listSizeOf(field: GraphQLField<unknown, unknown>): ConstDirectiveNode[] {
  const { args, type } = field;
  const { rows } = declared<CostOptions>(field);
  const assumedSize = typeof rows === 'object' ? rows.assumed : rows;
  if (typeof assumedSize === 'number') return [makeDirectiveNode('listSize', { assumedSize })];
  const slicingArguments = args.map(({ name }) => name).filter((name) => name === 'first' || name === 'last');
  const connection = getNullableType(type);
  if (slicingArguments.length === 0 || !isObjectType(connection)) return [];
  const sizedFields = Object.values(connection.getFields())
    .filter((field) => isListType(getNullableType(field.type)))
    .map(({ name }) => name);
  const hasDefault = args.some(({ name, defaultValue }) => name === 'first' && defaultValue !== undefined);
  const size = { slicingArguments, sizedFields, requireOneSlicingArgument: false };
  // A composer refuses to assume a size where an argument's default already says one.
  return [makeDirectiveNode('listSize', hasDefault ? size : { assumedSize: DEFAULT_SIZE, ...size })];
}
