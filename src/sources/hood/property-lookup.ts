import type { JsonClient } from '../../http/client/json-client.ts';
import type { Lookup } from '../../http/reads/lookup.ts';
import { MAX_LIST_LENGTH } from '../id-lists.ts';
import type { HoodRow } from './answers.ts';
import { type HoodSettings, listRoute, tagOf } from './endpoints.ts';
import { listedRows } from './row-lookup.ts';

/** The names of a profile property's key in rows: the newest, that of the vendor's sample of a list, and the oldest. */
export interface PropertyNames {
  label?: string | null;
  property?: string | null;
  target?: string | null;
}

/** The fields that a row's key is read from. */
export const PROPERTY_KEY_FIELDS = ['label', 'property', 'target'] as const;

const COLLECTION = 'profile-properties';
const TAGS = [tagOf(COLLECTION)];

/** Profile properties by their keys. A key with a comma cannot stand in a list. */
export function propertiesByKey(client: Pick<JsonClient, 'malformed'>, settings: HoodSettings): Lookup<HoodRow> {
  return {
    name: `${COLLECTION} by key`,
    route: listRoute(COLLECTION),
    resource: COLLECTION,
    tagsOf: () => TAGS,
    fits: (_keys, length) => length <= MAX_LIST_LENGTH,
    read: listedRows(COLLECTION, 'label', (row) => propertyKey(row as PropertyNames), client, settings),
  };
}

/** A property's key, whichever name its row has for it. */
export function propertyKey({ label, property, target }: PropertyNames): string | null {
  return label ?? property ?? target ?? null;
}
