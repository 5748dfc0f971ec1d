import { type DirectiveNode, type ExecutionArgs, getOperationAST, valueFromASTUntyped, visit } from 'graphql';
import { coercedVariables, NO_VALUES } from '../execution/coerced-variables.ts';
import { BadInput } from '../graph/caller-error.ts';

/**
 * Throws `BadInput` for an `initialCount` that is null or negative, which the executor would take for a mistake of its
 * own; only with the variables of an operation it can be seen.
 */
export function refuseOddCounts({ schema, document, operationName, variableValues }: ExecutionArgs): void {
  const operation = getOperationAST(document, operationName);
  // Variables that cannot be read are reported by the executor.
  const coerced = (operation && coercedVariables(schema, operation, variableValues ?? NO_VALUES)) ?? {};
  visit(document, {
    Argument({ name, value }) {
      if (name.value !== INITIAL_COUNT) return;
      const count = valueFromASTUntyped(value, coerced);
      if (count === null || (typeof count === 'number' && count < 0)) {
        throw new BadInput(`Expected ${INITIAL_COUNT} to be a number from 0.`);
      }
    },
  });
}

/** An argument of `@stream`; no field has one of that name. */
const INITIAL_COUNT = 'initialCount';

/** Whether a directive asks for a later part of the answer. */
export function isIncremental({ name }: DirectiveNode): boolean {
  return name.value === 'defer' || name.value === 'stream';
}
