import type { BenchCase, Read } from './bench-case.ts';
import { clientId, ROWS } from './list.ts';

/** How many profiles the long answer has: the most that one call to the System of Record gives. */
export const MANY = 10_000;

const TEAMS = ['PSG', 'Arsenal', 'FC Porto', 'Real Madrid'];

/** A customer as the System of Record writes it. */
export interface Profile {
  customer_id: string;
  attributes: Record<string, Record<string, unknown>>;
}

/** The customer of a request, as the System of Record knows them. */
export function profileOf(request: number): Profile & object {
  return {
    customer_id: clientId(request),
    customer_id_type: 'user_id',
    attributes: {
      global: { first_name: `First ${request}` },
      'SOR-SDK_2a116e0767a7dc76e85d566': { favorite_team: TEAMS[request % TEAMS.length] },
    },
    applications: [],
  } as Profile;
}

/** Reads profiles by what the query says beside the attributes. */
export async function readProfiles(sor: Read, parameters: string): Promise<Profile[]> {
  const { result } = (await sor(`/api/customer_profiles?attribute_keys=favorite_team,first_name&${parameters}`)) as {
    result: { profiles: Profile[] };
  };
  return result.profiles;
}

/** The fields that every case selects of a profile. */
export const PROFILE_FIELDS = 'firstName attributes(keys: ["favorite_team"]) { systemIdentifier values { key value } }';

export function asClientsSeeIt(profile: Profile | undefined): object | null {
  if (!profile) return null;
  const attributes = Object.entries(profile.attributes).flatMap(([systemIdentifier, block]) =>
    'favorite_team' in block
      ? [{ systemIdentifier, values: [{ key: 'favorite_team', value: block['favorite_team'] }] }]
      : [],
  );
  return { firstName: profile.attributes['global']?.['first_name'], attributes };
}

const withId = (found: Profile | undefined) => found && { customerId: found.customer_id, ...asClientsSeeIt(found) };

/** One profile by its id: what a request costs whatever it asks for. */
export const profile: BenchCase = {
  title: 'one profile by its id',
  query: `query Profile($id: ID!) { customerProfile(customerId: $id) { customerId ${PROFILE_FIELDS} } }`,
  variables: (variant) => ({ id: clientId(variant * ROWS) }),
  handWritten: async (_hood, sor, { id }: { id: string }) => {
    const [found] = await readProfiles(sor, `customer_id_type=user_id&customer_ids=${id}&num_per_page=1`);
    return { data: { customerProfile: withId(found) ?? null } };
  },
  passedOn: {
    query: `query Profile($id: String!) {
      customerProfiles(id: $id) { result { profiles { customer_id attributes } } }
    }`,
    asClientsSeeIt: (data: { customerProfiles: { result: { profiles: Profile[] } } }) => ({
      customerProfile: withId(data.customerProfiles.result.profiles[0]),
    }),
  },
};

/** Many profiles in one answer: one call, and about 2 MB to write. */
export const many: BenchCase = {
  title: '10,000 profiles in one answer',
  query: `query Many($first: Int) { customerProfiles(first: $first) { nodes { customerId ${PROFILE_FIELDS} } } }`,
  variables: () => ({ first: MANY }),
  handWritten: async (_hood, sor, { first }: { first: number }) => {
    const found = await readProfiles(sor, `num_per_page=${first}&page=1`);
    return { data: { customerProfiles: { nodes: found.map(withId) } } };
  },
};
