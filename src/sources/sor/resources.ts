import type { WriteCall } from '../../http/client/calls.ts';
import type { CustomerIdType } from './profile-rows.ts';

/** What of the System of Record changes at a time, and for how long it counts. */
export type SorResource = 'profiles' | 'values' | 'systems' | 'imports';

/** What a write names when it changes what was read: the definitions, the imports, all customers, or lists of them. */
export const DEFINITIONS = 'sor/definitions';
export const IMPORTS = 'sor/imports';
export const CUSTOMERS = 'sor/customers';
export const CUSTOMER_LISTS = 'sor/customer-lists';

/** What a write names when it changes one customer. */
export function customerTag(customerId: string, type: CustomerIdType): string {
  return `${CUSTOMERS}/${type}/${customerId}`;
}

/** What a read of a route is about, and which writes change it. */
export function subjectOf(
  route: string,
  query: Readonly<Record<string, unknown>>,
): { resource: SorResource; tags: readonly string[] } {
  if (route.startsWith('/api/attribute_values/')) return { resource: 'imports', tags: [IMPORTS] };
  if (route.startsWith('/api/customer_profiles')) {
    return { resource: 'profiles', tags: [CUSTOMERS, CUSTOMER_LISTS] };
  }
  if (!route.startsWith('/api/attribute_values')) return { resource: 'systems', tags: [DEFINITIONS] };
  const { customer_id: id, customer_type: type } = query;
  return {
    resource: 'values',
    tags: [CUSTOMERS, customerTag(String(id), type === 'device_id' ? 'device_id' : 'user_id')],
  };
}

/** What a write to a route changes at once, and what it changes some time later. */
export function changesOf(
  method: WriteCall['method'],
  route: string,
): { atOnce: readonly string[]; later: readonly string[] } {
  // An import creates its attributes as well.
  if (route.startsWith('/api/attribute_values'))
    return { atOnce: [IMPORTS], later: [CUSTOMERS, DEFINITIONS] };
  // What is deleted or switched off takes its values along; nobody's values hold a name or a label.
  const takesValues = method === 'DELETE' || /\/(disable|enable)$/.test(route);
  return { atOnce: takesValues ? [DEFINITIONS, CUSTOMERS] : [DEFINITIONS], later: [] };
}
