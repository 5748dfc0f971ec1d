import { filterSchema } from '@graphql-tools/utils';
import { GraphQLSchema, isIntrospectionType, isSpecifiedScalarType, printSchema, printType } from 'graphql';

const ROOTS = ['Subscription', 'Mutation', 'Query'];

/** The schema as clients see it, without what only routers use: names that begin with `_`. */
export function schemaText(schema: GraphQLSchema): string {
  const isForClients = (name: string) => !name.startsWith('_');
  const rootFieldFilter = (_operation: string, name: string) => isForClients(name);
  const client = filterSchema({ schema, typeFilter: isForClients, rootFieldFilter });
  const types = Object.values(client.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .sort(({ name: one }, { name: other }) => ROOTS.indexOf(other) - ROOTS.indexOf(one) || (one < other ? -1 : 1));
  const definition = `"""\n${schema.description}\n"""\nschema {\n  query: Query\n  mutation: Mutation\n  subscription: Subscription\n}`;
  const directives = printSchema(new GraphQLSchema({ directives: schema.getDirectives() }));
  return `${[definition, ...types.map(printType), directives].join('\n\n')}\n`;
}
