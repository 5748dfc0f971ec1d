import { listedLength } from '../../http/client/path.ts';
import { MAX_LIST_LENGTH } from '../../sources/id-lists.ts';
import type { Asked, Charge, LookUp } from './charge.ts';
import type { PricedField } from './priced-operation.ts';

/** The calls that an operation makes at most, where both APIs answer as their pages say. */
export interface Estimate {
  cost: number;
  /** By the name of the API. */
  calls: Readonly<Record<string, number>>;
  /** Where most of them are made. */
  dearest: Place | undefined;
}

/** Where a field stands in an answer, objects of lists taken together. */
export interface Place {
  readonly field: PricedField;
  readonly parent: Place | undefined;
  /** The field below it that makes its calls. */
  readonly at?: string | undefined;
  /** How many objects its arguments ask for. */
  readonly asked?: number | undefined;
}

/** When a field is resolved: what comes of one call is asked on at one moment. */
export interface Moment {
  /** Within which what is asked for once is asked for once: an operation, or one of several mutations. */
  readonly scope: number;
  readonly wave: number;
}

/** How long the key of an object is taken to be in a list, where only running can tell: an e-mail address, encoded. */
const KEY_LENGTH = 40;

interface Batch {
  charge: LookUp;
  asked: Asked;
  place: Place;
  keys: Set<string>;
  count: number;
}

/** Adds up what an operation costs. */
export class Tally {
  readonly #calls: Record<string, number> = {};
  readonly #places = new Map<Place, number>();
  readonly #shared = new Set<string>();
  readonly #batches = new Map<string, Batch>();

  /** A charge of each of so many objects. */
  add(charge: Charge, objects: number, place: Place, { scope, wave }: Moment, asked: Asked): void {
    if ('calls' in charge) {
      const { at } = charge;
      this.#note(at === undefined ? place : { ...place, at }, charge.api, charge.calls * objects);
    } else if ('once' in charge) {
      const name = `${scope} ${charge.once}`;
      if (!this.#shared.has(name)) this.#note(place, charge.api, 1);
      this.#shared.add(name);
    } else {
      const name = `${wave} ${charge.lookup}`;
      const batch = this.#batches.get(name) ?? { charge, asked, place, keys: new Set(), count: 0 };
      this.#batches.set(name, batch);
      if (typeof charge.keys === 'number') batch.count += charge.keys * objects;
      else for (const key of charge.keys) batch.keys.add(key);
    }
  }

  /** Everything that was added, lookups as the calls that they go in. Asked once, at the end. */
  sum(): Estimate {
    for (const batch of this.#batches.values()) this.#note(batch.place, batch.charge.api, callsOf(batch));
    const cost = Object.values(this.#calls).reduce((sum, calls) => sum + calls, 0);
    const [[dearest] = []] = [...this.#places].sort(([, calls], [, others]) => others - calls);
    return { cost, calls: this.#calls, dearest };
  }

  #note(place: Place, api: string, calls: number): void {
    this.#calls[api] = (this.#calls[api] ?? 0) + calls;
    this.#places.set(place, (this.#places.get(place) ?? 0) + calls);
  }
}

/** A list is closed when its next key does not fit, so each has as many keys as fit if all are as long as the longest. */
function callsOf({ charge, asked, keys, count }: Batch): number {
  const { most = Number.POSITIVE_INFINITY, list } = charge;
  const total = keys.size + count;
  const { room, calls } = list?.(asked) ?? { room: MAX_LIST_LENGTH, calls: 1 };
  const lengths = [...keys].map((key) => listedLength(key));
  const longest = lengths.reduce((longest, length) => Math.max(longest, length), count > 0 ? KEY_LENGTH : 1);
  const fitting = Math.max(1, Math.min(most, Math.floor(room / longest)));
  return calls * Math.max(1, Math.ceil(total / fitting));
}

/** From the root field to this place. */
export function placesTo(place: Place | undefined): Place[] {
  return place ? [...placesTo(place.parent), place] : [];
}

export function pathTo(place: Place | undefined): string[] {
  return placesTo(place).flatMap(({ field, at = [] }) => [field.key, at].flat());
}
