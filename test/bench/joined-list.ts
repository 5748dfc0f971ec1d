import type { BenchCase } from './bench-case.ts';
import { clientId, type Row, STATUSES } from './gdpr-list.ts';

const TEAMS = ['PSG', 'Arsenal', 'FC Porto', 'Real Madrid'];

interface Profile {
  customer_id: string;
  attributes: Record<string, Record<string, unknown>>;
}

/** The same 50 requests, each with the profile of whom it is about: one call to either API. */
export const joinedList: BenchCase = {
  title: 'list of 50 GDPR requests joined with 50 profiles',
  query: `query Joined($first: Int, $without: ID) {
    gdprRequests(first: $first, filter: { clientId: { neq: $without } }) {
      nodes {
        hoodId clientId status createTime
        customerProfile {
          firstName
          attributes(keys: ["favorite_team"]) { systemIdentifier values { key value } }
        }
      }
    }
  }`,
  handWritten: async (hood, sor, { first, without }) => {
    const { items } = (await hood(
      `/v1/hood/gdpr-requests?client_id=neq:${without}&fields=client_id,create_time,id,status&page=1,${first}`,
    )) as { items: Row[] };
    const ids = items.map((request) => request.client_id).join(',');
    const { result } = (await sor(
      `/api/customer_profiles?attribute_keys=favorite_team,first_name&customer_id_type=user_id&customer_ids=${ids}&num_per_page=${first}`,
    )) as { result: { profiles: Profile[] } };
    const profiles = new Map(result.profiles.map((found) => [found.customer_id, found]));
    const nodes = items.map((request) => ({
      hoodId: request.id,
      clientId: request.client_id,
      status: STATUSES[request.status],
      createTime: `${request.create_time.replace(' ', 'T')}Z`,
      customerProfile: asClientsSeeIt(profiles.get(request.client_id)),
    }));
    return { data: { gdprRequests: { nodes } } };
  },
};

function asClientsSeeIt(profile: Profile | undefined): object | null {
  if (!profile) return null;
  const attributes = Object.entries(profile.attributes).flatMap(([systemIdentifier, block]) =>
    'favorite_team' in block
      ? [{ systemIdentifier, values: [{ key: 'favorite_team', value: block['favorite_team'] }] }]
      : [],
  );
  return { firstName: profile.attributes['global']?.['first_name'], attributes };
}

/** The customer of a request, as the System of Record knows them. */
export function profileOf(request: number): object {
  return {
    customer_id: clientId(request),
    customer_id_type: 'user_id',
    attributes: {
      global: { first_name: `First ${request}` },
      'SOR-SDK_2a116e0767a7dc76e85d566': { favorite_team: TEAMS[request % TEAMS.length] },
    },
    applications: [],
  };
}
