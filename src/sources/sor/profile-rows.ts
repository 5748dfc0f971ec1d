export type CustomerIdType = 'user_id' | 'device_id';

/** One customer's profile in the API's spelling; only the first two are certain. */
export interface ProfileRow {
  customer_id: string;
  customer_id_type: CustomerIdType;
  /** Values by system and key; the global system stands under `global`. */
  attributes: unknown;
  applications: unknown;
}

/**
 * What of each profile is asked for: the attributes of these keys, in these systems; undefined is all of them.
 * There is one for an operation, the union of all that it selects.
 */
export type ProfileProjection = {
  readonly keys: readonly string[] | undefined;
  readonly systems: readonly string[] | undefined;
};

/** Whether a row can be told from others; with `type`, whether it is of that type as well. */
export function isProfile(row: unknown, type?: CustomerIdType): row is ProfileRow {
  const { customer_id, customer_id_type } = (row ?? {}) as Partial<ProfileRow>;
  const isTyped = type
    ? customer_id_type === type
    : customer_id_type === 'user_id' || customer_id_type === 'device_id';
  return typeof customer_id === 'string' && customer_id !== '' && isTyped;
}
