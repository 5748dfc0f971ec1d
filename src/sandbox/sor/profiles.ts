import type { KeptMap } from '../journal.ts';
import * as generated from './generated-profiles.ts';
import type { CustomerIdType } from './values.ts';

/** A customer: its place in the list, its name, and when it last changed (milliseconds since 1970). */
export interface Profile {
  position: number;
  customerId: string;
  type: CustomerIdType;
  updated: number;
  /** Whether anything was ever written to it; else all of it is computed. */
  written: boolean;
}

/** Which profiles a list holds. */
export interface ProfileFilter {
  type: CustomerIdType | undefined;
  /** Only those changed at this millisecond or later. */
  since: number | undefined;
}

/** Where the profiles that are not generated begin, far behind any that are. */
const FIRST_NOT_GENERATED = 1_000_000_000;

/**
 * All profiles: first the generated ones, which are kept only once something changed them, then the others in the order
 * of their coming.
 */
export class ProfileStore {
  /** How many are generated. */
  readonly generated: number;
  readonly #written: KeptMap<Profile>;
  #next = FIRST_NOT_GENERATED;

  constructor(written: KeptMap<Profile>, count: number) {
    this.#written = written;
    this.generated = count;
    for (const { position } of written.values()) this.#next = Math.max(this.#next, position + 1);
  }

  find(customerId: string, type: CustomerIdType): Profile | undefined {
    const written = this.#written.get(`${type} ${customerId}`);
    if (written) return written;
    const position = generated.positionOf(customerId, type);
    if (position === undefined || position >= this.generated) return undefined;
    return { position, customerId, type, updated: generated.updatedAt(position), written: false };
  }

  /** The profiles that the filter lets through from the `offset`-th on, always in the same order, and how many they are. */
  list(filter: ProfileFilter, offset = 0): { total: number; profiles: Generator<Profile> } {
    const { type, since } = filter;
    // Generated profiles are in the order of their computed changes.
    const first = since === undefined ? 0 : Math.min(this.generated, generated.firstUpdatedSince(since));
    const firstRank = generated.rankOf(type, first);
    const ranks = generated.rankOf(type, this.generated) - firstRank;
    const others = [...this.#written.values()]
      .filter(({ position }) => position < first || position >= FIRST_NOT_GENERATED)
      .filter((profile) => type === undefined || profile.type === type)
      .filter(({ updated }) => since === undefined || updated >= since)
      .sort((one, other) => one.position - other.position);
    const at = (rank: number) => this.#at(generated.positionAtRank(type, firstRank + rank));
    const profiles = (function* () {
      for (let rank = offset; rank < ranks; rank++) yield at(rank);
      yield* others.slice(Math.max(0, offset - ranks));
    })();
    return { total: ranks + others.length, profiles };
  }

  /** Notes that a customer changed; one that nobody knew yet is known from now on. */
  touch(customerId: string, type: CustomerIdType, now: number): Profile {
    const known = this.find(customerId, type);
    const position = known?.position ?? this.#next++;
    const updated = Math.max(now, known?.written ? known.updated : 0);
    const profile = { position, customerId, type, updated, written: true };
    this.#written.set(`${type} ${customerId}`, profile);
    return profile;
  }

  #at(position: number): Profile {
    const customer = generated.customerAt(position);
    const written = this.#written.get(`${customer.type} ${customer.customerId}`);
    return written ?? { position, ...customer, updated: generated.updatedAt(position), written: false };
  }
}

/** Whether a profile was generated; something may have been written to it since. */
export function isGenerated({ position }: Profile): boolean {
  return position < FIRST_NOT_GENERATED;
}
