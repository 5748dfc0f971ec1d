import type { ExecutionResult } from '@graphql-tools/utils';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';

/** Changes an answer, or each part or event of one, before it is sent. */
export function eachPart<Answer>(answer: Answer, change: (part: ExecutionResult) => ExecutionResult): Answer {
  const changed: unknown = isAsyncIterable<ExecutionResult>(answer)
    ? mapAsyncIterator(answer, change)
    : change(answer as ExecutionResult);
  // An answer again, or parts again.
  return changed as Answer;
}

/** Marks every answer as made up, so that nobody takes the sandbox for an account: in `extensions` and a header. */
export function useSandboxMark(): Plugin {
  // The later parts of an answer belong to its first one.
  const marked = (part: ExecutionResult): ExecutionResult =>
    part.data === undefined && !part.errors ? part : { ...part, extensions: { ...part.extensions, sandbox: true } };
  return {
    onResponse({ response }) {
      response.headers.set('x-sandbox', 'true');
    },
    onResultProcess({ result, setResult }) {
      setResult(eachPart(result, marked));
    },
  };
}
