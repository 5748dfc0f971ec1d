import { isoDateTime } from '../time.ts';
import type { Hood } from './hood.ts';
import { PROPERTY_KEY_FIELDS } from './row-lookup.ts';
import { type Collection, type HoodRow, isRow } from './rows.ts';

/** A collection whose rows have a name that whoever creates one chooses, and the fields that may have it: the first is filtered by. */
type NamedRows = readonly [collection: Collection, ...fields: readonly string[]];

/** Customer data keys, by their targets. */
export const DATA_KEYS: NamedRows = ['customer-data', 'target'];

/** Profile properties, by their labels. */
export const PROPERTIES: NamedRows = ['profile-properties', ...PROPERTY_KEY_FIELDS];

/** A row that is older was not created just now, wherever Hood's clock may be; in milliseconds. */
const NEW_MS = 24 * 3_600_000;

/**
 * The row that was just created with this name, for a creation that Hood answered without it. Null when it is not there or
 * is older than a day, and when another one of the same name is as new: no page says that names are unique. One call.
 */
export async function findCreated(hood: Hood, named: NamedRows, name: string, fields: readonly string[]) {
  const rows = await newestOf(hood, named, name, ['create_time', ...fields]);
  const [newest, next] = rows.sort((a, b) => (createTime(a) < createTime(b) ? 1 : -1));
  const isOld = newest && Date.parse(isoDateTime(createTime(newest)) ?? '') < Date.now() - NEW_MS;
  return newest && !isOld && (!next || createTime(newest) > createTime(next)) ? newest : null;
}

/** Whether there is a row of this name. One call. */
export async function isTaken(hood: Hood, named: NamedRows, name: string): Promise<boolean> {
  return (await newestOf(hood, named, name, [])).length > 0;
}

/** The last two rows of a name. */
async function newestOf(hood: Hood, [collection, ...names]: NamedRows, name: string, fields: readonly string[]) {
  const needed = [...new Set(['id', ...names, ...fields])].sort();
  const query = { conditions: { [names[0] ?? '']: { eq: name } }, sort: '-create_time' };
  const { items } = await hood.list(collection, query, needed, { number: 1, size: 2 });
  return items.filter(isRow).filter((row) => names.map((field) => fieldOf(row, field)).find(isThere) === name);
}

function isThere(value: unknown): boolean {
  return value !== null && value !== undefined;
}

function fieldOf(row: HoodRow, field: string): unknown {
  return (row as HoodRow & Record<string, unknown>)[field];
}

function createTime(row: HoodRow): string {
  return String(fieldOf(row, 'create_time') ?? '');
}
