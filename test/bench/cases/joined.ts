import type { BenchCase } from './bench-case.ts';
import { type ListVariables, listVariables, type Row, statusOf, timeOf } from './list.ts';
import { asClientsSeeIt, PROFILE_FIELDS, type Profile, readProfiles } from './profiles.ts';

/** The same 50 requests, each with the profile of whom it is about: one call to either API. */
export const joined: BenchCase = {
  title: 'list of 50 GDPR requests joined with 50 profiles',
  query: `query Joined($first: Int, $without: ID) {
    gdprRequests(first: $first, filter: { clientId: { neq: $without } }) {
      nodes { hoodId clientId status createTime customerProfile { ${PROFILE_FIELDS} } }
    }
  }`,
  variables: listVariables,
  handWritten: async (hood, sor, { first, without }: ListVariables) => {
    const { items } = (await hood(
      `/v1/hood/gdpr-requests?client_id=neq:${without}&fields=client_id,create_time,id,status&page=1,${first}`,
    )) as { items: Row[] };
    const ids = items.map((request) => request.client_id).join(',');
    const found = await readProfiles(sor, `customer_id_type=user_id&customer_ids=${ids}&num_per_page=${first}`);
    const profiles = new Map(found.map((each) => [each.customer_id, each]));
    return { data: joinedRows(items, (request) => profiles.get(request.client_id)) };
  },
  passedOn: {
    query: `query Joined($first: Int!, $without: String!) {
      gdprRequests(first: $first, without: $without) {
        items { id client_id status create_time customerProfile { customer_id attributes } }
      }
    }`,
    asClientsSeeIt: ({ gdprRequests }: { gdprRequests: { items: (Row & { customerProfile: Profile })[] } }) =>
      joinedRows(gdprRequests.items, (request) => request.customerProfile),
  },
};

function joinedRows<R extends Row>(items: readonly R[], profileOf: (request: R) => Profile | undefined): object {
  const nodes = items.map((request) => ({
    hoodId: request.id,
    clientId: request.client_id,
    status: statusOf(request),
    createTime: timeOf(request.create_time),
    customerProfile: asClientsSeeIt(profileOf(request)),
  }));
  return { gdprRequests: { nodes } };
}
