import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNullableType,
  isListType,
  isObjectType,
} from 'graphql';
import { nodeTypes } from '../node-loaders.ts';
import { marksOf } from './plugin.ts';
import { tagsOfField, tagsOfType } from './tags.ts';

/** A directive as it is printed after a type or a field. */
export interface AppliedDirective {
  name: string;
  args: Readonly<Record<string, boolean | number | string | readonly string[]>>;
}

/** What one resolution costs, where an object at hand counts 1 and a text nothing. */
const WEIGHTS = { call: 10, share: 2 } as const;

/** How many rows a connection has when nothing says otherwise. */
const DEFAULT_SIZE = 20;

/** What the subgraph's text says of a type to routers. */
export function directivesOfType(schema: GraphQLSchema, type: GraphQLNamedType): AppliedDirective[] {
  return [
    ...keysOf(type).map((fields) => ({ name: 'key', args: { fields } })),
    ...(marksOf(type).shareable ? [{ name: 'shareable', args: {} }] : []),
    ...tagged(tagsOfType(schema, type)),
  ];
}

function keysOf({ name }: GraphQLNamedType): string[] {
  const entity = nodeTypes().get(name);
  return entity ? ['id', entity.naturalKey.join(' ')] : [];
}

/** What it says of a field: it has the tags of what it gives, so that both can be filtered out together. */
export function directivesOfField(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
): AppliedDirective[] {
  const isRoot = type === schema.getQueryType() || type === schema.getMutationType();
  const cost = marksOf(field).cost ?? (isRoot ? 'call' : undefined);
  return [
    ...tagged(tagsOfField(schema, field)),
    ...(cost ? [{ name: 'cost', args: { weight: WEIGHTS[cost] } }] : []),
    ...listSizeOf(field),
  ];
}

function tagged(tags: ReadonlySet<string>): AppliedDirective[] {
  return [...tags].sort().map((name) => ({ name: 'tag', args: { name } }));
}

/** `@listSize` of a field that takes a window. */
function listSizeOf({ args, type }: GraphQLField<unknown, unknown>): AppliedDirective[] {
  const slicingArguments = args.map(({ name }) => name).filter((name) => name === 'first' || name === 'last');
  const connection = getNullableType(type);
  if (slicingArguments.length === 0 || !isObjectType(connection)) return [];
  const sizedFields = Object.values(connection.getFields())
    .filter((field) => isListType(getNullableType(field.type)))
    .map(({ name }) => name);
  const hasDefault = args.some(({ name, defaultValue }) => name === 'first' && defaultValue !== undefined);
  const size = { slicingArguments, sizedFields, requireOneSlicingArgument: false };
  // A composer refuses to assume a size where an argument's default already says one.
  return [{ name: 'listSize', args: hasDefault ? size : { assumedSize: DEFAULT_SIZE, ...size } }];
}
