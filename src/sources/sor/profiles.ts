import { isSegment } from '../../http/client/path.ts';
import { countIn, flagIn } from '../exact-values.ts';
import type { CustomerIdType, ProfileListQuery, ProfileProjection, ProfileRow } from './profile-rows.ts';
import { customersIn, PROFILES, profileIn, profileListQuery, profilesListed } from './profile-rows.ts';
import { PROFILE_LISTS } from './resources.ts';
import type { Sor } from './sor.ts';

export interface ProfilePage {
  /** Each perhaps anything: only a list is certain. */
  items: unknown[];
  total: number | undefined;
  /** Whether the API has a page after this one; it says so only where changes are listed. */
  hasMore: boolean;
  /** The moment before its call was sent; ISO 8601. */
  asOf: string;
}

const NONE = { items: [], hasMore: false };

/**
 * Whether another page follows. The vendor's page shows its address; its number, or a flag, says as much. An answer without
 * either may say how many pages there are.
 */
function isFollowed({ next, total_pages }: Record<string, unknown>, number: number): boolean {
  if (next === undefined) return (countIn(total_pages) ?? 0) > number;
  if (typeof next === 'object' && next !== null) return Object.keys(next).length > 0;
  return Boolean(next) && next !== 'null' && flagIn(next) !== false;
}

/** Customer profiles, for one operation, all with its one projection. */
export class SorProfiles {
  readonly #sor: Sor;
  readonly #projection: ProfileProjection;

  /** `projection` is what of each profile is asked for. */
  constructor(sor: Sor, projection: ProfileProjection) {
    this.#sor = sor;
    this.#projection = projection;
  }

  /** One profile; null when there is none. */
  load(customerId: string, type: CustomerIdType): Promise<ProfileRow | null> {
    return isSegment(customerId) ? this.#sor.profile(customerId, type, this.#projection) : Promise.resolve(null);
  }

  /** The same with the values of all systems; null where the profile has them already. */
  async loadAllSystems({ customer_id, customer_id_type }: ProfileRow): Promise<ProfileRow | null> {
    const { keys, systems } = this.#projection;
    return systems ? this.#sor.profile(customer_id, customer_id_type, { keys, systems: undefined }) : null;
  }

  /** One page of the list. */
  async list(query: ProfileListQuery, page: { number: number; size: number }): Promise<ProfilePage> {
    const projection = this.#projection;
    const read = await this.#sor.read({
      about: PROFILE_LISTS,
      route: PROFILES,
      query: profileListQuery(query, page, projection),
      // Where customers are looked for, a 404 says that there are none; behind other changes, that there are no more.
      mayBeMissing: query.customerIds !== undefined || (query.updatedSince !== undefined && page.number > 1),
      mayBeEmpty: page.number > 1,
      subjectsOf: (page: ProfilePage | null) =>
        customersIn(page?.items ?? query.customerIds?.map((customer_id) => ({ customer_id })) ?? []),
      shape: (result, asOf): ProfilePage => {
        const rows = profilesListed(result);
        if (!rows) throw this.#sor.malformed(PROFILES);
        return {
          // A row that names nobody stays as it is: it is an error in its place.
          items: rows.map((row) => profileIn(row, query.customerIdType) ?? row),
          total: countIn(Object(result).total_profiles),
          hasMore: query.updatedSince !== undefined && isFollowed(Object(result), page.number),
          asOf: new Date(asOf).toISOString(),
        };
      },
    });
    // Changes are no profiles; all others need not be looked up any more.
    if (query.updatedSince === undefined) {
      this.#sor.primeProfiles(read?.items ?? [], projection);
    }
    // Behind the first page it says nothing of how many there are.
    return read ?? { ...NONE, total: page.number === 1 ? 0 : undefined, asOf: new Date().toISOString() };
  }
}
