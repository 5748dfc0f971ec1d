import type { Api } from '../../http/client/api.ts';

/** Ocamba Hood. Its errors have `title`, `message` and `trace_id` (vendor's page: list export items). */
export const HOOD: Api = {
  name: 'HOOD',
  title: 'Hood',
  product: 'Ocamba Hood',
  fieldsParameter: 'fields',
  errorWords: ({ title, message, trace_id }) => ({ titles: [title], details: [message], traceId: trace_id }),
};
