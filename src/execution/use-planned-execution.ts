import type { GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { executePlanned } from './execute-planned.ts';
import { PlanCache } from './plan-cache.ts';

/** Executes queries by their plans; whatever has none goes to Yoga's own executor. */
export function usePlannedExecution(schema: GraphQLSchema): Plugin {
  const plans = new PlanCache(schema);
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args) => executePlanned(plans, args) ?? executeFn(args));
    },
  };
}
