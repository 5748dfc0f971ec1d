import { Readable } from 'node:stream';
import { type ExecutionResult, memoize1 } from '@graphql-tools/utils';
import { type DocumentNode, type GraphQLError, visit } from 'graphql';
import { isAsyncIterable, mapAsyncIterator, type Plugin } from 'graphql-yoga';
import type { Config } from '../config/config.ts';
import { listOf, objectOf, type Piece, piecesOf } from '../execution/written.ts';
import { CallerError } from '../graph/caller-error.ts';
import { factsOf, factsOfServed, isSubscription, type OperationFacts } from './telemetry/operation-facts.ts';

/** How long an answer may be, in bytes, and what an operation fails with whose answer is beyond a limit. */
export function answerLimits({ MAX_ANSWER: limit }: Pick<Config, 'MAX_ANSWER'>) {
  const tooLarge = `Expected an answer of at most ${limit} bytes: ask for fewer rows or fields at once.`;
  const tooMuch = 'Expected fewer values in an answer, as each takes time: ask for fewer rows or fields at once.';
  return {
    maxBytes: limit,
    tooLarge: () => new CallerError('OPERATION_TOO_COSTLY', tooLarge, { limit }),
    tooMuchWork: () => new CallerError('OPERATION_TOO_COSTLY', tooMuch),
    tooLate: () => new CallerError('UPSTREAM_TIMEOUT', 'The answer was not complete within the deadline.'),
  };
}

/** Changes an answer, or each part or event of one, before it is sent. */
export function eachPart<Answer>(answer: Answer, change: (part: ExecutionResult) => ExecutionResult): Answer {
  const changed: unknown = isAsyncIterable<ExecutionResult>(answer)
    ? mapAsyncIterator(answer, change)
    : change(answer as ExecutionResult);
  // An answer again, or parts again.
  return changed as Answer;
}

/** Whether an answer is sent part by part. */
export function comesInParts({ headers }: Response): boolean {
  return /^(?:multipart\/|text\/event-stream)/.test(headers.get('content-type') ?? '');
}

/**
 * Writes answers. One of more than `MAX_ANSWER` bytes, its parts taken together, is replaced or ended by one error. A
 * long one goes out as its caller reads it.
 *
 * Made-up answers say so in `extensions` and a header. Those with secrets are compressed by nobody: they may quote
 * their caller's input, and the length would tell how much of a guess is right (BREACH). With `variesByOrigin` pages of
 * other origins may read answers. Errors in later parts, which Yoga does not look at, become `visible` here.
 */
export function useAnswers(config: Config, variesByOrigin: boolean, visible: (error: unknown) => GraphQLError): Plugin {
  const { maxBytes: limit, tooLarge } = answerLimits(config);
  const isMadeUp = config.UPSTREAM === 'sandbox';
  const refusal = ({ codes }: OperationFacts, more = {}) => {
    const { message, code, details } = tooLarge();
    codes.add(code);
    return JSON.stringify({ data: null, errors: [{ message, extensions: { code, ...details } }], ...more });
  };

  /** Yoga writes it by this function. A stream becomes the body as it is, though Yoga does not say so. */
  const shown = (
    part: ExecutionResult,
    facts: OperationFacts,
    write: (pieces: readonly Piece[]) => string | Readable,
  ): ExecutionResult => {
    facts.noteErrors(part);
    // The later parts of an answer belong to its first one.
    const isMarked = isMadeUp && (part.data !== undefined || part.errors);
    const extensions = isMarked && { extensions: { ...part.extensions, sandbox: true } };
    const stringify = (last: ExecutionResult) => write(piecesToSend(last));
    return { ...part, ...extensions, stringify } as ExecutionResult;
  };

  const later = <Part extends ExecutionResult>(part: Part): Part =>
    part.errors ? { ...part, errors: part.errors.map(visible) } : part;

  async function* limited(parts: AsyncIterable<ExecutionResult>, facts: OperationFacts) {
    let left = limit;
    for await (const part of parts) {
      const incremental = part.incremental && { incremental: part.incremental.map(later) };
      // One that does not say that there are more is an error that ended them; Yoga would repeat it for ever.
      yield shown({ ...part, ...incremental, hasNext: part.hasNext ?? false }, facts, (pieces) => {
        left -= bytesIn(pieces);
        return left < 0 ? refusal(facts, { hasNext: false }) : pieces.join('');
      });
      if (left < 0 || !part.hasNext) return;
    }
  }

  return {
    onResultProcess({ request, result, setResult }) {
      const facts = factsOf(request);
      const isEvents = isSubscription(request);
      if (isAsyncIterable<ExecutionResult>(result) && !isEvents) return setResult(limited(result, facts));
      const write = (pieces: readonly Piece[]) => {
        if (bytesIn(pieces) > limit) return refusal(facts);
        // Whoever reads a body that comes in pieces puts bytes together.
        return isEvents || (pieces.length === 1 && typeof pieces[0] === 'string')
          ? pieces.join('')
          : Readable.from(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)));
      };
      return setResult(eachPart(result, (part) => shown(part, facts, write)));
    },
    onResponse({ request, response }) {
      const { headers } = response;
      if (variesByOrigin) headers.append('vary', 'Origin');
      if (isMadeUp) headers.set('x-sandbox', 'true');
      // nginx would hold back what is shorter than its buffer.
      if (comesInParts(response)) headers.set('x-accel-buffering', 'no');
      const facts = factsOfServed(request);
      if (!facts) return;
      headers.set('x-request-id', facts.requestId);
      if (facts.document && showsSecrets(facts.document)) headers.set('cache-control', 'no-store, no-transform');
    },
  };
}

function piecesToSend(shown: ExecutionResult): readonly Piece[] {
  const { incremental } = shown;
  const parts = incremental && { incremental: listOf(incremental.map(objectOf)) };
  return piecesOf(objectOf({ ...shown, ...parts, stringify: undefined }));
}

function bytesIn(pieces: readonly Piece[]): number {
  return pieces.reduce((bytes, piece) => bytes + Buffer.byteLength(piece), 0);
}

/** Fields that show a secret: keys of systems, and links that open a file without credentials. */
export const SECRET_FIELDS = new Set(['apiKeys', 'downloadUrl']);

const showsSecrets = memoize1((document: DocumentNode): boolean => {
  const names = new Set<string>();
  visit(document, { Field: ({ name }) => void names.add(name.value) });
  return !SECRET_FIELDS.isDisjointFrom(names);
});
