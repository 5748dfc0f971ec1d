import { filterSchema } from '@graphql-tools/utils';
import {
  type GraphQLNamedType,
  GraphQLSchema,
  isIntrospectionType,
  isSpecifiedScalarType,
  printSchema,
  printType,
} from 'graphql';

/** The schema as clients see it, without what only routers use: names that begin with `_`. */
export function schemaText(schema: GraphQLSchema): string {
  const isForClients = (name: string) => !name.startsWith('_');
  const rootFieldFilter = (_operation: string, name: string) => isForClients(name);
  const client = filterSchema({ schema, typeFilter: isForClients, rootFieldFilter });
  const types = Object.values(client.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const definition = `"""\n${schema.description}\n"""\nschema {\n  query: Query\n  mutation: Mutation\n  subscription: Subscription\n}`;
  const directives = printSchema(new GraphQLSchema({ directives: schema.getDirectives() }));
  return `${[definition, ...types.toSorted(inReadingOrder).map(printType), directives].join('\n\n')}\n`;
}

const ROOTS = ['Subscription', 'Mutation', 'Query'];

function inReadingOrder({ name: one }: GraphQLNamedType, { name: other }: GraphQLNamedType): number {
  return ROOTS.indexOf(other) - ROOTS.indexOf(one) || (one < other ? -1 : 1);
}
