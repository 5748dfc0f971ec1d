import {
  buildSchema,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type ValidationRule,
} from 'graphql';
import { schemaText } from '../graph/schema-text.ts';

/** The schema without what only routers use, for operations that ask about nothing else: they have `_service` for that. */
export function clientIntrospection(schema: GraphQLSchema) {
  let clientSchema: GraphQLSchema | undefined;
  return ({ document, operationName }: ExecutionArgs): GraphQLSchema | undefined => {
    const selections = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
    const isIntrospection = selections.every(
      (selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'),
    );
    if (!isIntrospection) return undefined;
    clientSchema ??= buildSchema(schemaText(schema), { assumeValid: true });
    return clientSchema;
  };
}

/**
 * Refuses every question about the schema. `__typename`, which clients add everywhere, stays. It is as graphql-js' own,
 * but with one error for a question, not one for each field of its answer.
 */
export const noIntrospection: ValidationRule = (context) => ({
  Field(node) {
    if (node.name.value !== '__schema' && node.name.value !== '__type') return undefined;
    const message = 'Expected no question about the schema: introspection is off here.';
    context.reportError(new GraphQLError(message, { nodes: node }));
    return false;
  },
});
