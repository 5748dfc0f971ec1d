import { type QueryValue, template } from '../../http/client/path.ts';
import type { Subject } from '../../http/reads/subjects.ts';
import { countIn, listIn, textOf } from '../exact-values.ts';

export type CustomerIdType = 'user_id' | 'device_id';

/** One customer's profile in the API's spelling; only the first two are certain. */
export interface ProfileRow {
  customer_id: string;
  customer_id_type: CustomerIdType;
  /** Values by system and key; the global system stands under `global`. */
  attributes: unknown;
  applications: unknown;
}

/** The attributes of these keys, in these systems, that an operation selects of profiles; undefined is all of them. */
export type ProfileProjection = {
  readonly keys?: readonly string[] | undefined;
  readonly systems?: readonly string[] | undefined;
};

/** Whether a row names a customer. */
export function isProfile(row: unknown): row is ProfileRow {
  const { customer_id, customer_id_type } = (row ?? {}) as Partial<ProfileRow>;
  const isTyped = customer_id_type === 'user_id' || customer_id_type === 'device_id';
  return typeof customer_id === 'string' && customer_id !== '' && isTyped;
}

/** What an API may write for a type: `USER_ID`, `userId`, `device`. */
const TYPE = /^(user|device)(?:[ _-]?id)?$/i;

/** The profile in a row, undefined where it names nobody. Ids may be numbers, types in other words or as `asked`. */
export function profileIn(row: unknown, asked?: CustomerIdType): ProfileRow | undefined {
  if (isProfile(row)) return row;
  const { customer_id, customer_id_type } = Object(row) as Partial<Record<keyof ProfileRow, unknown>>;
  const written = textOf(customer_id_type);
  const [, type = ''] = TYPE.exec(written ?? '') ?? [];
  const profile: unknown = {
    ...(row as object),
    ...{ customer_id: textOf(customer_id), customer_id_type: written === null ? asked : `${type.toLowerCase()}_id` },
  };
  return isProfile(profile) ? profile : undefined;
}

/** The profiles of a list's result: one that counts none may leave them out. Undefined for what is no such result. */
export function profilesListed(result: unknown): unknown[] | undefined {
  const { profiles, total_profiles } = Object(result);
  const given = profiles === undefined && countIn(total_profiles) === 0 ? null : profiles;
  return listIn(given, (value) => profileIn(value, 'user_id') !== undefined);
}

/** The customers whom rows name as `customer_id`: 0 names nobody. */
export function* customersIn(rows: readonly unknown[]): Generator<Subject> {
  for (const row of rows) {
    const id = textOf((Object(row) as { customer_id?: unknown }).customer_id || null);
    if (id) yield ['customer', id];
  }
}

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
