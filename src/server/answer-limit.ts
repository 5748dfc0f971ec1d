import { Readable } from 'node:stream';
import type { ExecutionResult } from '@graphql-tools/utils';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import { listOf, objectOf, type Piece, piecesOf } from '../execution/written.ts';
import { CallerError } from '../graph/caller-error.ts';
import { factsOf, isSubscription } from './telemetry/operation-facts.ts';

/** What an operation fails with whose answer would have more than `limit` bytes. */
export function answerTooLarge(limit: number): CallerError {
  const message = `Expected an answer of at most ${limit} bytes: ask for fewer rows or fields at once.`;
  return new CallerError('OPERATION_TOO_COSTLY', message, { limit });
}

/** What an operation fails with whose answer takes too long to compute, however short it may be. */
export function tooMuchWork(): CallerError {
  const message = 'Expected fewer values in an answer, as each takes time: ask for fewer rows or fields at once.';
  return new CallerError('OPERATION_TOO_COSTLY', message);
}

/** What an operation fails with whose answer is still being made when its deadline has passed. */
export function answerTooLate(): CallerError {
  return new CallerError('UPSTREAM_TIMEOUT', 'The answer was not complete within the deadline.');
}

interface Shown extends ExecutionResult {
  /** How Yoga writes it. A stream becomes the body as it is, though Yoga does not say so. */
  stringify?: (result: ExecutionResult) => string | Readable;
}

/**
 * Replaces an answer of more than `limit` bytes by one error, when it is written. The parts of one count together, and
 * the error is then the last of them. A long answer goes out as its caller reads it.
 */
export function useAnswerLimit(limit: number): Plugin {
  const refusal = (request: Request, more: object) => {
    const { message, code, details } = answerTooLarge(limit);
    factsOf(request).codes.add(code);
    return JSON.stringify({ data: null, errors: [{ message, extensions: { code, ...details } }], ...more });
  };

  async function* limited(request: Request, parts: AsyncIterable<ExecutionResult>): AsyncGenerator<Shown> {
    let left = limit;
    for await (const part of parts) {
      const stringify = (shown: ExecutionResult) => {
        const bytes = Buffer.concat(piecesToSend(shown).map(bytesOf));
        left -= bytes.length;
        return left < 0 ? refusal(request, { hasNext: false }) : bytes.toString();
      };
      // One that does not say that there are more is an error that ended them; Yoga would repeat it for ever.
      yield { ...part, hasNext: part.hasNext ?? false, stringify };
      if (left < 0 || !part.hasNext) return;
    }
  }

  /** Each event may be as long as an answer. */
  const asEvent = (request: Request, event: ExecutionResult): Shown => ({
    ...event,
    stringify: (shown) => {
      const bytes = Buffer.concat(piecesToSend(shown).map(bytesOf));
      return bytes.length > limit ? refusal(request, {}) : bytes.toString();
    },
  });

  return {
    onResultProcess({ request, result, setResult }) {
      if (isAsyncIterable<ExecutionResult>(result)) {
        const parts = isSubscription(request)
          ? mapAsyncIterator(result, (event) => asEvent(request, event))
          : limited(request, result);
        return setResult(parts as AsyncGenerator<ExecutionResult>);
      }
      const stringify = (shown: ExecutionResult) => {
        const pieces = piecesToSend(shown);
        if (pieces.reduce((bytes, piece) => bytes + Buffer.byteLength(piece), 0) > limit) return refusal(request, {});
        const [only] = pieces;
        // Whoever reads a body that comes in pieces puts bytes together.
        return pieces.length === 1 && typeof only === 'string' ? only : Readable.from(pieces.map(bytesOf));
      };
      const written: Shown = { ...result, stringify };
      return setResult(written as ExecutionResult);
    },
  };
}

function piecesToSend(shown: Shown): readonly Piece[] {
  const { incremental } = shown;
  const parts = incremental && { incremental: listOf(incremental.map(objectOf)) };
  return piecesOf(objectOf({ ...shown, ...parts, stringify: undefined }));
}

function bytesOf(piece: Piece): Buffer {
  return typeof piece === 'string' ? Buffer.from(piece) : piece;
}
