import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/** Refuses subscriptions: of a kind that the schema has not, graphql-js lets every field pass and executes none. */
export function useRejectSubscriptions(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(KnownOperationsRule);
    },
  };
}

function KnownOperationsRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node) {
      if (context.getSchema().getRootType(node.operation)) return;
      const message = `Expected a query or a mutation: there is no ${node.operation} here.`;
      context.reportError(new GraphQLError(message, { nodes: node }));
    },
  };
}
