import type { ExecutionResult } from '@graphql-tools/utils';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';

/** Marks every answer as made up, so that nobody takes the sandbox for an account: in `extensions` and a header. */
export function useSandboxMark(): Plugin {
  // The later parts of an answer belong to its first one.
  const marked = (result: ExecutionResult): ExecutionResult =>
    result.data === undefined && !result.errors
      ? result
      : { ...result, extensions: { ...result.extensions, sandbox: true } };
  return {
    onResponse({ response }) {
      response.headers.set('x-sandbox', 'true');
    },
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result)) return;
      setResult(isAsyncIterable<ExecutionResult>(result) ? mapAsyncIterator(result, marked) : marked(result));
    },
  };
}
