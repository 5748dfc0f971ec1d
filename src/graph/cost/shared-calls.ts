import type { Charge } from './charge.ts';

/** The list of systems of record, which everything in an operation shares. */
export const SYSTEM_LIST: Charge = { api: 'SOR', once: 'systems' };

/** The list of imports, likewise. */
export const IMPORT_LIST: Charge = { api: 'SOR', once: 'imports' };

/** Profile properties by the keys of attributes. Rows share their keys, so that of many few differ: up to 100 are one call. */
export const PROPERTIES: Charge = { api: 'HOOD', lookup: 'properties', keys: 0 };

/** Looking up a definition by its id: one is viewed, for several the list of all is read. */
export function definitionCharge(lookup: 'attributes' | 'systems', identifier: string): Charge {
  return { api: 'SOR', lookup, keys: [identifier], list: () => ({ room: Number.POSITIVE_INFINITY, calls: 1 }) };
}
