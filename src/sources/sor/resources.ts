import type { CustomerIdType } from './profile-rows.ts';

/** What a read is about: how long its answer counts, and the tags that a write names when it changes the answer. */
export interface Subject {
  readonly resource: 'profiles' | 'values' | 'systems' | 'imports';
  readonly tags: readonly string[];
}

/** The tags of definitions, of imports, of all customers, and of lists of customers. */
export const DEFINITIONS = 'sor/definitions';
export const IMPORTS = 'sor/imports';
export const CUSTOMERS = 'sor/customers';
export const CUSTOMER_LISTS = 'sor/customer-lists';

/** The tag of one customer. */
export function customerTag(customerId: string, type: CustomerIdType): string {
  return `${CUSTOMERS}/${type}/${customerId}`;
}

/** Systems of record and the definitions of their attributes. */
export const SYSTEMS: Subject = { resource: 'systems', tags: [DEFINITIONS] };

/** Imports and what went wrong in them. */
export const IMPORT_JOBS: Subject = { resource: 'imports', tags: [IMPORTS] };

/** Lists of customer profiles. */
export const PROFILE_LISTS: Subject = { resource: 'profiles', tags: [CUSTOMERS, CUSTOMER_LISTS] };

/** The profile of one customer. */
export function profileOf(customerId: string, type: CustomerIdType): Subject {
  return { resource: 'profiles', tags: [CUSTOMERS, customerTag(customerId, type)] };
}

/** The values of one customer. */
export function valuesOf(customerId: string, type: CustomerIdType): Subject {
  return { ...profileOf(customerId, type), resource: 'values' };
}
