import { buildSchema, execute, type GraphQLSchema, getOperationAST, Kind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { schemaText } from '../graph/schema-text.ts';

/**
 * Answers questions about the schema with what clients are meant to see: what only routers use would stand in their
 * documentation, and in the code that tools generate. Routers have `_service` for that.
 */
export function useClientIntrospection(schema: GraphQLSchema): Plugin {
  let clientSchema: GraphQLSchema | undefined;
  return {
    onExecute({ args, setExecuteFn }) {
      const selections = getOperationAST(args.document, args.operationName)?.selectionSet.selections ?? [];
      const isIntrospection = selections.every(
        (selection) => selection.kind === Kind.FIELD && selection.name.value.startsWith('__'),
      );
      if (!isIntrospection) return;
      setExecuteFn((all) => {
        clientSchema ??= buildSchema(schemaText(schema), { assumeValid: true });
        return execute({ ...all, schema: clientSchema });
      });
    },
  };
}
