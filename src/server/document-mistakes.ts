import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { BadInput } from '../graph/bad-input.ts';
import { explainLiterals } from '../graph/input-mistakes.ts';

/**
 * Gives documents that cannot be parsed, or that the schema does not allow, the code of all other mistakes, where Yoga
 * would take its own, and values that do not fit a sentence that says what would. The parser and the validator are
 * recursive: a document that is nested deeper than their stack allows is a mistake as well.
 */
export function useDocumentMistakes(): Plugin {
  return {
    onParse({ parseFn, setParseFn }) {
      setParseFn((source, options) => refusingTooDeep(() => parseFn(source, options)));
    },
    onValidate({ addValidationRule, validateFn, setValidationFn, params: { documentAST } }) {
      addValidationRule(KnownOperationsRule);
      setValidationFn((...args: Parameters<typeof validateFn>) => refusingTooDeep(() => validateFn(...args)));
      return (outcome) => {
        if (outcome.valid) return;
        // Of a text that was validated before, the same errors come again.
        const errors = (outcome.result as readonly GraphQLError[]).filter(({ extensions }) => !extensions['code']);
        for (const { extensions } of errors) extensions['code'] = 'BAD_USER_INPUT';
        explainLiterals(errors, documentAST);
      };
    },
  };
}

/** Refuses subscriptions: of a kind that the schema does not have, graphql-js lets every field pass and executes none. */
function KnownOperationsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (context.getSchema().getRootType(node.operation)) return;
      const message = `Expected a query or a mutation: there is no ${node.operation} here.`;
      context.reportError(new GraphQLError(message, { nodes: node }));
    },
  };
}

function refusingTooDeep<Outcome>(read: () => Outcome): Outcome {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw new BadInput('Expected an operation that is nested less deeply.');
    throw error;
  }
}
