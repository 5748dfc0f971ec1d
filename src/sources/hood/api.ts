import type { Api } from '../../http/client/api.ts';
import { UpstreamError } from '../../http/client/upstream-error.ts';
import { errorStatusIn, flagIn } from '../exact-values.ts';

/** Ocamba Hood. Its errors have `title`, `message` and `trace_id` (vendor's page: list export items). */
export const HOOD: Api = {
  name: 'HOOD',
  title: 'Hood',
  product: 'Ocamba Hood',
  fieldsParameter: 'fields',
  errorWords: ({ title, message, trace_id }) => ({ titles: [title], details: [message], traceId: trace_id }),
  failureStatus,
};

/** The status of an error body that came with 200. A row may have a `message` or a `code`, but not both. */
function failureStatus(answer: unknown): number | undefined {
  const { success, code, title, message }: Record<string, unknown> = Object(answer);
  const status = errorStatusIn(code);
  if (flagIn(success) === false) return status ?? 200;
  return [title, message].some((text) => typeof text === 'string') ? status : undefined;
}

/** Whether a refusal may be about this field: it names the field, or gives no reason but that the body is not valid. */
export function mayBeAbout(field: string, error: unknown): boolean {
  if (!(error instanceof UpstreamError) || (error.status !== 400 && error.status !== 422)) return false;
  const sentence = error.toSender();
  return sentence.includes(field) || sentence === error.message || /The request (?:body )?is not valid/.test(sentence);
}
