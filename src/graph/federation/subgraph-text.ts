import { makeDirectiveNode } from '@graphql-tools/utils';
import type {
  ConstDirectiveNode,
  GraphQLField,
  GraphQLNamedType,
  GraphQLObjectType,
  GraphQLSchema,
  TypeDefinitionNode,
} from 'graphql';
import { getNullableType, isListType, isObjectType, isTypeDefinitionNode, Kind, parse, print } from 'graphql';
import { type CostOptions, weightOf } from '../cost/charge.ts';
import { declared } from '../declared.ts';
import { nodeTypes } from '../node.ts';
import { schemaText } from '../schema-text.ts';
import { type Marks, scopesOfField, scopesOfType, tagsOfField, tagsOfType } from './tags.ts';

/** `core` loads in every router; `core+node` needs a supergraph where nobody else has `node`; `auth` adds scopes. */
export const SUBGRAPH_PROFILES = ['core', 'core+node', 'auth'] as const;

export type SubgraphProfile = (typeof SUBGRAPH_PROFILES)[number];

/** Two subgraphs cannot both own these. */
const NODE_FIELDS: readonly string[] = ['node', 'nodes'];

/** Which names below are federation's. */
function link(profile: SubgraphProfile): string {
  const names = ['cost', 'key', 'listSize', 'shareable', 'tag', ...(profile === 'auth' ? AUTH_DIRECTIVES : [])];
  const list = names.map((name) => `"@${name}"`).join(', ');
  return `extend schema\n  @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${list}])`;
}

/** Not every composer knows it, and all of them take it where it is declared. */
const ONE_OF = 'directive @oneOf on INPUT_OBJECT';

/** The schema as routers compose it: the types that clients see, with the directives of federation. */
export function subgraphText(schema: GraphQLSchema, profile: SubgraphProfile): string {
  // Directives for operations are a matter between clients and the router.
  const types = parse(schemaText(schema), { noLocation: true }).definitions.filter(isTypeDefinitionNode);
  const marked = types.map((definition) => print(markedType(definition, schema, profile)));
  return `${[link(profile), ONE_OF, ...marked].join('\n\n')}\n`;
}

function markedType(definition: TypeDefinitionNode, schema: GraphQLSchema, profile: SubgraphProfile) {
  const type = schema.getType(definition.name.value);
  if (!type) return definition;
  const hasRules = profile === 'auth';
  const marked = {
    ...definition,
    directives: [...(definition.directives ?? []), ...directivesOfType(schema, type, hasRules)],
  };
  if (marked.kind !== Kind.OBJECT_TYPE_DEFINITION || !isObjectType(type)) return marked;
  const hidden = type === schema.getQueryType() && profile !== 'core+node' ? NODE_FIELDS : [];
  const fields = (marked.fields ?? [])
    .filter(({ name }) => !hidden.includes(name.value))
    .map((field) => ({
      ...field,
      directives: [...(field.directives ?? []), ...directivesOfField(schema, type, field.name.value, hasRules)],
    }));
  return { ...marked, fields };
}

/** What one resolution costs, where an object at hand counts 1 and a text nothing. */
const WEIGHTS = { call: 10, share: 2 } as const;

/** How many rows a connection has when nothing says otherwise. */
const DEFAULT_SIZE = 20;

const directive = makeDirectiveNode<ConstDirectiveNode>;

/** What the subgraph's text says of a type to routers; and, to those that keep them as well, the rules for it. */
function directivesOfType(schema: GraphQLSchema, type: GraphQLNamedType, hasRules: boolean) {
  const entity = nodeTypes.get(type.name);
  const keys = entity ? ['id', entity.naturalKey.join(' ')] : [];
  return [
    ...keys.map((fields) => directive('key', { fields })),
    ...(declared<Marks>(type).shareable ? [directive('shareable')] : []),
    ...tagged(tagsOfType(schema, type)),
    ...(hasRules ? rulesOf(entity !== undefined, scopesOfType(schema, type.name)) : []),
  ];
}

/** What it says of a field: it has the tags of what it gives, so that both can be filtered out together. */
function directivesOfField(schema: GraphQLSchema, type: GraphQLObjectType, name: string, hasRules: boolean) {
  const field = type.getFields()[name];
  if (!field) return [];
  const price = declared<CostOptions>(field);
  const isRoot = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type);
  return [
    ...tagged(tagsOfField(schema, field)),
    ...(price.cost ? [directive('cost', { weight: WEIGHTS[weightOf(price)] })] : []),
    ...listSizeOf(field),
    ...(hasRules ? rulesOf(isRoot, scopesOfField(schema, field)) : []),
  ];
}

/** How rules are written for routers. */
const AUTH_DIRECTIVES = ['authenticated', 'requiresScopes'] as const;

/** Whoever uses a root field, or asks for an object by its key, is authenticated; some have to have scopes as well. */
function rulesOf(isEntrance: boolean, scopes: readonly string[]): ConstDirectiveNode[] {
  return [
    ...(isEntrance ? [directive('authenticated')] : []),
    ...(scopes.length > 0 ? [directive('requiresScopes', { scopes: [[...scopes]] })] : []),
  ];
}

function tagged(tags: ReadonlySet<string>): ConstDirectiveNode[] {
  return [...tags].sort().map((name) => directive('tag', { name }));
}

/** `@listSize` of a field that takes a window, or of a list whose size is assumed. */
function listSizeOf(field: GraphQLField<unknown, unknown>): ConstDirectiveNode[] {
  const { args, type } = field;
  const { rows } = declared<CostOptions>(field);
  const assumedSize = typeof rows === 'object' ? rows.assumed : rows;
  if (typeof assumedSize === 'number') return [directive('listSize', { assumedSize })];
  const slicingArguments = args.map(({ name }) => name).filter((name) => name === 'first' || name === 'last');
  const connection = getNullableType(type);
  if (slicingArguments.length === 0 || !isObjectType(connection)) return [];
  const sizedFields = Object.values(connection.getFields())
    .filter((field) => isListType(getNullableType(field.type)))
    .map(({ name }) => name);
  const hasDefault = args.some(({ name, defaultValue }) => name === 'first' && defaultValue !== undefined);
  const size = { slicingArguments, sizedFields, requireOneSlicingArgument: false };
  // A composer refuses to assume a size where an argument's default already says one.
  return [directive('listSize', hasDefault ? size : { assumedSize: DEFAULT_SIZE, ...size })];
}
