import type { ExecutionResult } from '@graphql-tools/utils';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { CallerError } from '../graph/caller-error.ts';

/** What an operation fails with whose answer would have more than `limit` bytes. */
export function answerTooLarge(limit: number): CallerError {
  const message = `Expected an answer of at most ${limit} bytes: ask for fewer rows or fields at once.`;
  return new CallerError('OPERATION_TOO_COSTLY', message, { limit });
}

/** What an operation fails with whose answer is still being made when its deadline has passed. */
export function answerTooLate(): CallerError {
  return new CallerError('UPSTREAM_TIMEOUT', 'The answer was not complete within the deadline.');
}

interface Written extends ExecutionResult {
  /** How Yoga writes it, where it is not plain `JSON.stringify`. */
  stringify?: (result: ExecutionResult) => string;
}

/**
 * Replaces an answer of more than `limit` bytes by one error, when it is written. The parts of one count together, and
 * the error is then the last of them.
 */
export function useAnswerLimit(limit: number): Plugin {
  const refusal = (more: object) => {
    const { message, code, details } = answerTooLarge(limit);
    return JSON.stringify({ data: null, errors: [{ message, extensions: { code, ...details } }], ...more });
  };

  async function* limited(parts: AsyncIterable<ExecutionResult>): AsyncGenerator<Written> {
    let left = limit;
    for await (const part of parts) {
      const stringify = (shown: ExecutionResult) => {
        const text = JSON.stringify(shown);
        left -= Buffer.byteLength(text);
        return left < 0 ? refusal({ hasNext: false }) : text;
      };
      // One that does not say that there are more is an error that ended them; Yoga would repeat it for ever.
      yield { ...part, hasNext: part.hasNext ?? false, stringify };
      if (left < 0 || !part.hasNext) return;
    }
  }

  return {
    onResultProcess({ result, setResult }) {
      if (isAsyncIterable<ExecutionResult>(result)) return setResult(limited(result));
      const stringify = (shown: ExecutionResult) => {
        const text = JSON.stringify(shown);
        return Buffer.byteLength(text) > limit ? refusal({}) : text;
      };
      return setResult({ ...result, stringify });
    },
  };
}
