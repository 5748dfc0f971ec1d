import type { GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from '../graph/context.ts';
import { permittedSchema } from '../graph/permitted-schema.ts';

/** Executes operations by the schema that their caller's scopes permit. Without it nothing that needs one is permitted. */
export function usePermissions(schema: GraphQLSchema): Plugin<Context> {
  return {
    onExecute({ args }) {
      args.schema = permittedSchema(schema, args.contextValue.scopes);
    },
  };
}
