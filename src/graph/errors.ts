import { randomBytes } from 'node:crypto';
import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import { UpstreamError, type UpstreamFailure } from '../http/client/upstream-error.ts';
import { CallerError, ERROR_CODES, type ErrorCode } from './caller-error.ts';
import { argumentMistake, brief, inOwnWords, variableMistake } from './input-mistakes.ts';

const CODES: Readonly<Record<UpstreamFailure, ErrorCode>> = {
  rejected: 'UPSTREAM_REJECTED',
  rateLimited: 'RATE_LIMITED',
  timeout: 'UPSTREAM_TIMEOUT',
  unavailable: 'UPSTREAM_UNAVAILABLE',
  badResponse: 'UPSTREAM_BAD_RESPONSE',
  tooCostly: 'OPERATION_TOO_COSTLY',
};

/** Called with each error that is our own fault, and the id that the client sees. */
export type ReportBug = (error: unknown, errorId: string) => void;

/** What a client may see of an error. The text of our own bugs stays here: clients get an id that the log has too. */
export function visibleError(error: unknown, report: ReportBug): GraphQLError {
  if (!(error instanceof GraphQLError)) return outsideExecution(error, report);
  if (typeof error.extensions['leftOut'] === 'number') {
    // What stands for errors that are too many to be shown has the code of the first of them.
    const first = visibleError(error.originalError, report);
    return located(undefined, error.message, { code: first.extensions['code'] as ErrorCode });
  }
  const cause = rootCause(error);
  // The caller has left: there is nobody to tell, and nothing to fix.
  if (cause?.name === 'AbortError') return error;
  if (cause instanceof UpstreamError) return located(error, cause.toSender(), upstreamExtensions(cause));
  if (cause instanceof CallerError) return located(error, cause.message, { code: cause.code, ...cause.details });
  if (error.path !== undefined && ODD_VALUE.test(error.message)) return oddValue(error);
  if (cause !== undefined && !(cause instanceof GraphQLError)) return bug(cause, error, report);
  if (error.path === undefined) return beforeExecution(error);
  // What the executor itself objects to: an argument that a nullable variable left null.
  if (!/^(Argument|Variable) "/.test(error.message)) return bug(error, error, report);
  return located(error, argumentMistake(error) ?? brief(error.message), { code: 'BAD_USER_INPUT' });
}

/** What is thrown around the operation, as a header that cannot be read: the status says it too. */
function outsideExecution(error: unknown, report: ReportBug): GraphQLError {
  // The body did not come whole, since the connection is gone: there is nobody to tell.
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ECONNRESET')
    return new GraphQLError('The caller has left.');
  if (!(error instanceof CallerError)) return bug(error, undefined, report, { http: { status: 500 } });
  return located(undefined, error.message, { code: error.code, http: { status: 400 } });
}

/** A value that its scalar cannot write, or is nested too deeply: the executor quotes it, and it may be personal. */
const ODD_VALUE = /^(?:(?:Boolean|Float|ID|Int|JSON|String) cannot represent |Maximum call stack)/;

function oddValue(error: GraphQLError): GraphQLError {
  const isDeep = /^(?:JSON|Maximum)/.test(error.message);
  const sentence = isDeep ? 'that is nested too deeply' : 'of another type than it should have';
  return located(error, `The API answered with a value ${sentence}.`, { code: 'UPSTREAM_BAD_RESPONSE' });
}

function upstreamExtensions(cause: UpstreamError) {
  const { api, route, status, traceId, retryAfter, failureId, limit } = cause;
  const code = CODES[cause.failure];
  // No API has failed.
  if (limit !== undefined) return { code, limit };
  return {
    code,
    failureId,
    ...(retryAfter !== undefined && { retryAfter }),
    upstream: { api, route, status, title: cause.titleToSender(), traceId },
  };
}

function bug(cause: unknown, error: GraphQLError | undefined, report: ReportBug, extensions: object = {}) {
  const errorId = randomBytes(6).toString('base64url');
  report(cause, errorId);
  return located(error, 'Something went wrong in the gateway.', {
    ...extensions,
    code: 'INTERNAL_SERVER_ERROR',
    errorId,
  });
}

/** An error in the place of another; `outcome`, which mutations alone set, goes on. */
function located(error: GraphQLError | undefined, message: string, own: { code: ErrorCode; [name: string]: unknown }) {
  const { nodes, source, positions, path, extensions: { outcome } = {} } = error ?? {};
  const extensions = { ...own, ...(outcome !== undefined && { outcome }) };
  // graphql-js takes an absent place for an undefined one; its types do not.
  return new GraphQLError(message, { nodes, source, positions, path, extensions } as GraphQLErrorOptions);
}

/** Errors before execution: syntax, variables, bodies. Of Yoga's extensions, which quote bodies, only `http` stays. */
function beforeExecution(error: GraphQLError): GraphQLError {
  const { code, http } = error.extensions;
  if (ERROR_CODES.some((own) => own === code)) return error;
  const message = variableMistake(error) ?? brief(inOwnWords(error.message));
  if (http === undefined) return located(error, message, { code: 'BAD_USER_INPUT' });
  // With `spec` Yoga answers 200 to whoever asks for application/json, which is for operations only. The executor,
  // which has no codes, leaves it out; a router takes another status for a failure of the whole gateway.
  const status = code === 'BAD_REQUEST' || code === undefined ? { ...http, spec: code === undefined } : http;
  return located(error, message, { code: 'BAD_USER_INPUT', http: status });
}

/** The error that was thrown, beneath those that say where; undefined when the GraphQLError itself was. */
function rootCause(error: GraphQLError): Error | undefined {
  let cause = error.originalError;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}
