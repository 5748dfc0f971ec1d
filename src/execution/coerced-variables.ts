import { memoize3 } from '@graphql-tools/utils';
import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';

/**
 * The variables of an operation as its fields get them; undefined where any is wrong, which `variableMistakes` says: each
 * of graphql-js' own errors quotes a whole value, so it may find one only. They are read once for all who ask.
 */
export const coercedVariables = memoize3(
  (
    schema: GraphQLSchema,
    { variableDefinitions = [] }: OperationDefinitionNode,
    values: Readonly<Record<string, unknown>>,
  ): Record<string, unknown> | undefined =>
    getVariableValues(schema, variableDefinitions, values, { maxErrors: 0 }).coerced,
);

/** The values of an operation that comes without any. */
export const NO_VALUES = {};
