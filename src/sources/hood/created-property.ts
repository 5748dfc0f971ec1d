import { type HoodRow, isRow } from './answers.ts';
import type { Hood } from './hood.ts';
import { PROPERTY_KEY_FIELDS, type PropertyNames, propertyKey } from './property-lookup.ts';

const COLLECTION = 'profile-properties';

/**
 * The property that was just created with this label, for a creation that Hood answered without it. Null when it is not
 * there, and when another one of the same label is as new: no page says that labels are unique. One call.
 */
export async function findCreatedProperty(
  hood: Hood,
  label: string,
  fields: readonly string[],
): Promise<HoodRow | null> {
  const needed = [...new Set(['id', 'create_time', ...PROPERTY_KEY_FIELDS, ...fields])].sort();
  const query = { conditions: { label: { eq: label } }, sort: '-create_time' };
  const { items } = await hood.list(COLLECTION, query, needed, { number: 1, size: 2 });
  const [newest, next] = items
    .filter(isRow)
    .filter((row) => propertyKey(row as PropertyNames) === label)
    .sort((a, b) => (createTime(a) < createTime(b) ? 1 : -1));
  return newest && (!next || createTime(newest) > createTime(next)) ? newest : null;
}

function createTime(row: HoodRow): string {
  return String((row as { create_time?: unknown }).create_time ?? '');
}
