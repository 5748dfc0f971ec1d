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
import { directivesOfField, directivesOfType } from './directives.ts';

/** `core` loads in every router; `core+node` is for a supergraph in which nobody else has `node`. */
export const SUBGRAPH_PROFILES = ['core', 'core+node'] as const;

export type SubgraphProfile = (typeof SUBGRAPH_PROFILES)[number];

/** Two subgraphs cannot both own these. */
const NODE_FIELDS: readonly string[] = ['node', 'nodes'];

/** Which names below are federation's. */
const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@cost", "@key", "@listSize", "@shareable", "@tag"])`;

/** Not every composer knows it, and all of them take it where it is declared. */
const ONE_OF = 'directive @oneOf on INPUT_OBJECT';

/** The schema as routers compose it: the types that clients see, with the directives of federation. */
export function subgraphText(schema: GraphQLSchema, profile: SubgraphProfile): string {
  // Directives for operations are a matter between clients and the router.
  const types = parse(schemaText(schema), { noLocation: true }).definitions.filter(isTypeDefinitionNode);
  const marked = types.map((definition) => print(markedType(definition, schema, profile)));
  return `${[LINK, ONE_OF, ...marked].join('\n\n')}\n`;
}

function markedType(
  definition: TypeDefinitionNode,
  schema: GraphQLSchema,
  profile: SubgraphProfile,
): TypeDefinitionNode {
  const type = schema.getType(definition.name.value);
  if (!type) return definition;
  const directives = [...(definition.directives ?? []), ...directivesOfType(schema, type)];
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || !isObjectType(type)) {
    return { ...definition, directives };
  }
  const hidden = type === schema.getQueryType() && profile === 'core' ? NODE_FIELDS : [];
  const fields = (definition.fields ?? [])
    .filter(({ name }) => !hidden.includes(name.value))
    .map((field) => ({
      ...field,
      directives: [...(field.directives ?? []), ...directivesOfField(schema, type, field.name.value)],
    }));
  return { ...definition, directives, fields };
}
