import type { JsonClient } from '../../http/client/json-client.ts';
import type { LookupSource, SoughtRows } from '../../http/reads/lookup-source.ts';
import { listedLength, MAX_LIST_LENGTH } from '../id-lists.ts';
import { type HoodRow, isRow } from './answers.ts';
import { type HoodSettings, tagOf } from './endpoints.ts';
import { soughtPages } from './sought-pages.ts';

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
    const list = { collection: COLLECTION, field: 'label', client: this.#client, settings: this.#settings };
    const rows = new Map<string, HoodRow>();
    for await (const { items, total, received } of soughtPages(sought, list)) {
      for (const row of items.filter(isRow)) {
        const key = propertyKey(row as PropertyNames);
        if (key !== null && !rows.has(key)) rows.set(key, row);
      }
      if (items.length === 0 || (total !== undefined && received >= total)) break;
    }
    return rows;
  }
}

/** A property's key, whichever name its row has for it. */
export function propertyKey(row: PropertyNames): string | null {
  const { label, property, target } = row;
  return label ?? property ?? target ?? null;
}
