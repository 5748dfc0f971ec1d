import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInputObjectType,
  isObjectType,
  isTypeDefinitionNode,
  Kind,
  parse,
  parseConstValue,
  print,
  type TypeDefinitionNode,
} from 'graphql';
import { schemaText } from '../schema-text.ts';
import { type AppliedDirective, directivesOfField, directivesOfType } from './directives.ts';

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
  const hasOneOf = Object.values(schema.getTypeMap()).some((type) => isInputObjectType(type) && type.isOneOf);
  const marked = types.map((definition) => print(markedType(definition, schema, profile)));
  return `${[LINK, ...(hasOneOf ? [ONE_OF] : []), ...marked].join('\n\n')}\n`;
}

function markedType(
  definition: TypeDefinitionNode,
  schema: GraphQLSchema,
  profile: SubgraphProfile,
): TypeDefinitionNode {
  const type = schema.getType(definition.name.value);
  if (!type) return definition;
  const directives = [...(definition.directives ?? []), ...directivesOfType(schema, type).map(nodeOf)];
  if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION || !isObjectType(type)) {
    return { ...definition, directives };
  }
  const hidden = type === schema.getQueryType() && profile === 'core' ? NODE_FIELDS : [];
  const fields = definition.fields?.filter(({ name }) => !hidden.includes(name.value)) ?? [];
  return { ...definition, directives, fields: fields.map((field) => markedField(field, type, schema)) };
}

function markedField(
  definition: FieldDefinitionNode,
  type: GraphQLObjectType,
  schema: GraphQLSchema,
): FieldDefinitionNode {
  const field = type.getFields()[definition.name.value];
  if (!field) return definition;
  const directives = [...(definition.directives ?? []), ...directivesOfField(schema, type, field).map(nodeOf)];
  return { ...definition, directives };
}

function nodeOf({ name, args }: AppliedDirective): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    arguments: Object.entries(args).map(([name, value]) => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: name },
      // JSON of texts, numbers, and lists of them is GraphQL as well.
      value: parseConstValue(JSON.stringify(value), { noLocation: true }),
    })),
  };
}
