import DataLoader from 'dataloader';
import { isSegment } from '../../http/client/path.ts';
import { covers, type Projection } from '../../http/reads/projection.ts';
import { ConcurrencyLimit } from '../concurrency-limit.ts';
import { type HoodRow, isRow } from './answers.ts';
import { projectionOf } from './endpoints.ts';
import { compare } from './grammar.ts';
import type { Hood } from './hood.ts';
import { HoodRowLookup, type RowSource } from './row-lookup.ts';

/** A row that was looked up, and how much of it. */
interface Found {
  epoch: number;
  projection: Projection;
  row: Promise<HoodRow | null>;
}

/** A row that needs a call of its own, and what of it. */
interface Single {
  collection: string;
  byPath: boolean;
  id: string;
  fields: readonly string[];
}

/** How many rows an operation fetches at a time where each needs its own call. */
const MAX_PARALLEL = 5;

/**
 * Rows of Hood by their ids, for one operation, each looked up once. Lookups of one moment become one call for up to
 * 100 ids where the collection can be filtered by id, with those of other operations.
 */
export class HoodRows {
  readonly #hood: Hood;
  readonly #found = new Map<string, Found>();
  readonly #singles: DataLoader<Single, HoodRow | null>;
  readonly #turns = new ConcurrencyLimit(MAX_PARALLEL);

  constructor(hood: Hood) {
    this.#hood = hood;
    this.#singles = new DataLoader((singles) => this.#readSingles(singles), { cache: false });
  }

  /** One row with at least the named fields; null when Hood has none with that id. */
  async load(source: RowSource, id: string, fields: readonly string[]): Promise<HoodRow | null> {
    if (!isSegment(id)) return null;
    const name = `${source.collection}/${id}`;
    const { epoch } = this.#hood;
    const projection = projectionOf(this.#hood.settings, fields);
    const found = this.#found.get(name);
    if (found?.epoch === epoch && covers(found.projection, projection)) return found.row;
    const row = this.#read(source, id, fields, projection);
    this.#found.set(name, { epoch, projection, row });
    return row;
  }

  #read(
    source: RowSource,
    id: string,
    fields: readonly string[],
    projection: Projection,
  ): Promise<HoodRow | null> {
    const { collection, byPath, byList } = source;
    // The grammar cannot tell a comma in an id from the next member of a list.
    if (!byList || id.includes(',')) return this.#singles.load({ collection, byPath, id, fields });
    const { shared, settings, callOptions } = this.#hood;
    const lookup = () => new HoodRowLookup(source, shared.client, settings);
    return shared.lookups(`hood/${collection}`, lookup).load(id, projection, callOptions);
  }

  /** Each row once, with all the fields that anybody of this tick needs. */
  #readSingles(singles: readonly Single[]): Promise<(HoodRow | null | Error)[]> {
    const alike = Map.groupBy(singles, ({ collection, id }) => `${collection}/${id}`);
    const rows = new Map<string, Promise<HoodRow | null | Error>>();
    for (const [name, [first, ...others]] of alike) {
      if (!first) continue;
      const fields = [...new Set([first, ...others].flatMap((single) => single.fields))].sort();
      const row = this.#turns.take(() => this.#readSingle({ ...first, fields }));
      rows.set(
        name,
        row.catch((error: Error) => error),
      );
    }
    return Promise.all(singles.map(({ collection, id }) => rows.get(`${collection}/${id}`) ?? null));
  }

  async #readSingle({ collection, byPath, id, fields }: Single): Promise<HoodRow | null> {
    if (byPath) return (await this.#hood.find(collection, id, fields)) ?? null;
    const conditions = { id: compare('eq', id) };
    const { items } = await this.#hood.list(collection, { conditions }, fields, { number: 1, size: 1 });
    // A row that was not asked for is never used.
    return items.find((row): row is HoodRow => isRow(row) && String(row.id) === id) ?? null;
  }
}
