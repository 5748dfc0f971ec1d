import type { Api } from '../../http/client/api.ts';
import { failureStatus, saysMissing } from './envelope.ts';

/**
 * FollowAnalytics System of Record, version 2. Both of the vendor's pages of samples have trailing commas, and its
 * errors spell their text in three ways (vendor's page: System of Record API, version 2).
 */
export const SOR: Api = {
  name: 'SOR',
  title: 'System of Record',
  product: 'FollowAnalytics System of Record',
  trailingCommas: true,
  exactNumbers: true,
  errorWords: ({ error_message, errorMessage, message }) => ({
    titles: [error_message, errorMessage, message],
  }),
  failureStatus,
  saysMissing,
};
