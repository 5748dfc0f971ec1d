import type { Api } from '../../http/client/api.ts';

/** Ocamba Hood. Its errors have `title` and `trace_id` (vendor's page: list export items). */
export const HOOD: Api = {
  name: 'HOOD',
  title: 'Hood',
  product: 'Ocamba Hood',
  errorWords: ({ title, trace_id }) => ({ titles: [title], traceId: trace_id }),
};
