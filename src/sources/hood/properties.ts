import type { HoodRow } from './answers.ts';
import { projectionOf } from './endpoints.ts';
import type { Hood } from './hood.ts';
import { HoodPropertyLookup } from './property-lookup.ts';

/** The fields a row's key is read from. */
export const PROPERTY_KEY_FIELDS = ['label', 'property', 'target'] as const;

/** Hood's profile properties by their keys, for one operation: each key once, those of one moment in one call. */
export class HoodProperties {
  readonly #hood: Hood;
  readonly #found = new Map<string, Promise<HoodRow | null>>();
  #epoch: number;

  constructor(hood: Hood) {
    this.#hood = hood;
    this.#epoch = hood.epoch;
  }

  /**
   * The property with a key; null when there is none. A key with a comma cannot be asked for: null as well. `fields`
   * are what the whole operation needs of any property.
   */
  async load(key: string, fields: readonly string[]): Promise<HoodRow | null> {
    if (key === '' || key.includes(',')) return null;
    if (this.#epoch !== this.#hood.epoch) this.#found.clear();
    this.#epoch = this.#hood.epoch;
    let found = this.#found.get(key);
    if (!found) {
      found = this.#read(key, fields);
      this.#found.set(key, found);
    }
    return found;
  }

  #read(key: string, fields: readonly string[]): Promise<HoodRow | null> {
    const { shared, settings, callOptions } = this.#hood;
    const needed = [...new Set([...PROPERTY_KEY_FIELDS, ...fields])].sort();
    const lookup = () => new HoodPropertyLookup(shared.client, settings);
    return shared
      .lookups('hood/profile-properties by key', lookup)
      .load(key, projectionOf(settings, needed), callOptions);
  }
}
