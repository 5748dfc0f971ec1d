import type { JsonClient } from '../../http/client/json-client.ts';
import { type Lookup, readAlone } from '../../http/reads/lookup.ts';
import { type KeyedSource, readByKeys } from '../../http/reads/read-by-keys.ts';
import { MAX_LIST_LENGTH } from '../id-lists.ts';
import { type HoodRow, isRow, pageIn, rowIn } from './answers.ts';
import {
  type Collection,
  fieldsOf,
  type HoodSettings,
  listEndpoint,
  listRoute,
  rowEndpoint,
  rowRoute,
  tagOf,
} from './endpoints.ts';
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

/** Reads rows of a collection by the values of a field, as its list has them. A value with a comma has to stand alone. */
export function listedRows(
  collection: Collection,
  field: string,
  keyOf: KeyedSource<HoodRow>['keyOf'],
  client: Pick<JsonClient, 'malformed'>,
  settings: HoodSettings,
): Lookup<HoodRow>['read'] {
  const route = listRoute(collection);
  const source: KeyedSource<HoodRow> = {
    route,
    keyOf,
    maxPageSize: settings.maxPageSize,
    path: (values, projection, page) => {
      const [value = ''] = values;
      const condition = value.includes(',') ? { eq: value } : { in: values };
      const query = { conditions: { [field]: condition } };
      return listEndpoint(settings, collection, query, fieldsOf(projection), page).path;
    },
    pageIn: (answer) => {
      if (answer === undefined) return { received: 0, rows: [], total: 0 };
      const { items, total } = pageIn(client, route, answer);
      return { received: items.length, rows: items.filter(isRow), total };
    },
  };
  return (batch) => readByKeys(source, batch);
}

/** How rows of a collection are looked up by their ids: several with one call, or each with a call of its own. */
export function rowLookup(
  { collection, byPath }: RowSource,
  isListed: boolean,
  client: Pick<JsonClient, 'malformed'>,
  settings: HoodSettings,
): Lookup<HoodRow> {
  const row = rowRoute(collection);
  const tags = [tagOf(collection)];
  const readList = listedRows(collection, 'id', ({ id }) => String(id), client, settings);
  const readByPath = readAlone({
    route: row,
    path: (id, projection) => rowEndpoint(settings, collection, id, fieldsOf(projection)).path,
    valueIn: (answer, id) => rowIn(client, row, answer, id),
  });
  return {
    name: `${collection} by ${isListed ? 'ids' : 'one id'}`,
    route: byPath && !isListed ? row : listRoute(collection),
    resource: collection,
    tagsOf: () => tags,
    subjectsOf: (id, row) => subjectsIn(collection, [{ id, ...row }]),
    ...(isListed && { fits: (ids: number, length: number) => ids <= MAX_IDS && length <= MAX_LIST_LENGTH }),
    // A row alone is read by its path, unless others may still join it.
    read: (batch) => (byPath && batch.size === 1 && !batch.mayGrow ? readByPath(batch) : readList(batch)),
  };
}
