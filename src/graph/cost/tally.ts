import type { Asked, Charge, LookUp } from './charge.ts';

/** Where a field stands in an answer, objects of lists taken together. */
export interface Place {
  readonly key: string;
  readonly parent: Place | undefined;
}

/** When a field is resolved: what comes of one call is asked on at one moment. */
export interface Moment {
  /** Within which what is asked for once is asked for once: an operation, or one of several mutations. */
  readonly scope: number;
  readonly wave: number;
}

/** So many calls that a field makes. */
export interface Item {
  api: string;
  calls: number;
  place: Place;
  /** The field below for which it makes them. */
  at?: string | undefined;
  /** For what each of them is made, where there is one for each object. */
  each?: string | undefined;
}

/** How long the key of an object is taken to be in a list, where only running can tell: an e-mail address, encoded. */
const KEY_LENGTH = 40;

/** The longest list of keys in a call. */
const ROOM = 4_000;

interface Batch {
  charge: LookUp;
  asked: Asked;
  place: Place;
  keys: Set<string>;
  count: number;
}

/** Adds up what an operation costs. */
export class Tally {
  /** By the places that make them, and the field below for which they are made. */
  readonly #items = new Map<Place, Map<string | undefined, Item>>();
  readonly #shared = new Set<string>();
  readonly #batches = new Map<string, Batch>();

  /** A charge of each of so many objects. */
  add(charge: Charge, objects: number, place: Place, { scope, wave }: Moment, asked: Asked): void {
    if ('calls' in charge) this.#note(place, charge, charge.calls * objects);
    else if ('once' in charge) {
      const name = `${scope} ${charge.once}`;
      if (!this.#shared.has(name)) this.#note(place, charge, 1);
      this.#shared.add(name);
    } else {
      const name = `${wave} ${charge.lookup}`;
      const batch = this.#batches.get(name) ?? { charge, asked, place, keys: new Set(), count: 0 };
      this.#batches.set(name, batch);
      if (typeof charge.keys === 'number') batch.count += charge.keys * objects;
      else for (const key of charge.keys) batch.keys.add(key);
    }
  }

  /** Everything that was added, lookups as the calls that they go in. */
  items(): Item[] {
    for (const batch of this.#batches.values()) this.#note(batch.place, { api: batch.charge.api }, callsOf(batch));
    this.#batches.clear();
    return [...this.#items.values()].flatMap((items) => [...items.values()]);
  }

  #note(place: Place, { api, at, each }: Pick<Item, 'api' | 'at' | 'each'>, calls: number): void {
    const items = this.#items.get(place) ?? new Map<string | undefined, Item>();
    this.#items.set(place, items);
    const item = items.get(at) ?? { api, place, at, each, calls: 0 };
    items.set(at, item);
    item.calls += calls;
  }
}

/** A list is closed when its next key does not fit, so each has as many keys as fit if all are as long as the longest. */
function callsOf({ charge, asked, keys, count }: Batch): number {
  const { most = Number.POSITIVE_INFINITY, list } = charge;
  const total = keys.size + count;
  const { room, calls } = list?.(asked) ?? { room: ROOM, calls: 1 };
  const lengths = [...keys].map((key) => encodeURIComponent(key.toWellFormed()).length + 1);
  const longest = lengths.reduce((longest, length) => Math.max(longest, length), count > 0 ? KEY_LENGTH : 1);
  const fitting = Math.max(1, Math.min(most, Math.floor(room / longest)));
  return calls * Math.max(1, Math.ceil(total / fitting));
}
