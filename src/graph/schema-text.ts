import { type GraphQLNamedType, isIntrospectionType, isSpecifiedScalarType, printType } from 'graphql';
import { schema } from './schema.ts';

/** The schema as clients see it, for `schema.graphql`: what can be asked and done first, then the types by name. */
export function schemaText(): string {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  return `${types.toSorted(inReadingOrder).map(printType).join('\n\n')}\n`;
}

const ROOTS = ['Query', 'Mutation'];

function inReadingOrder(one: GraphQLNamedType, other: GraphQLNamedType): number {
  return rank(one) - rank(other) || (one.name < other.name ? -1 : 1);
}

function rank({ name }: GraphQLNamedType): number {
  const place = ROOTS.indexOf(name);
  return place < 0 ? ROOTS.length : place;
}
