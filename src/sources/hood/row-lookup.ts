import type { JsonClient } from '../../http/client/json-client.ts';
import type { Coalescer } from '../../http/reads/coalescer.ts';
import type { KeyedCall, Lookup } from '../../http/reads/lookup.ts';
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

/** The call for rows of a collection by the values of a field, as its list has them. A value with a comma has to stand alone. */
function listed(
  collection: Collection,
  field: string,
  keyOf: (row: HoodRow) => string | null,
  client: Pick<JsonClient, 'malformed'>,
  settings: HoodSettings,
): KeyedCall<HoodRow> {
  const route = listRoute(collection);
  return {
    route,
    path({ keys, projection }, number) {
      const [key = ''] = keys;
      const query = { conditions: { [field]: key.includes(',') ? { eq: key } : { in: keys } } };
      const page = { number, size: Math.min(keys.length, settings.maxPageSize) };
      return listEndpoint(settings, collection, query, fieldsOf(projection), page).path;
    },
    pageIn(answer) {
      const { items, total } = pageIn(client, route, answer);
      return { received: items.length, values: items.filter(isRow).map((row) => [keyOf(row), row]), total };
    },
  };
}

/** How rows of a collection are looked up by their ids: several with one call, or each with a call of its own. */
function rowLookup(
  { collection, byPath }: RowSource,
  isListed: boolean,
  client: Pick<JsonClient, 'malformed'>,
  settings: HoodSettings,
): Lookup<HoodRow> {
  const route = rowRoute(collection);
  const tags = [tagOf(collection)];
  const keyOf = ({ id }: HoodRow) => String(id);
  const list = listed(collection, 'id', keyOf, client, settings);
  const view: KeyedCall<HoodRow> = {
    route,
    path: ({ keys: [id = ''], projection }) => rowEndpoint(settings, collection, id, fieldsOf(projection)).path,
    pageIn(answer) {
      const rows = rowsIn(client, route, answer).filter(isRow);
      return { received: rows.length, values: rows.map((row) => [keyOf(row), row]) };
    },
  };
  return {
    ...(byPath && !isListed ? view : list),
    alone: byPath ? view : undefined,
    name: `${collection} by ${isListed ? 'ids' : 'one id'}`,
    resource: collection,
    tagsOf: () => tags,
    subjectsOf: (id, row) => subjectsIn(collection, [{ id, ...row }]),
    ...(isListed && { fits: (ids: number, length: number) => ids <= MAX_IDS && length <= MAX_LIST_LENGTH }),
  };
}

/** Profile properties by their keys. A key with a comma cannot stand in a list. */
function propertiesByKey(client: Pick<JsonClient, 'malformed'>, settings: HoodSettings): Lookup<HoodRow> {
  const collection = 'profile-properties';
  const tags = [tagOf(collection)];
  return {
    ...listed(collection, 'label', (row) => propertyKey(row as PropertyNames), client, settings),
    name: `${collection} by key`,
    resource: collection,
    tagsOf: () => tags,
    fits: (_keys, length) => length <= MAX_LIST_LENGTH,
  };
}

/** What of Hood lives as long as the process: its reads, and how rows are looked up. */
export class HoodReads {
  readonly api: Coalescer;
  readonly settings: HoodSettings;
  readonly properties: Lookup<HoodRow>;
  /** Whether Hood lets a field be emptied, where that is known: `gdpr-requests rejection_reason`. */
  readonly emptied = new Map<string, boolean>();
  /** Rows that are being changed on the ground of what they were: `gdpr-requests 1000022`. */
  readonly changing = new Map<string, Promise<unknown>>();
  readonly #rows = new Map<string, Lookup<HoodRow>>();

  constructor(api: Coalescer, settings: HoodSettings) {
    this.api = api;
    this.settings = settings;
    this.properties = propertiesByKey(api.client, settings);
  }

  /** How a row is looked up: together with others, unless its collection or a comma in its id forbids that. */
  rowsOf(source: RowSource, id: string): Lookup<HoodRow> {
    const isListed = canBeListed(source, id);
    const name = `${source.collection} ${isListed}`;
    let rows = this.#rows.get(name);
    if (!rows) {
      rows = rowLookup(source, isListed, this.api.client, this.settings);
      this.#rows.set(name, rows);
    }
    return rows;
  }
}
