import type { Gateway } from '../../../support/gateway.ts';

const REQUESTS = 'gdprRequests(first: $first, after: $after) { nodes { hoodId } pageInfo { hasNextPage endCursor } }';
const WHOLE = `{ customerId email clientId profiles { customerId customerIdType } ${REQUESTS} provenance { api route readAt fromCache } missing { api what why } }`;

/** Asks for somebody by the given arguments. */
export async function ask(gateway: Gateway, args: string, variables: object = {}, selection = WHOLE) {
  const query = `query ($first: Int, $after: String) { dataSubject(${args}) ${selection} }`;
  const text = selection.includes('$first') ? query : query.replace(/\(.*?\)/, '');
  const { data, errors } = await gateway.query(text, variables as Record<string, unknown>);
  return { subject: data?.dataSubject, errors, hood: gateway.hoodCalls(), sor: gateway.sorCalls() };
}

/** What is missing of this person, without what is missing of everybody. */
export const gapsIn = ({ missing }: { missing: { api: string; what: string; why: string }[] }) =>
  missing.slice(0, -4).map(({ api, what }) => `${api}: ${what}`);

/** Requests that name these addresses as the subject's, the requester's, or both. */
export const named = (id: number, subject?: unknown, requester?: unknown, time: string | null = timeOf(id)) => ({
  id: String(id),
  client_id: `client ${id}`,
  create_time: time,
  subject_information: subject === undefined ? null : { email: subject },
  requester_information: requester === undefined ? [] : { email: requester },
});
export const timeOf = (second: number) =>
  new Date(Date.UTC(2025, 0, 1) + second * 1000).toISOString().slice(0, 19).replace('T', ' ');
