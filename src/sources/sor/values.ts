import type { CustomerIdType, ProfileRow } from './profile-rows.ts';
import { valuesOf } from './resources.ts';
import type { Sor } from './sor.ts';

/** A value and since when it holds. */
export interface DatedValue {
  value: unknown;
  since: unknown;
  /** The members of a set, each with its own date. */
  elements: { value: unknown; since: unknown }[] | undefined;
}

/** What the API knows of one customer in one system; perhaps another customer than was asked for. */
export interface CustomerValues {
  customerId: string;
  customerIdType: CustomerIdType;
  values: ReadonlyMap<string, DatedValue>;
}

const ROUTE = '/api/attribute_values';

/**
 * The values of one customer in one system, with their validity dates. For a device, and a system that is not a
 * custom one, the API answers with the last user of that device instead (vendor's page: retrieving customer attribute
 * values): check whose values came.
 */
export async function readValues(
  sor: Sor,
  { customer_id, customer_id_type }: Pick<ProfileRow, 'customer_id' | 'customer_id_type'>,
  systemIdentifier: string,
): Promise<CustomerValues | null> {
  const query = {
    // The vendor's page on this call encodes the dots of an e-mail address as well: `me%40gmail%2Ecom`.
    customer_id: { id: customer_id },
    customer_type: customer_id_type,
    sor_id: systemIdentifier,
    with_validity_dates: true,
  };
  const values = await sor.read({
    about: valuesOf(customer_id, customer_id_type),
    route: ROUTE,
    query,
    mayBeMissing: true,
    shape: (result) => {
      const read = valuesIn(result);
      if (read === undefined) throw sor.malformed(ROUTE);
      return read;
    },
  });
  return values ?? null;
}

/** Null where there is nothing; undefined where it cannot be read. */
function valuesIn(result: unknown): CustomerValues | null | undefined {
  if (result === undefined || result === null) return null;
  const { customer_id: id, customer_id_type: type, attribute_values: values } = Object(result);
  if (typeof id !== 'string' || typeof values !== 'object' || values === null) return undefined;
  return {
    customerId: id,
    customerIdType: type === 'device_id' ? 'device_id' : 'user_id',
    values: new Map(Object.entries(values).map(([key, value]) => [key, dated(value)])),
  };
}

/** Some values come bare among dated ones in the samples of the vendor's page: they have no date. */
function dated(value: unknown): DatedValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !('value' in value)) {
    return { value, since: null, elements: undefined };
  }
  const { since = null, elements } = value as { since?: unknown; elements?: unknown };
  return {
    value: value.value,
    since,
    elements: Array.isArray(elements)
      ? elements.filter((element) => typeof element === 'object' && element !== null)
      : undefined,
  };
}
