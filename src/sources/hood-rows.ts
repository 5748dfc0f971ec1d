import DataLoader from 'dataloader';
import { isSegment } from '../http/path.ts';
import { type Hood, type HoodRow, isRow } from './hood.ts';
import { compare, memberOf } from './hood-grammar.ts';

/** A row that is looked up, and what of it is needed. */
interface Lookup {
  id: string;
  fields: readonly string[];
}

/** A collection, and which of the two ways to a row by its id it has. */
export interface RowSource {
  collection: string;
  /** `GET /<collection>/{id}`. */
  byPath: boolean;
  /** `GET /<collection>?id=in:…`: only where `id` is among the filterable fields of the vendor's page. */
  byList: boolean;
}

/** The most ids in one `id=in:…`, and the longest such text: nobody documents how long a URL may be. */
const MAX_IDS = 100;
const MAX_IDS_LENGTH = 4_000;

/** How many rows are fetched at a time where each needs its own call. */
const MAX_PARALLEL = 5;

/**
 * Rows of Hood by their ids, for one operation. Lookups of one tick become one call for up to 100 ids
 * where the collection can be filtered by id, asking for all the fields that any of them needs.
 */
export class HoodRows {
  readonly #hood: Hood;
  readonly #loaders = new Map<string, DataLoader<Lookup, HoodRow | null>>();

  constructor(hood: Hood) {
    this.#hood = hood;
  }

  /** One row with at least the named fields; null when Hood has none with that id. */
  async load(source: RowSource, id: string, fields: readonly string[]): Promise<HoodRow | null> {
    if (!isSegment(id)) return null;
    let loader = this.#loaders.get(source.collection);
    if (!loader) {
      // Without a cache of its own: `Hood` already makes equal reads once, and knows when a write ends them.
      loader = new DataLoader((lookups) => this.#fetch(source, lookups), { cache: false });
      this.#loaders.set(source.collection, loader);
    }
    return loader.load({ id, fields });
  }

  async #fetch(source: RowSource, lookups: readonly Lookup[]): Promise<(HoodRow | null | Error)[]> {
    const fields = [...new Set(lookups.flatMap((lookup) => lookup.fields))].sort();
    const ids = [...new Set(lookups.map(({ id }) => id))];
    const found = new Map<string, HoodRow | Error>();
    const keep = (ids: readonly string[], read: Promise<readonly (HoodRow | undefined)[]>) =>
      read.then(
        (rows) => {
          for (const row of rows) if (row) found.set(String(row.id), row);
        },
        (error: Error) => {
          for (const id of ids) found.set(id, error);
        },
      );

    const { lists, singles } = plan(ids, source);
    await Promise.all([
      ...lists.map((list) => keep(list, this.#fetchList(source.collection, list, fields))),
      inParallel(singles, (id) =>
        keep(
          [id],
          this.#hood.find(source.collection, id, fields).then((row) => [row]),
        ),
      ),
    ]);
    return lookups.map(({ id }) => found.get(id) ?? null);
  }

  /** The rows of one `id=in:…`; several pages only where Hood's largest page is smaller than the list of ids. */
  async #fetchList(collection: string, ids: readonly string[], fields: readonly string[]) {
    const conditions = { id: ids.some(hasComma) ? compare('eq', ids.join()) : memberOf(ids) };
    const size = Math.min(ids.length, this.#hood.settings.maxPageSize);
    const wanted = new Set(ids);
    const rows: HoodRow[] = [];
    let received = 0;
    for (let number = 1; number <= ids.length; number += 1) {
      const { items, total } = await this.#hood.list(collection, { conditions }, fields, { number, size });
      // A row that was not asked for is never used, and a page of such rows ends the reading.
      const asked = items.filter((row): row is HoodRow => isRow(row) && wanted.has(String(row.id)));
      rows.push(...asked);
      received += items.length;
      if (asked.length === 0 || received >= Math.min(total ?? ids.length, ids.length)) break;
    }
    return rows;
  }
}

/** Ids as they are fetched: some by one list each, the others one by one. */
function plan(
  ids: readonly string[],
  { byPath, byList }: RowSource,
): { lists: string[][]; singles: string[] } {
  if (byPath && (!byList || ids.length === 1)) return { lists: [], singles: [...ids] };
  const lists: string[][] = [];
  const singles: string[] = [];
  let open: string[] = [];
  let length = 0;
  for (const id of ids) {
    if (hasComma(id)) {
      // The grammar cannot tell such a comma from the next member of a list.
      if (byPath) singles.push(id);
      else lists.push([id]);
      continue;
    }
    const encoded = encodeURIComponent(id).length + 1;
    if (open.length === 0 || open.length === MAX_IDS || length + encoded > MAX_IDS_LENGTH) {
      open = [];
      length = 0;
      lists.push(open);
    }
    open.push(id);
    length += encoded;
  }
  return { lists, singles };
}

function hasComma(id: string): boolean {
  return id.includes(',');
}

/** Does `work` for every item, `MAX_PARALLEL` at a time. */
async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(MAX_PARALLEL, items.length) }, worker));
}
