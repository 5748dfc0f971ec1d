import { GraphQLError } from 'graphql';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import type { Context } from '../../graph/context.ts';
import { Trail } from './trail.ts';

/**
 * Keeps account of what operations read of personal data: a line before each answer, part of one or event
 * that has any, and one before a subscription begins. What
 * cannot be recorded is not answered.
 */
export function useAudit(): Plugin<Context> {
  return {
    async onSubscribe({ args }) {
      if (args.contextValue.audit instanceof Trail) await args.contextValue.audit.begin();
    },
    onExecute({ args }) {
      const { audit: trail } = args.contextValue;
      if (!(trail instanceof Trail)) return undefined;
      const audited = async <Result extends object>(result: Result): Promise<Result> => {
        try {
          await trail.read();
          return result;
        } catch (error) {
          const { message } = error as Error;
          const errors = [new GraphQLError(message, { originalError: error as Error })];
          return ('hasNext' in result ? { errors, hasNext: false } : { data: null, errors }) as object as Result;
        }
      };
      return {
        async onExecuteDone({ result, setResult }) {
          setResult(isAsyncIterable(result) ? mapAsyncIterator(result, audited) : await audited(result));
        },
      };
    },
  };
}
