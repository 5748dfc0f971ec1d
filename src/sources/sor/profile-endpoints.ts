import { type QueryValue, template } from '../../http/client/path.ts';
import type { CustomerIdType, ProfileProjection } from './profile-rows.ts';

export const PROFILES = template('/api/customer_profiles');
export const PROFILE = template('/api/customer_profiles/{customer_id}');

/** Which profiles of the list. */
export interface ProfileListQuery {
  customerIds?: readonly string[] | undefined;
  customerIdType?: CustomerIdType | undefined;
  /** Only profiles changed since this moment (ISO 8601), with their changes instead of their values. */
  updatedSince?: string | undefined;
}

/** The parameters of one page of the list, or of one profile by its id, which has no page. */
export function profileListQuery(
  query: ProfileListQuery,
  page: { number: number; size: number } | undefined,
  projection: ProfileProjection,
): Readonly<Record<string, QueryValue>> {
  return {
    attribute_keys: projection.keys?.join(','),
    customer_id_type: query.customerIdType,
    customer_ids: query.customerIds?.join(','),
    num_per_page: page?.size,
    page: page && (page.number > 1 || query.customerIds === undefined) ? page.number : undefined,
    sor_identifiers: projection.systems?.join(','),
    updated_since: query.updatedSince,
  };
}
