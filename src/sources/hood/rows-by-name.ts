import { type HoodRow, isRow } from './answers.ts';
import type { Collection } from './endpoints.ts';
import type { Hood } from './hood.ts';
import { PROPERTY_KEY_FIELDS, type PropertyNames, propertyKey } from './property-lookup.ts';

/** A collection whose rows have a name that whoever creates one chooses. */
export interface NamedRows {
  collection: Collection;
  /** The field that the list is filtered by. */
  field: string;
  /** What the name of a row is read from. */
  fields: readonly string[];
  nameOf(row: HoodRow): unknown;
}

/** Customer data keys, by their targets. */
export const DATA_KEYS: NamedRows = {
  collection: 'customer-data',
  field: 'target',
  fields: ['target'],
  nameOf: (row) => (row as { target?: unknown }).target,
};

/** Profile properties, by their labels. */
export const PROPERTIES: NamedRows = {
  collection: 'profile-properties',
  field: 'label',
  fields: PROPERTY_KEY_FIELDS,
  nameOf: (row) => propertyKey(row as PropertyNames),
};

/**
 * The row that was just created with this name, for a creation that Hood answered without it. Null when it is not there,
 * and when another one of the same name is as new: no page says that names are unique. One call.
 */
export async function findCreated(
  hood: Hood,
  named: NamedRows,
  name: string,
  fields: readonly string[],
): Promise<HoodRow | null> {
  const [newest, next] = (await newestOf(hood, named, name, ['create_time', ...fields])).sort((a, b) =>
    createTime(a) < createTime(b) ? 1 : -1,
  );
  return newest && (!next || createTime(newest) > createTime(next)) ? newest : null;
}

/** Whether there is a row of this name. One call. */
export async function isTaken(hood: Hood, named: NamedRows, name: string): Promise<boolean> {
  return (await newestOf(hood, named, name, [])).length > 0;
}

/** The last two rows of a name. */
async function newestOf(
  hood: Hood,
  { collection, field, fields: own, nameOf }: NamedRows,
  name: string,
  fields: readonly string[],
): Promise<HoodRow[]> {
  const needed = [...new Set(['id', ...own, ...fields])].sort();
  const query = { conditions: { [field]: { eq: name } }, sort: '-create_time' };
  const { items } = await hood.list(collection, query, needed, { number: 1, size: 2 });
  return items.filter(isRow).filter((row) => nameOf(row) === name);
}

function createTime(row: HoodRow): string {
  return String((row as { create_time?: unknown }).create_time ?? '');
}
