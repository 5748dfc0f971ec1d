import { listedLength } from '../../http/client/path.ts';
import { MAX_LIST_LENGTH } from '../../sources/id-lists.ts';
import type { Asked, Charge, LookUp } from './charge.ts';

/** The calls that an operation makes at most, where both APIs answer as their pages say. */
export interface Estimate {
  cost: number;
  /** By the name of the API. */
  calls: Readonly<Record<string, number>>;
  /** The field that makes most of them, and for what each of them is made, where there is one for each object. */
  dearest: { path: readonly string[]; calls: number; each: string | undefined } | undefined;
}

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
  readonly #places = new Map<Place, { calls: number; each: string | undefined }>();
  readonly #shared = new Set<string>();
  readonly #batches = new Map<string, Batch>();

  /** A charge of each of so many objects. */
  add(charge: Charge, objects: number, place: Place, { scope, wave }: Moment, asked: Asked): void {
    if ('calls' in charge) {
      const { at } = charge;
      this.#note(at === undefined ? place : { key: at, parent: place }, charge, charge.calls * objects);
    } else if ('once' in charge) {
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

  /** Everything that was added, lookups as the calls that they go in. Asked once, at the end. */
  sum(): Estimate {
    for (const batch of this.#batches.values()) this.#note(batch.place, batch.charge, callsOf(batch));
    const cost = Object.values(this.#calls).reduce((sum, calls) => sum + calls, 0);
    let dearest: Estimate['dearest'];
    for (const [place, { calls, each }] of this.#places) {
      if (calls > (dearest?.calls ?? 0)) dearest = { path: pathOf(place), calls, each };
    }
    return { cost, calls: this.#calls, dearest };
  }

  #note(place: Place, { api, each }: { api: string; each?: string }, calls: number): void {
    this.#calls[api] = (this.#calls[api] ?? 0) + calls;
    const noted = this.#places.get(place) ?? { calls: 0, each };
    noted.calls += calls;
    this.#places.set(place, noted);
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

function pathOf(place: Place | undefined): string[] {
  return place ? [...pathOf(place.parent), place.key] : [];
}
