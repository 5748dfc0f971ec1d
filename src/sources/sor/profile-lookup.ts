import type { JsonClient } from '../../http/client/json-client.ts';
import { endpoint, queryString } from '../../http/client/path.ts';
import type { LookupSource, SoughtRows } from '../../http/reads/lookup-source.ts';
import type { Projection } from '../../http/reads/projection.ts';
import { listedLength } from '../id-lists.ts';
import { resultOf } from './envelope.ts';
import { PROFILES, profileListQuery } from './profile-endpoints.ts';
import { type CustomerIdType, isProfile, type ProfileProjection, type ProfileRow } from './profile-rows.ts';
import { CUSTOMERS, customerTag } from './resources.ts';

/** The longest path of a lookup: nobody documents how long a URL may be. */
const MAX_PATH_LENGTH = 4_096;

/** Profiles by their customer ids of one type, none of which has a comma. */
export class SorProfileLookup implements LookupSource<ProfileRow> {
  readonly route = PROFILES;
  readonly resource = 'profiles';
  readonly #type: CustomerIdType;
  readonly #client: JsonClient;
  readonly #maxPageSize: number;
  /** How much of a path each projection leaves to the ids. */
  readonly #rooms = new WeakMap<Projection, number>();

  constructor(type: CustomerIdType, client: JsonClient, maxPageSize: number) {
    this.#type = type;
    this.#client = client;
    this.#maxPageSize = maxPageSize;
  }

  tagsOf(customerId: string): readonly string[] {
    return [CUSTOMERS, customerTag(customerId, this.#type)];
  }

  lengthOf(customerId: string): number {
    return listedLength(customerId) + 1;
  }

  fits(_keys: number, length: number, projection: Projection): boolean {
    let room = this.#rooms.get(projection);
    if (room === undefined) {
      const query = { customerIdType: this.#type, customerIds: [] };
      const page = { number: 1, size: this.#maxPageSize };
      const rest = queryString(profileListQuery(query, page, asked(projection)));
      room = MAX_PATH_LENGTH - PROFILES.length - rest.length;
      this.#rooms.set(projection, room);
    }
    return length <= room;
  }

  /** Several pages only where the API's largest page is smaller than the list of ids. */
  async read(sought: SoughtRows): Promise<ReadonlyMap<string, ProfileRow>> {
    const rows = new Map<string, ProfileRow>();
    let wanted: ReadonlySet<string> = new Set();
    let path = '';
    for (let number = 1; ; number += 1) {
      const whenSent = () => {
        const { keys, projection } = sought.seal();
        wanted = new Set(keys);
        const query = { customerIdType: this.#type, customerIds: keys };
        const size = Math.min(keys.length, this.#maxPageSize);
        path = endpoint(PROFILES, {}, profileListQuery(query, { number, size }, asked(projection))).path;
        return path;
      };
      const answer = await sought.get({ route: PROFILES, path: whenSent });
      const result = resultOf(this.#client, { route: PROFILES, path }, answer);
      const { profiles, total_profiles } = Object(result) as Record<string, unknown>;
      if (!Array.isArray(profiles)) throw this.#client.malformed(PROFILES);
      // Matched by id and type: a row that was not asked for is never used, and a page of such rows ends the reading.
      const found = profiles.filter(
        (row): row is ProfileRow => isProfile(row, this.#type) && wanted.has(row.customer_id),
      );
      for (const row of found) rows.set(row.customer_id, row);
      const total = Number.isSafeInteger(total_profiles) ? (total_profiles as number) : wanted.size;
      const most = Math.min(total, wanted.size);
      if (found.length === 0 || rows.size >= most || number >= wanted.size) return rows;
    }
  }
}

/** Lookups of profiles are made with no other projections than these. */
function asked(projection: Projection): ProfileProjection {
  return { keys: projection['keys'], systems: projection['systems'] };
}
