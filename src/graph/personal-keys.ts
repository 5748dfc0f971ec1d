import type { Operation } from '../http/reads/operation.ts';
import { flagIn } from '../sources/exact-values.ts';
import type { Hood } from '../sources/hood/hood.ts';
import { PROPERTY_KEY_FIELDS, type PropertyNames, propertyKey } from '../sources/hood/row-lookup.ts';
import { isRow } from '../sources/hood/rows.ts';
import type { PageSizesOf } from './paging/page-sizes.ts';
import { readWindow } from './paging/read-window.ts';

/** The keys of the global system of record that are personal whatever Hood says (vendor's page: System of Record). */
const WELL_KNOWN = [
  ...(['first_name', 'last_name', 'email', 'date_of_birth', 'gender', 'country', 'city', 'region'] as const),
  'profile_picture_url',
] as const;

/** A key that a field of its own may have: its values are withheld wherever they are. */
export type WellKnownKey = (typeof WELL_KNOWN)[number];

/** How long a list of properties counts, and how long Hood is left alone after it gave none, in milliseconds. */
const LIFETIME = 50_000;

const PROPERTIES = 'profile-properties';

/** Whether a key is personal, or taken to be. While Hood fails its last list counts; without any, every key is. */
export type PersonalKeys = (operation: Operation) => Promise<(key: string) => boolean>;

/** Personal keys by Hood's properties. `open` gives Hood on nobody's account; `masksUnknown` hides unknown keys. */
export function personalKeys(open: () => Hood, pageSizes: PageSizesOf, masksUnknown: boolean): PersonalKeys {
  let flags: ReadonlyMap<string, boolean> | undefined;
  let reading = Promise.resolve();
  let readAt = Number.NEGATIVE_INFINITY;
  return async (operation) => {
    if (performance.now() - readAt >= LIFETIME) {
      readAt = performance.now();
      reading = flagsIn(open(), pageSizes).then(
        (found) => {
          flags = found;
        },
        () => {},
      );
    }
    await operation.waitFor(reading);
    const known = flags;
    return (key) => !known || (known.get(key) ?? masksUnknown);
  };
}

/** Whether each key is personal that Hood has a property for. */
async function flagsIn(hood: Hood, pageSizes: PageSizesOf): Promise<ReadonlyMap<string, boolean>> {
  const sizes = pageSizes(`hood/${PROPERTIES}`, hood.settings.maxPageSize);
  const idOf = (row: unknown) => (isRow(row) ? String(row.id) : undefined);
  const fields = ['id', ...PROPERTY_KEY_FIELDS, 'pi_data'].sort();
  const flags = new Map<string, boolean>(WELL_KNOWN.map((key) => [key, true]));
  for (let offset = 0, hasNext = true; hasNext; ) {
    const range = { kind: 'range', offset, size: sizes.most } as const;
    const page = await readWindow<unknown>((page) => hood.list(PROPERTIES, {}, fields, page), range, { sizes, idOf });
    for (const row of page.rows.filter(isRow)) {
      const { pi_data, ...names } = row as PropertyNames & { pi_data?: unknown };
      const [key, flag] = [propertyKey(names), flagIn(pi_data)];
      // Of two properties with one key the personal one counts.
      if (key !== null && flag !== null) flags.set(key, flag || flags.get(key) === true);
    }
    offset += page.rows.length;
    hasNext = page.hasNext && page.rows.length > 0;
  }
  return flags;
}
