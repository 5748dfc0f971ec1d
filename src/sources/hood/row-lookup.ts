import type { JsonClient } from '../../http/client/json-client.ts';
import { KeyedList } from '../../http/reads/keyed-list.ts';
import type { KeysToRead, Lookup } from '../../http/reads/lookup.ts';
import { listedLength, MAX_LIST_LENGTH } from '../id-lists.ts';
import { type HoodRow, isRow, keyedPage, pageIn, rowIn } from './answers.ts';
import { fieldsOf, type HoodSettings, listEndpoint, rowEndpoint, tagOf } from './endpoints.ts';
import { compare, memberOf } from './grammar.ts';

/** A collection, and the ways to a row by its id that it has. */
export interface RowSource {
  collection: string;
  /** `GET /<collection>/{id}`. */
  byPath: boolean;
  /** `GET /<collection>?id=in:…`: only where `id` is among the filterable fields of the vendor's page. */
  byList: boolean;
}

/** The most ids in one `id=in:…`: nobody documents how long a URL may be. */
const MAX_IDS = 100;

/** How many rows an operation fetches at a time where each needs a call of its own. */
const MOST_AT_ONCE = 5;

type Malformed = Pick<JsonClient, 'malformed'>;

/** Rows of a collection by their ids, several with one call. An id with a comma cannot stand in a list. */
export function listedRows(
  { collection, byPath }: RowSource,
  client: Malformed,
  settings: HoodSettings,
): Lookup<HoodRow> {
  const route = `/v1/hood/${collection}`;
  const list = new KeyedList<HoodRow>({
    route,
    maxPageSize: settings.maxPageSize,
    isUnique: true,
    path: (ids, projection, page) => {
      const query = { conditions: { id: memberOf(ids) } };
      return listEndpoint(settings, collection, query, fieldsOf(projection), page).path;
    },
    pageIn: (answer) => keyedPage(client, route, answer, (row) => String(row.id)),
  });
  const tags = [tagOf(collection)];
  return {
    name: `${collection} by id`,
    route,
    resource: collection,
    tagsOf: () => tags,
    lists: {
      lengthOf: (id) => listedLength(id) + 1,
      fits: (ids, length) => ids <= MAX_IDS && length <= MAX_LIST_LENGTH,
    },
    // A row alone is read by its path, unless others may still join it.
    read: (batch) =>
      byPath && batch.size === 1 && !batch.mayGrow
        ? readByPath(collection, client, settings, batch)
        : list.read(batch),
  };
}

/** Rows of a collection by their ids, each with a call of its own. */
export function singleRows(
  { collection, byPath }: RowSource,
  client: Malformed,
  settings: HoodSettings,
): Lookup<HoodRow> {
  const tags = [tagOf(collection)];
  return {
    name: `${collection} by one id`,
    route: `/v1/hood/${collection}${byPath ? '/{id}' : ''}`,
    resource: collection,
    tagsOf: () => tags,
    mostAtOnce: MOST_AT_ONCE,
    read: (batch) =>
      byPath
        ? readByPath(collection, client, settings, batch)
        : readByFilter(collection, client, settings, batch),
  };
}

async function readByPath(
  collection: string,
  client: Malformed,
  settings: HoodSettings,
  { seal, get }: KeysToRead,
): Promise<ReadonlyMap<string, HoodRow>> {
  const route = `/v1/hood/${collection}/{id}`;
  const path = () => {
    const { keys, projection } = seal();
    return rowEndpoint(settings, collection, keys[0] ?? '', fieldsOf(projection)).path;
  };
  const answer = await get({ route, path, mayBeMissing: true });
  const [id = ''] = seal().keys;
  const row = rowIn(client, route, answer, id);
  return new Map(row && [[id, row]]);
}

/** Where a collection has no path for one row, and the id has a comma that no list can hold. */
async function readByFilter(
  collection: string,
  client: Malformed,
  settings: HoodSettings,
  { seal, get }: KeysToRead,
): Promise<ReadonlyMap<string, HoodRow>> {
  const route = `/v1/hood/${collection}`;
  const path = () => {
    const { keys, projection } = seal();
    const query = { conditions: { id: compare('eq', keys[0] ?? '') } };
    return listEndpoint(settings, collection, query, fieldsOf(projection), { number: 1, size: 1 }).path;
  };
  const { items } = pageIn(client, route, await get({ route, path, mayBeMissing: true }));
  const [id = ''] = seal().keys;
  const row = items.find((item): item is HoodRow => isRow(item) && String(item.id) === id);
  return new Map(row && [[id, row]]);
}
