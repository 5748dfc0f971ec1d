import { buildSchema, GraphQLError, type GraphQLSchema, getOperationAST, Kind, type ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { schemaText } from '../graph/schema-text.ts';

/** Answers questions about the schema without what only routers use: they have `_service` for that. */
export function useClientIntrospection(schema: GraphQLSchema): Plugin {
  let clientSchema: GraphQLSchema | undefined;
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const selections = getOperationAST(args.document, args.operationName)?.selectionSet.selections ?? [];
      const isIntrospection = selections.every(
        (selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'),
      );
      if (!isIntrospection) return;
      setExecuteFn((all) => {
        clientSchema ??= buildSchema(schemaText(schema), { assumeValid: true });
        return executeFn({ ...all, schema: clientSchema });
      });
    },
  };
}

/** Refuses every question about the schema. `__typename`, which clients add everywhere, stays. */
export function useNoIntrospection(): Plugin {
  // As graphql-js' own, but with one error for a question, not one for each field of its answer.
  const rule: ValidationRule = (context) => ({
    Field(node) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return undefined;
      const message = 'Expected no question about the schema: introspection is off here.';
      context.reportError(new GraphQLError(message, { nodes: node }));
      return false;
    },
  });
  return { onValidate: ({ addValidationRule }) => addValidationRule(rule) };
}
