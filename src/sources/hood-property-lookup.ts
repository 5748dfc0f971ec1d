import type { JsonClient } from '../http/json-client.ts';
import type { LookupSource, SoughtRows } from '../http/reads/lookups.ts';
import { type HoodRow, isRow, pageIn } from './hood-answers.ts';
import { type HoodSettings, listEndpoint, tagOf } from './hood-endpoints.ts';
import { memberOf } from './hood-grammar.ts';
import { listedLength, MAX_LIST_LENGTH } from './id-lists.ts';

/** The names a profile property's key goes by in rows: the newest, the vendor's list sample's, and the oldest. */
export interface PropertyNames {
  label?: string | null;
  property?: string | null;
  target?: string | null;
}

const COLLECTION = 'profile-properties';

/** Profile properties by their keys, none of which has a comma. */
export class HoodPropertyLookup implements LookupSource<HoodRow> {
  readonly route = `/v1/hood/${COLLECTION}`;
  readonly resource = COLLECTION;
  readonly #client: Pick<JsonClient, 'malformed'>;
  readonly #settings: HoodSettings;

  constructor(client: Pick<JsonClient, 'malformed'>, settings: HoodSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  tagsOf(): readonly string[] {
    return [tagOf(COLLECTION)];
  }

  lengthOf(key: string): number {
    return listedLength(key) + 1;
  }

  fits(_keys: number, length: number): boolean {
    return length <= MAX_LIST_LENGTH;
  }

  /** Nothing says that a label is unique, so there may be more rows than keys: it pages on while there are any. */
  async read(sought: SoughtRows): Promise<ReadonlyMap<string, HoodRow>> {
    const { route } = this;
    const rows = new Map<string, HoodRow>();
    let wanted = 1;
    let received = 0;
    for (let number = 1; number <= wanted; number += 1) {
      const path = () => {
        const { keys, projection } = sought.seal();
        wanted = keys.length;
        const size = Math.min(keys.length, this.#settings.maxPageSize);
        const query = { conditions: { label: memberOf(keys) } };
        const fields = projection['fields'] ?? [];
        return listEndpoint(this.#settings, COLLECTION, query, fields, { number, size }).path;
      };
      const { items, total } = pageIn(this.#client, route, await sought.get({ route, path }));
      for (const row of items.filter(isRow)) {
        const key = propertyKey(row as PropertyNames);
        if (key !== null && !rows.has(key)) rows.set(key, row);
      }
      received += items.length;
      if (items.length === 0 || received >= (total ?? 0)) break;
    }
    return rows;
  }
}

/** A property's key, whichever name its row has for it. */
export function propertyKey(row: PropertyNames): string | null {
  const { label, property, target } = row;
  return label ?? property ?? target ?? null;
}
