import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { explainLiterals } from '../graph/input-mistakes.ts';

/**
 * Gives operations that the schema does not allow the code of all other mistakes, where Yoga would take its own, and
 * values that do not fit a sentence that says what would.
 */
export function useValidationCodes(): Plugin {
  return {
    onValidate:
      ({ params: { documentAST } }) =>
      (outcome) => {
        if (outcome.valid) return;
        // Of a text that was validated before, the same errors come again.
        const errors = (outcome.result as readonly GraphQLError[]).filter(({ extensions }) => !extensions['code']);
        for (const { extensions } of errors) extensions['code'] = 'BAD_USER_INPUT';
        explainLiterals(errors, documentAST);
      },
  };
}
