import {
  type GraphQLSchema,
  isObjectType,
  isTypeDefinitionNode,
  Kind,
  parse,
  print,
  type TypeDefinitionNode,
} from 'graphql';
import { schemaText } from '../schema-text.ts';
import { AUTH_DIRECTIVES, directivesOfField, directivesOfType } from './directives.ts';

/**
 * `core` loads in every router; `core+node` is for a supergraph in which nobody else has `node`; `auth` also says what
 * callers need, for routers that keep the rules as well.
 */
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
