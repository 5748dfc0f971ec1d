import type { Plugin } from 'graphql-yoga';

/** Gives operations that the schema does not allow the code of all other mistakes; Yoga would take its own. */
export function useValidationCodes(): Plugin {
  return {
    onValidate: () => (outcome) => {
      if (outcome.valid) return;
      for (const error of outcome.result as readonly { extensions: Record<string, unknown> }[]) {
        error.extensions['code'] ??= 'BAD_USER_INPUT';
      }
    },
  };
}
