import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLObjectType,
  getOperationAST,
  OperationTypeNode,
} from 'graphql';
import { Allowance, type Limits } from './allowance.ts';
import { partsOf } from './document-parts.ts';
import { ErrorList, MOST_COUNTED } from './error-list.ts';
import { executeFields, executeSerially, isPromise, note } from './fields.ts';
import { LaterParts } from './later-parts.ts';
import { LostFields, type Mistake } from './lost-fields.ts';
import type { PlanCache } from './plan.ts';
import type { MaybePromise, Run } from './planned-field.ts';
import { coercedVariables, NO_VALUES, variableMistakes } from './variables.ts';

/**
 * Executes a validated query or mutation as graphql-js would, only faster: what is selected where is found out once for
 * each document instead of once for each object. What is deferred or streamed follows in later parts. Undefined where
 * the document has no such operation.
 *
 * An answer beyond the limits becomes a single error. Long lists let others go first every now and then, and are text
 * when they come (`Written`). Fields with `mistakes` are not resolved.
 */
export function executePlanned(
  plans: PlanCache,
  args: ExecutionArgs,
  limits: Limits,
  mistakes: readonly Mistake[] = [],
): MaybePromise<ExecutionResult | AsyncIterable<ExecutionResult>> | undefined {
  const { schema, document, rootValue, contextValue: context } = args;
  const operation = getOperationAST(document, args.operationName);
  if (!operation) return undefined;
  const values = args.variableValues ?? NO_VALUES;
  const variables = coercedVariables(schema, operation, values);
  if (!variables) {
    const { variableDefinitions = [] } = operation;
    return { errors: variableMistakes(schema, variableDefinitions, values, limits.hideSuggestions === true) };
  }
  const allowance = new Allowance(limits);
  let parts: LaterParts | undefined;
  let lost: LostFields | undefined;
  const run: Run = {
    schema,
    operation,
    fragments: partsOf(document).fragments,
    rootValue,
    context,
    variables,
    errors: new ErrorList(),
    nulled: new Set(),
    allowance,
    refuse: undefined,
    results: new Map(),
    parts() {
      parts ??= new LaterParts(allowance);
      return parts;
    },
  };
  const answered = (known: object | null) => {
    const unreported = (known && lost?.unreported()) ?? [];
    for (const error of unreported) run.errors.add(error);
    const errors = run.errors.all(unreported.length === MOST_COUNTED);
    // Whoever writes it knows `Written`.
    const data = known as Record<string, unknown> | null;
    const result = errors.length === 0 ? { data } : { errors, data };
    return parts?.areAny && data ? parts.all(result) : result;
  };
  const failed = (error: unknown) => {
    if (allowance.over) return { data: null, errors: [allowance.over] };
    // What a root field throws is located; before any field only a directive's arguments can be wrong.
    note(run, error as GraphQLError, undefined);
    return answered(null);
  };
  try {
    // Validation made sure that the schema has such a type.
    const rootType = schema.getRootType(operation.operation) as GraphQLObjectType;
    const root = plans.planOf(schema, document, operation, variables)(rootType);
    if (mistakes.length > 0) {
      lost = new LostFields(mistakes, schema, root);
      run.refuse = lost.refuse;
    }
    if (operation.operation === OperationTypeNode.MUTATION) return executeSerially(run, root).then(answered, failed);
    const data = executeFields(run, root, rootValue, undefined);
    return isPromise(data) ? allowance.unlessOver(data).then(answered, failed) : answered(data);
  } catch (error) {
    return failed(error);
  }
}
