import DataLoader from 'dataloader';
import { type Hood, type HoodRow, isRow } from './hood.ts';
import { memberOf } from './hood-grammar.ts';
import { idLists } from './id-lists.ts';

/** The names a profile property's key goes by in rows: the newest, the vendor's list sample's, and the oldest. */
export interface PropertyNames {
  label?: string | null;
  property?: string | null;
  target?: string | null;
}

/** The fields a row's key is read from. */
export const PROPERTY_KEY_FIELDS = ['label', 'property', 'target'] as const;

/**
 * Hood's profile properties by their keys, for one operation: one call for all keys of a tick, up to 4 kB of them, and
 * each key once.
 */
export class HoodProperties {
  readonly #hood: Hood;
  readonly #loader: DataLoader<string, HoodRow | null>;
  #epoch: number;
  #fields: readonly string[] = PROPERTY_KEY_FIELDS;

  constructor(hood: Hood) {
    this.#hood = hood;
    this.#epoch = hood.epoch;
    this.#loader = new DataLoader((keys) => this.#fetch(keys));
  }

  /**
   * The property with a key; null when there is none. A key with a comma cannot be asked for: null as well. `fields`
   * are what the whole operation needs of any property.
   */
  async load(key: string, fields: readonly string[]): Promise<HoodRow | null> {
    if (key === '' || key.includes(',')) return null;
    if (this.#epoch !== this.#hood.epoch) this.#loader.clearAll();
    this.#epoch = this.#hood.epoch;
    this.#fields = fields;
    return this.#loader.load(key);
  }

  async #fetch(wanted: readonly string[]): Promise<(HoodRow | null | Error)[]> {
    const fields = [...new Set([...PROPERTY_KEY_FIELDS, ...this.#fields])].sort();
    const found = new Map<string, HoodRow | Error>();
    await Promise.all(
      idLists(wanted).map(async (keys) => {
        try {
          for (const row of await this.#read(keys, fields)) {
            const key = propertyKey(row as PropertyNames);
            if (key !== null && !found.has(key)) found.set(key, row);
          }
        } catch (error) {
          for (const key of keys) found.set(key, error as Error);
        }
      }),
    );
    return wanted.map((key) => found.get(key) ?? null);
  }

  async #read(keys: readonly string[], fields: readonly string[]): Promise<HoodRow[]> {
    const size = Math.min(keys.length, this.#hood.settings.maxPageSize);
    const rows: HoodRow[] = [];
    let received = 0;
    // Nothing says that a label is unique, so there may be more rows than keys; page on while there are any.
    for (let number = 1; number <= keys.length; number += 1) {
      const page = await this.#hood.list(
        'profile-properties',
        { conditions: { label: memberOf(keys) } },
        fields,
        { number, size },
      );
      rows.push(...page.items.filter(isRow));
      received += page.items.length;
      if (page.items.length === 0 || received >= (page.total ?? 0)) break;
    }
    return rows;
  }
}

/** A property's key, whichever name its row has for it. */
export function propertyKey(row: PropertyNames): string | null {
  const { label, property, target } = row;
  return label ?? property ?? target ?? null;
}
