import type { ExecutionResult } from '@graphql-tools/utils';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';

/** Marks every answer as made up, so that nobody takes the sandbox for an account: in `extensions` and a header. */
export function useSandboxMark(): Plugin {
  const marked = <Result extends ExecutionResult>(result: Result): Result => ({
    ...result,
    extensions: { ...result.extensions, sandbox: true },
  });
  return {
    onResponse({ response }) {
      response.headers.set('x-sandbox', 'true');
    },
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result)) return;
      if (!isAsyncIterable<ExecutionResult>(result)) return setResult(marked(result));
      let isFirst = true;
      setResult(
        mapAsyncIterator(result, (part: ExecutionResult) => {
          const shown = isFirst ? marked(part) : part;
          isFirst = false;
          return shown;
        }) as AsyncIterable<ExecutionResult>,
      );
    },
  };
}
