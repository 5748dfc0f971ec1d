import { template } from '../../http/client/path.ts';
import { listIn } from '../exact-values.ts';
import { type CustomerIdType, customersIn, type ProfileRow, profileIn } from './profile-rows.ts';
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
  customer_id: string;
  customer_id_type: CustomerIdType;
  /** By their keys, as the API spells them. */
  attribute_values: Readonly<Record<string, unknown>>;
}

const ROUTE = template('/api/attribute_values');

/**
 * The values of one customer in one system, with their validity dates. For a device in a system that is not custom
 * those of its last user come (vendor's page: retrieving customer attribute values): check whose values came.
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
  const values = await sor.read<CustomerValues>({
    about: valuesOf(customer_id, customer_id_type),
    route: ROUTE,
    query,
    mayBeMissing: true,
    subjectsOf: (values) => customersIn([{ customer_id }, values]),
    shape: (result) => {
      // It may come in a list, as a profile does (vendor's page: customer profiles).
      const [answer] = [result].flat();
      const { attribute_values: given } = Object(answer);
      const profile = profileIn(answer, customer_id_type);
      // An object without members may be null, or an empty list.
      const attribute_values = given === null || listIn(given)?.length === 0 ? {} : given;
      if (!profile || typeof attribute_values !== 'object' || Array.isArray(attribute_values))
        throw sor.malformed(ROUTE);
      return { customer_id: profile.customer_id, customer_id_type: profile.customer_id_type, attribute_values };
    },
  });
  return values ?? null;
}

/** The value of a key. Some come bare among dated ones in the samples of the vendor's page: they have no date. */
export function datedValue({ attribute_values: values }: CustomerValues, key: string): DatedValue | undefined {
  if (!Object.hasOwn(values, key)) return undefined;
  const dated = values[key];
  if (typeof dated !== 'object' || dated === null || Array.isArray(dated) || !('value' in dated)) {
    return { value: dated, since: null, elements: undefined };
  }
  const { value, since = null, elements } = dated as { value: unknown; since?: unknown; elements?: unknown };
  const members = Array.isArray(elements)
    ? elements.filter((member) => typeof member === 'object' && member)
    : undefined;
  return { value, since, elements: members };
}
