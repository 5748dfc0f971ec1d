import type { Api } from '../../http/client/api.ts';
import { UpstreamError } from '../../http/client/upstream-error.ts';
import { errorStatusIn, flagIn } from '../exact-values.ts';

/** Ocamba Hood. Its errors have `title`, `message` and `trace_id` (vendor's page: list export items). */
export const HOOD: Api = {
  name: 'HOOD',
  title: 'Hood',
  product: 'Ocamba Hood',
  fieldsParameter: 'fields',
  errorWords: ({ title, message, error, trace_id }) => ({
    titles: [title, error, Object(error).message],
    details: [message],
    traceId: trace_id,
  }),
  failureStatus,
  answerFor: (id) => ({ id }),
};

/**
 * The status of an error body that came with 200. A row may have a `message` or a `code`, but not both; what is neither a row
 * nor a list may also hold its error under that name, or say so in `status`.
 */
function failureStatus(answer: unknown): number | undefined {
  const { success, code, title, message, error, errors, ...others }: Record<string, unknown> = Object(answer);
  const isRows = 'id' in others || 'items' in others;
  const status = errorStatusIn(code ?? Object(error).code);
  const isError = [error, errors].some(isFilled) || /^(?:error|fail)$/.test(String(others['status']));
  if (flagIn(success) === false || (isError && !isRows)) return status ?? 200;
  return [title, message].some((text) => typeof text === 'string') ? status : undefined;
}

function isFilled(value: unknown): boolean {
  return value === true || Object.keys(Object(value)).length > 0;
}

/** Whether a refusal may be about this field: it names the field, or gives no reason but that the body is not valid. */
export function mayBeAbout(field: string, error: unknown): boolean {
  if (!(error instanceof UpstreamError) || (error.status !== 400 && error.status !== 422)) return false;
  const sentence = error.toSender();
  return sentence.includes(field) || sentence === error.message || /The request (?:body )?is not valid/.test(sentence);
}
