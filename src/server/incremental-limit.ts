import {
  type ASTVisitor,
  type DirectiveNode,
  type ExecutionArgs,
  GraphQLError,
  getOperationAST,
  getVariableValues,
  Kind,
  type SelectionSetNode,
  type ValidationContext,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { BadInput } from '../graph/bad-input.ts';

/** In how many places an operation may ask for a later part; each row of a list may bring as many. */
const MOST_PLACES = 50;

/**
 * Refuses operations that ask for later parts in too many places. Fragments that spread others twice would otherwise
 * double the parts with each line: unlike plain ones, deferred fragments are executed as often as they are spread.
 */
export function LaterPartsRule(context: ValidationContext): ASTVisitor {
  const places = new Map<string, number>();

  function placesIn(set: SelectionSetNode | undefined): number {
    let count = 0;
    for (const selection of set?.selections ?? []) {
      if (selection.directives?.some(isIncremental)) count += 1;
      count +=
        selection.kind === Kind.FRAGMENT_SPREAD
          ? placesInFragment(selection.name.value)
          : placesIn(selection.selectionSet);
    }
    return count;
  }

  function placesInFragment(name: string): number {
    let count = places.get(name);
    if (count === undefined) {
      // A fragment that spreads itself is refused by another rule.
      places.set(name, 0);
      count = placesIn(context.getFragment(name)?.selectionSet);
      places.set(name, count);
    }
    return count;
  }

  return {
    OperationDefinition(operation) {
      if (placesIn(operation.selectionSet) <= MOST_PLACES) return;
      const message = `Expected @defer and @stream in at most ${MOST_PLACES} places of an operation, fragments counted wherever they are spread.`;
      context.reportError(new GraphQLError(message, { nodes: operation }));
    },
  };
}

/**
 * Throws `BadInput` for an `initialCount` that is null or negative, which the executor would take for a mistake of its
 * own; only with the variables of an operation it can be seen.
 */
export function refuseOddCounts({ schema, document, operationName, variableValues }: ExecutionArgs): void {
  const { variableDefinitions = [] } = getOperationAST(document, operationName) ?? {};
  // Variables that cannot be read are reported by the executor.
  const { coerced = {} } = getVariableValues(schema, variableDefinitions, variableValues ?? {});
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
