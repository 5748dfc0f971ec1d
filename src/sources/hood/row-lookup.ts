import type { Coalescer } from '../../http/reads/coalescer.ts';
import type { Asked, KeyedCall, KeyedPage, Lookup } from '../../http/reads/lookup.ts';
import { MAX_LIST_LENGTH } from '../id-lists.ts';
import {
  type Collection,
  fieldsOf,
  type HoodRow,
  type HoodSettings,
  isRow,
  listEndpoint,
  listRoute,
  pageIn,
  rowEndpoint,
  rowRoute,
  rowsIn,
  tagOf,
} from './rows.ts';
import { subjectsIn } from './subjects.ts';

/** A collection, and the ways to a row by its id that it has. */
export interface RowSource {
  collection: Collection;
  /** `GET /<collection>/{id}`. */
  byPath: boolean;
  /** `GET /<collection>?id=in:…`: only where `id` is among the filterable fields of the vendor's page. */
  byList: boolean;
}

/** The most ids in one `id=in:…`: nobody documents how long a URL may be. */
export const MAX_IDS = 100;

/** How many rows an operation fetches at a time where each needs a call of its own. */
export const MOST_AT_ONCE = 5;

/** Whether several rows can be asked for with one call: the grammar cannot tell a comma in an id from the next member. */
export function canBeListed({ byList }: RowSource, id: string): boolean {
  return byList && !id.includes(',');
}

/** The names of a profile property's key in rows: the newest, that of the vendor's sample of a list, and the oldest. */
export const PROPERTY_KEY_FIELDS = ['label', 'property', 'target'] as const;

export type PropertyNames = Partial<Record<(typeof PROPERTY_KEY_FIELDS)[number], string | null>>;

/** A property's key, whichever name its row has for it. */
export function propertyKey({ label, property, target }: PropertyNames): string | null {
  return label ?? property ?? target ?? null;
}

/** What of Hood lives as long as the process: its reads, and how rows are looked up. */
export class HoodReads {
  readonly api: Coalescer;
  readonly settings: HoodSettings;
  /** Profile properties by their keys. A key with a comma cannot stand in a list. */
  readonly properties: Lookup<HoodRow>;
  /** Whether Hood lets a field be emptied, where that is known: `gdpr-requests rejection_reason`. */
  readonly emptied = new Map<string, boolean>();
  /** Rows that are being changed on the ground of what they were: `gdpr-requests 1000022`. */
  readonly changing = new Map<string, Promise<unknown>>();
  readonly #rows = new Map<string, Lookup<HoodRow>>();

  constructor(api: Coalescer, settings: HoodSettings) {
    this.api = api;
    this.settings = settings;
    this.properties = {
      ...this.#listed('profile-properties', 'label', (row) => propertyKey(row as PropertyNames)),
      name: 'profile-properties by key',
      fits: (_keys, length) => length <= MAX_LIST_LENGTH,
    };
  }

  /** How a row is looked up: together with others, unless its collection or a comma in its id forbids that. */
  rowsOf(source: RowSource, id: string): Lookup<HoodRow> {
    const isListed = canBeListed(source, id);
    const name = `${source.collection} by ${isListed ? 'ids' : 'one id'}`;
    const rows = this.#rows.get(name) ?? this.#rowLookup(source, isListed, name);
    this.#rows.set(name, rows);
    return rows;
  }

  /** Rows by their ids: several with one call, or each with a call of its own. */
  #rowLookup({ collection, byPath }: RowSource, isListed: boolean, name: string): Lookup<HoodRow> {
    const route = rowRoute(collection);
    const keyOf = ({ id }: HoodRow) => String(id);
    const list = this.#listed(collection, 'id', keyOf);
    const view: KeyedCall<HoodRow> = {
      route,
      path: ({ keys: [id = ''], projection }) => rowEndpoint(this.settings, collection, id, fieldsOf(projection)).path,
      pageIn: (answer) => ({ rows: rowsIn(this.api.client, route, answer).map((row) => keyed(row, keyOf)) }),
    };
    return {
      ...list,
      ...(byPath && !isListed && view),
      alone: byPath ? view : undefined,
      name,
      subjectsOf: (id, row) => subjectsIn(collection, [{ id, ...row }]),
      ...(isListed && { fits: (ids: number, length: number) => ids <= MAX_IDS && length <= MAX_LIST_LENGTH }),
    };
  }

  /** Rows by the values of a field, as their list has them. A value with a comma has to stand alone. */
  #listed(collection: Collection, field: string, keyOf: (row: HoodRow) => string | null) {
    const route = listRoute(collection);
    const tags = [tagOf(collection)];
    return {
      route,
      resource: collection,
      tagsOf: () => tags,
      path: ({ keys, projection }: Asked, number: number) => {
        const [key = ''] = keys;
        const query = { conditions: { [field]: key.includes(',') ? { eq: key } : { in: keys } } };
        const page = { number, size: Math.min(keys.length, this.settings.maxPageSize) };
        return listEndpoint(this.settings, collection, query, fieldsOf(projection), page).path;
      },
      pageIn: (answer: unknown): KeyedPage<HoodRow> => {
        const { items, total } = pageIn(this.api.client, route, answer);
        return { rows: items.map((row) => keyed(row, keyOf)), total };
      },
    };
  }
}

/** A row with its key; null where it has none. */
function keyed(row: unknown, keyOf: (row: HoodRow) => string | null): readonly [string, HoodRow] | null {
  const key = isRow(row) ? keyOf(row) : null;
  return key === null ? null : [key, row as HoodRow];
}
