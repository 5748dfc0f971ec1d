import DataLoader from 'dataloader';
import { isSegment, queryString } from '../http/path.ts';
import { idLists } from './id-lists.ts';
import type { Sor } from './sor.ts';

export type CustomerIdType = 'user_id' | 'device_id';

/** One customer's profile in the API's spelling; only the first two are certain. */
export interface ProfileRow {
  customer_id: string;
  customer_id_type: CustomerIdType;
  /** Values by system and key; the global system stands under `global`. */
  attributes: unknown;
  applications: unknown;
}

/**
 * What of each profile is asked for: the attributes of these keys, in these systems; undefined is all of them.
 * There is one for an operation, the union of all that it selects.
 */
export interface ProfileProjection {
  keys: readonly string[] | undefined;
  systems: readonly string[] | undefined;
}

/** Which profiles of the list. */
export interface ProfileListQuery {
  customerIds?: readonly string[] | undefined;
  customerIdType?: CustomerIdType | undefined;
  /** Only profiles changed since this moment (ISO 8601), with their changes instead of their values. */
  updatedSince?: string | undefined;
}

export interface ProfilePage {
  /** Each perhaps anything: only a list is certain. */
  items: unknown[];
  total: number | undefined;
  /** Whether the API has a page behind this one; only said where changes are listed. */
  hasMore: boolean;
}

const LIST = '/api/customer_profiles';
const ONE = '/api/customer_profiles/{customer_id}';

/** The longest path of a lookup: nobody documents how long a URL may be. */
const MAX_PATH_LENGTH = 4_096;

/**
 * Customer profiles, for one operation. Lookups of one tick become one call for each type of id and 4 kB of ids,
 * all with the operation's one projection; each profile is looked up once.
 */
export class SorProfiles {
  readonly #sor: Sor;
  readonly #projection: ProfileProjection;
  readonly #loaders = new Map<CustomerIdType, DataLoader<string, ProfileRow | null>>();
  #epoch: number;

  constructor(sor: Sor, projection: ProfileProjection) {
    this.#sor = sor;
    this.#projection = projection;
    this.#epoch = sor.epoch;
  }

  /** One profile; null when there is none. */
  load(customerId: string, type: CustomerIdType): Promise<ProfileRow | null> {
    if (!isSegment(customerId)) return Promise.resolve(null);
    return this.#loaderOf(type).load(customerId);
  }

  /** One page of the list. */
  async list(query: ProfileListQuery, page: { number: number; size: number }): Promise<ProfilePage> {
    const result = await this.#sor.read(LIST, {}, this.#listQuery(query, page));
    const { profiles, total_profiles, next } = (result ?? {}) as Record<string, unknown>;
    if (!Array.isArray(profiles)) throw this.#sor.malformed(LIST);
    // Changes are no profiles; all others need not be looked up any more.
    if (query.updatedSince === undefined) {
      for (const row of profiles) {
        if (isProfile(row)) this.#loaderOf(row.customer_id_type).prime(row.customer_id, row);
      }
    }
    return {
      items: profiles,
      total: Number.isSafeInteger(total_profiles) ? (total_profiles as number) : undefined,
      hasMore: typeof next === 'string' && next !== '',
    };
  }

  #loaderOf(type: CustomerIdType): DataLoader<string, ProfileRow | null> {
    if (this.#epoch !== this.#sor.epoch) this.#loaders.clear();
    this.#epoch = this.#sor.epoch;
    let loader = this.#loaders.get(type);
    if (!loader) {
      loader = new DataLoader((ids) => this.#fetch(ids, type));
      this.#loaders.set(type, loader);
    }
    return loader;
  }

  #listQuery(query: ProfileListQuery, page: { number: number; size: number }, projection = this.#projection) {
    return {
      attribute_keys: projection.keys?.join(','),
      customer_id_type: query.customerIdType,
      customer_ids: query.customerIds?.join(','),
      num_per_page: page.size,
      page: page.number > 1 || query.customerIds === undefined ? page.number : undefined,
      sor_identifiers: projection.systems?.join(','),
      updated_since: query.updatedSince,
    };
  }

  async #fetch(ids: readonly string[], type: CustomerIdType): Promise<(ProfileRow | null | Error)[]> {
    const found = new Map<string, ProfileRow | Error>();
    await this.#collect(ids, type, this.#projection, found);
    if (isNarrow(this.#projection)) {
      // Nobody documents whether a profile with none of the asked attributes is still listed: ask once more without.
      const missing = ids.filter((id) => !found.has(id));
      await this.#collect(missing, type, { keys: undefined, systems: undefined }, found);
    }
    return ids.map((id) => found.get(id) ?? null);
  }

  async #collect(
    ids: readonly string[],
    type: CustomerIdType,
    projection: ProfileProjection,
    found: Map<string, ProfileRow | Error>,
  ): Promise<void> {
    const keep = (ids: readonly string[], rows: Promise<readonly ProfileRow[]>) =>
      rows.then(
        (rows) => {
          for (const row of rows) found.set(row.customer_id, row);
        },
        (error: Error) => {
          for (const id of ids) found.set(id, error);
        },
      );
    const { chunks, singles } = this.#chunks(ids, type, projection);
    await Promise.all([
      ...chunks.map((chunk) => keep(chunk, this.#readList(chunk, type, projection))),
      ...singles.map((id) => keep([id], this.#readOne(id, type, projection))),
    ]);
  }

  /** Ids in calls of at most 4 kB; one with a comma cannot stand in a list. */
  #chunks(ids: readonly string[], type: CustomerIdType, projection: ProfileProjection) {
    const query = this.#listQuery(
      { customerIdType: type, customerIds: [] },
      { number: 1, size: ids.length },
      projection,
    );
    const room = MAX_PATH_LENGTH - LIST.length - queryString(query).length;
    return {
      chunks: idLists(
        ids.filter((id) => !id.includes(',')),
        room,
      ),
      singles: ids.filter((id) => id.includes(',')),
    };
  }

  async #readList(
    ids: readonly string[],
    type: CustomerIdType,
    projection: ProfileProjection,
  ): Promise<ProfileRow[]> {
    const wanted = new Set(ids);
    const rows: ProfileRow[] = [];
    for (let number = 1; number <= ids.length; number += 1) {
      const query = this.#listQuery(
        { customerIds: ids, customerIdType: type },
        { number, size: Math.min(ids.length, this.#sor.settings.maxPageSize) },
        projection,
      );
      const { profiles, total_profiles } = ((await this.#sor.read(LIST, {}, query)) ?? {}) as Record<
        string,
        unknown
      >;
      if (!Array.isArray(profiles)) throw this.#sor.malformed(LIST);
      // Matched by id and type: a row that was not asked for is never used, and a page of such rows ends the reading.
      const asked = profiles.filter(
        (row): row is ProfileRow => isProfile(row, type) && wanted.has(row.customer_id),
      );
      rows.push(...asked);
      if (asked.length === 0 || rows.length >= Math.min(Number(total_profiles) || 0, ids.length)) break;
    }
    return rows;
  }

  /** The seed's View: an array, although it is about one. */
  async #readOne(id: string, type: CustomerIdType, projection: ProfileProjection): Promise<ProfileRow[]> {
    const result = await this.#sor.find(
      ONE,
      { customer_id: id },
      {
        attribute_keys: projection.keys?.join(','),
        customer_id_type: type,
        sor_identifiers: projection.systems?.join(','),
      },
    );
    const rows = Array.isArray(result) ? result : [result];
    return rows.filter((row): row is ProfileRow => isProfile(row, type) && row.customer_id === id);
  }
}

/** Whether a row can be told from others; with `type`, whether it is of that type as well. */
export function isProfile(row: unknown, type?: CustomerIdType): row is ProfileRow {
  const { customer_id, customer_id_type } = (row ?? {}) as Partial<ProfileRow>;
  const isTyped = type
    ? customer_id_type === type
    : customer_id_type === 'user_id' || customer_id_type === 'device_id';
  return typeof customer_id === 'string' && customer_id !== '' && isTyped;
}

function isNarrow({ keys, systems }: ProfileProjection): boolean {
  return keys !== undefined || systems !== undefined;
}
