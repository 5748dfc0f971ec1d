import {
  type GraphQLNamedType,
  GraphQLObjectType,
  GraphQLSchema,
  isIntrospectionType,
  isSpecifiedScalarType,
  printSchema,
  printType,
} from 'graphql';

/**
 * The schema as clients see it, for `schema.graphql`: what it is about, what can be asked and done, then the types by name.
 * What only routers use is left out: its names begin with `_`, as the language reserves no others.
 */
export function schemaText(schema: GraphQLSchema): string {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type) && !isForRouters(type.name),
  );
  const client = types.map((type) => (type === schema.getQueryType() ? withoutRouters(type) : type));
  const definition = `"""\n${schema.description}\n"""\nschema {\n  query: Query\n  mutation: Mutation\n  subscription: Subscription\n}`;
  const directives = printSchema(new GraphQLSchema({ directives: schema.getDirectives() }));
  return `${[definition, ...client.toSorted(inReadingOrder).map(printType), directives].join('\n\n')}\n`;
}

function isForRouters(name: string): boolean {
  return name.startsWith('_');
}

function withoutRouters(query: GraphQLObjectType): GraphQLObjectType {
  const { fields, ...config } = query.toConfig();
  return new GraphQLObjectType({
    ...config,
    fields: Object.fromEntries(Object.entries(fields).filter(([name]) => !isForRouters(name))),
  });
}

const ROOTS = ['Subscription', 'Mutation', 'Query'];

function inReadingOrder({ name: one }: GraphQLNamedType, { name: other }: GraphQLNamedType): number {
  return ROOTS.indexOf(other) - ROOTS.indexOf(one) || (one < other ? -1 : 1);
}
