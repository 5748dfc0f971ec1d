import type { JsonClient } from '../../http/client/json-client.ts';
import type { LookupSource, SoughtRows } from '../../http/reads/lookup-source.ts';
import { listedLength, MAX_LIST_LENGTH } from '../id-lists.ts';
import { type HoodRow, isRow, rowIn } from './answers.ts';
import { type HoodSettings, rowEndpoint, tagOf } from './endpoints.ts';
import { soughtPages } from './sought-pages.ts';

/** A collection, and which of the two ways to a row by its id it has. */
export interface RowSource {
  collection: string;
  /** `GET /<collection>/{id}`. */
  byPath: boolean;
  /** `GET /<collection>?id=in:…`: only where `id` is among the filterable fields of the vendor's page. */
  byList: boolean;
}

/** The most ids in one `id=in:…`: nobody documents how long a URL may be. */
const MAX_IDS = 100;

/** Rows of one collection by their ids, none of which has a comma. */
export class HoodRowLookup implements LookupSource<HoodRow> {
  readonly route: string;
  readonly resource: string;
  readonly #byPath: boolean;
  readonly #client: Pick<JsonClient, 'malformed'>;
  readonly #settings: HoodSettings;
  readonly #tags: readonly string[];

  constructor(
    { collection, byPath }: RowSource,
    client: Pick<JsonClient, 'malformed'>,
    settings: HoodSettings,
  ) {
    this.route = `/v1/hood/${collection}`;
    this.resource = collection;
    this.#byPath = byPath;
    this.#client = client;
    this.#settings = settings;
    this.#tags = [tagOf(collection)];
  }

  tagsOf(): readonly string[] {
    return this.#tags;
  }

  lengthOf(id: string): number {
    return listedLength(id) + 1;
  }

  fits(keys: number, length: number): boolean {
    return keys <= MAX_IDS && length <= MAX_LIST_LENGTH;
  }

  /** One row alone is read by its path, unless others may still join it. */
  read(sought: SoughtRows): Promise<ReadonlyMap<string, HoodRow>> {
    return this.#byPath && sought.size === 1 && !sought.mayGrow
      ? this.#readOne(sought)
      : this.#readList(sought);
  }

  async #readOne(sought: SoughtRows): Promise<ReadonlyMap<string, HoodRow>> {
    const { keys, projection } = sought.seal();
    const [id = ''] = keys;
    const where = rowEndpoint(this.#settings, this.resource, id, projection['fields'] ?? []);
    const row = rowIn(this.#client, where.route, await sought.get({ ...where, mayBeMissing: true }), id);
    return new Map(row && [[id, row]]);
  }

  async #readList(sought: SoughtRows): Promise<ReadonlyMap<string, HoodRow>> {
    const list = { collection: this.resource, field: 'id', client: this.#client, settings: this.#settings };
    const rows = new Map<string, HoodRow>();
    let repeated = 0;
    for await (const { items, total, keys, received } of soughtPages(sought, list)) {
      // A row that was not asked for is never used, and a page of such rows ends the reading.
      const asked = items.filter((row): row is HoodRow => isRow(row) && keys.includes(String(row.id)));
      for (const row of asked) {
        if (rows.has(String(row.id))) repeated += 1;
        rows.set(String(row.id), row);
      }
      if (asked.length === 0 || received - repeated >= Math.min(total ?? keys.length, keys.length)) break;
    }
    return rows;
  }
}
