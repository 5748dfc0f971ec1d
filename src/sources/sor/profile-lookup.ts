import type { Projection } from '../../http/cache/projection.ts';
import type { JsonClient } from '../../http/client/json-client.ts';
import { endpoint } from '../../http/client/path.ts';
import { UpstreamError } from '../../http/client/upstream-error.ts';
import type { Found, Lookup, ReadKeys } from '../../http/reads/lookup.ts';
import { countIn } from '../exact-values.ts';
import { resultOf } from './api.ts';
import type { CustomerIdType, ProfileProjection, ProfileRow } from './profile-rows.ts';
import { PROFILE, PROFILES, profileIn, profileListQuery, profilesListed } from './profile-rows.ts';
import { profileOf } from './resources.ts';

/** The longest path of a lookup: nobody documents how long a URL may be. */
const MAX_PATH_LENGTH = 4_096;

/** A key that no system has, and a system that there is not. */
export const UNKNOWN_KEY = 'hood_sor_gateway_no_such_key';
const UNKNOWN_SYSTEM = 'hood_sor_gateway_no_such_system';

/** What answers have shown that no page of the vendor says. */
export interface ShownByAnswers {
  /** Whether profiles with none of the attributes asked for are listed, by narrowing; undefined: it failed once. */
  readonly listsEmpty: Map<string, boolean | undefined>;
  /** The identifier of the system that profiles carry as `global`; known once a list of systems has come. */
  globalIdentifier: string | undefined;
  /** The systems under whose identifiers profiles carry values: none of them is the global one. */
  readonly systems: Set<string>;
}

/** Notes under which names these rows carry values. */
export function noteSystems({ systems }: ShownByAnswers, rows: Iterable<ProfileRow>): void {
  for (const { attributes } of rows) for (const name of Object.keys(Object(attributes))) systems.add(name);
}

/** How a profile is looked up, for the whole process: together with others, unless a comma in its id forbids that. */
export function profileLookups(client: JsonClient, maxPageSize: number, shown: ShownByAnswers) {
  const lookupsOf = (type: CustomerIdType) => ({
    listed: listedProfiles(type, client, maxPageSize, shown),
    viewed: viewedProfiles(type, client),
  });
  const lookups = { user_id: lookupsOf('user_id'), device_id: lookupsOf('device_id') };
  return (customerId: string, type: CustomerIdType) => lookups[type][customerId.includes(',') ? 'viewed' : 'listed'];
}

function lookupOf(type: CustomerIdType) {
  return {
    resource: 'profiles',
    tagsOf: (customerId: string) => profileOf(customerId, type).tags,
    subjectsOf: (customerId: string) => [['customer', customerId] as const],
  };
}

/** Rows with the customers of this type whom they name. */
function keyed(rows: readonly unknown[], type: CustomerIdType) {
  return rows.map((row) => {
    const profile = profileIn(row, type);
    return profile?.customer_id_type === type ? ([profile.customer_id, profile] as const) : null;
  });
}

/** Profiles by their path, each with a call of its own: in a list an id with a comma would be two. */
function viewedProfiles(type: CustomerIdType, client: JsonClient): Lookup<ProfileRow> {
  return {
    ...lookupOf(type),
    name: `profiles viewed by ${type}`,
    route: PROFILE,
    path({ keys: [customer_id = ''], projection }) {
      const query = profileListQuery({ customerIdType: type }, undefined, projection);
      return endpoint(PROFILE, { customer_id }, query).path;
    },
    pageIn(answer) {
      const result = resultOf(client, PROFILE, answer);
      // The vendor's page on one profile answers with an array.
      return { rows: keyed([result].flat(), type) };
    },
  };
}

/** Profiles by customer ids of one type. */
function listedProfiles(
  type: CustomerIdType,
  client: JsonClient,
  maxPageSize: number,
  shown: ShownByAnswers,
): Lookup<ProfileRow> {
  /** How much of a path each projection leaves to the ids. */
  const rooms = new WeakMap<Projection, number>();

  /**
   * Whether a profile is listed that has none of the attributes asked for. Found out once for each kind of narrowing,
   * by asking for a profile that has just come with names that nobody has; not where single keys have failed.
   */
  async function listsEmpty(found: Found<ProfileRow>, asked: ProfileProjection, read: ReadKeys<ProfileRow>) {
    const kind = kindOf(asked);
    const [known] = [...found.keys()].filter((key) => found.get(key));
    const hasFailed = [...found.values()].some((each) => each instanceof UpstreamError);
    if (shown.listsEmpty.get(kind) === undefined && known !== undefined && !hasFailed) {
      const projection = { keys: asked.keys && [UNKNOWN_KEY], systems: asked.systems && [UNKNOWN_SYSTEM] };
      try {
        const probed = await read({ keys: [known], projection }, 'question');
        shown.listsEmpty.set(kind, Boolean(probed.get(known)));
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        // An API that does not like the question, or fails over it twice, answers it no better the next time.
        const isSettled = error.failure === 'rejected' || shown.listsEmpty.has(kind);
        shown.listsEmpty.set(kind, isSettled ? false : undefined);
      }
    }
    return shown.listsEmpty.get(kind) ?? false;
  }

  return {
    ...lookupOf(type),
    name: `profiles by ${type}`,
    route: PROFILES,

    fits(_keys, length, projection) {
      const room = rooms.get(projection) ?? roomForIds(projection, maxPageSize);
      rooms.set(projection, room);
      return length <= room;
    },

    path({ keys, projection }, number) {
      const page = { number, size: Math.min(keys.length, maxPageSize) };
      const query = { customerIdType: type, customerIds: keys };
      return endpoint(PROFILES, {}, profileListQuery(query, page, projection)).path;
    },

    pageIn(answer, { projection }) {
      const result = resultOf(client, PROFILES, answer);
      const { total_profiles, total_pages } = Object(result);
      const list = profilesListed(result);
      if (!list) throw client.malformed(PROFILES);
      const rows = keyed(list, type);
      if (projection['systems']) {
        const profiles = rows.flatMap((row) => row?.[1] ?? []);
        noteSystems(shown, profiles);
      }
      return { rows, total: countIn(total_profiles), pages: countIn(total_pages) || undefined };
    },

    /** What a narrowed answer lacks may be left out for its attributes. Failing to find out fails the missing alone. */
    async complete(found, { keys, projection }, read) {
      const isNarrowed = (projection['keys'] ?? projection['systems']) !== undefined;
      const missing = keys.filter((key) => !found.has(key));
      if (missing.length === 0 || !isNarrowed || (await listsEmpty(found, projection, read))) return found;
      try {
        const others = await read({ keys: missing, projection: {} });
        // A row that only the wide list has was left out.
        if (others.values().some(Boolean)) shown.listsEmpty.set(kindOf(projection), false);
        return new Map([...found, ...others]);
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error;
        return new Map([...found, ...missing.map((key) => [key, error] as const)]);
      }
    },
  };
}

/** How many characters of ids a lookup takes beside its projection. */
export function roomForIds(projection: ProfileProjection, maxPageSize: number): number {
  const query = { customerIdType: 'device_id', customerIds: [] } as const;
  const rest = endpoint(PROFILES, {}, profileListQuery(query, { number: 1, size: maxPageSize }, projection)).path;
  return MAX_PATH_LENGTH - rest.length;
}

/** Whether a list that is narrowed in this way is known to have everybody who exists. */
export function leavesNobodyOut({ listsEmpty }: ShownByAnswers, { keys, systems }: ProfileProjection): boolean {
  return (keys ?? systems) === undefined || listsEmpty.get(kindOf({ keys, systems })) === true;
}

/** By what profiles are narrowed. */
function kindOf({ keys, systems }: ProfileProjection): string {
  return `${keys && 'keys'} ${systems && 'systems'}`;
}
