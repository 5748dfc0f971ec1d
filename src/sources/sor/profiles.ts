import { isSegment } from '../../http/client/path.ts';
import type { Lookups } from '../../http/reads/lookups.ts';
import {
  PROFILE,
  PROFILES,
  type ProfileListQuery,
  profileListQuery,
  profileQuery,
} from './profile-endpoints.ts';
import { SorProfileLookup } from './profile-lookup.ts';
import { type CustomerIdType, isProfile, type ProfileProjection, type ProfileRow } from './profile-rows.ts';
import type { Sor } from './sor.ts';

export interface ProfilePage {
  /** Each perhaps anything: only a list is certain. */
  items: unknown[];
  total: number | undefined;
  /** Whether the API has a page behind this one; only said where changes are listed. */
  hasMore: boolean;
}

const EVERYTHING: ProfileProjection = { keys: undefined, systems: undefined };

/**
 * Customer profiles, for one operation, each looked up once and all with the operation's one projection. Lookups of
 * one moment become one call for each type of id and 4 kB of ids, with those of other operations.
 */
export class SorProfiles {
  readonly #sor: Sor;
  /** What of each profile is asked for. */
  readonly projection: ProfileProjection;
  readonly #lookups: Partial<Record<CustomerIdType, Lookups<ProfileRow>>> = {};
  readonly #found = { user_id: new Map<string, Found>(), device_id: new Map<string, Found>() };
  #epoch: number;

  constructor(sor: Sor, projection: ProfileProjection) {
    this.#sor = sor;
    this.projection = projection;
    this.#epoch = sor.epoch;
  }

  /** One profile; null when there is none. */
  load(customerId: string, type: CustomerIdType): Promise<ProfileRow | null> {
    if (!isSegment(customerId)) return Promise.resolve(null);
    const known = this.#known(type);
    let found = known.get(customerId);
    if (!found) {
      found = this.#find(customerId, type);
      known.set(customerId, found);
    }
    return found;
  }

  /** One page of the list. */
  async list(query: ProfileListQuery, page: { number: number; size: number }): Promise<ProfilePage> {
    const result = await this.#sor.read(PROFILES, {}, profileListQuery(query, page, this.projection));
    const { profiles, total_profiles, next } = (result ?? {}) as Record<string, unknown>;
    if (!Array.isArray(profiles)) throw this.#sor.malformed(PROFILES);
    // Changes are no profiles; all others need not be looked up any more.
    if (query.updatedSince === undefined) {
      for (const row of profiles) if (isProfile(row)) this.#prime(row);
    }
    return {
      items: profiles,
      total: Number.isSafeInteger(total_profiles) ? (total_profiles as number) : undefined,
      hasMore: typeof next === 'string' && next !== '',
    };
  }

  #known(type: CustomerIdType): Map<string, Found> {
    if (this.#epoch !== this.#sor.epoch) for (const found of Object.values(this.#found)) found.clear();
    this.#epoch = this.#sor.epoch;
    return this.#found[type];
  }

  #prime(row: ProfileRow): void {
    const known = this.#known(row.customer_id_type);
    if (!known.has(row.customer_id)) known.set(row.customer_id, Promise.resolve(row));
  }

  /** Nobody documents whether a profile with none of the asked attributes is still listed: then it is asked without. */
  #find(customerId: string, type: CustomerIdType): Found {
    const { keys, systems } = this.projection;
    const found = this.#ask(customerId, type, this.projection);
    if (keys === undefined && systems === undefined) return found;
    return found.then((row) => row ?? this.#ask(customerId, type, EVERYTHING));
  }

  #ask(customerId: string, type: CustomerIdType, projection: ProfileProjection): Found {
    // In a list such an id would be two.
    if (customerId.includes(',')) return this.#view(customerId, type, projection);
    this.#lookups[type] ??= this.#lookupsBy(type);
    return this.#lookups[type].load(customerId, projection, this.#sor.callOptions);
  }

  #lookupsBy(type: CustomerIdType): Lookups<ProfileRow> {
    const { shared, settings } = this.#sor;
    const lookup = () => new SorProfileLookup(type, shared.client, settings.maxPageSize);
    return shared.lookups(`sor/profiles by ${type}`, lookup);
  }

  /** The seed's View: an array, although it is about one. */
  async #view(customerId: string, type: CustomerIdType, projection: ProfileProjection) {
    const result = await this.#sor.find(PROFILE, { customer_id: customerId }, profileQuery(type, projection));
    const rows: unknown[] = Array.isArray(result) ? result : [result];
    const own = rows.find((row) => isProfile(row, type) && row.customer_id === customerId);
    return (own as ProfileRow | undefined) ?? null;
  }
}

type Found = Promise<ProfileRow | null>;
