import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { graphql } from '#gql';

/**
 * A desk for GDPR requests: it shows those that wait, oldest first and five at a time, and decides each window before it
 * turns to the next. Whoever the System of Record knows is granted what they ask for, all of a window at once; the others
 * are denied one by one. Prints what the person at the desk sees.
 */
const [uri = ''] = process.argv.slice(2);

const client = new ApolloClient({ link: new HttpLink({ uri }), cache: new InMemoryCache() });

const WAITING = graphql(`
  query Waiting($after: String) {
    gdprRequests(first: 5, after: $after, filter: { status: { eq: PENDING } }, orderBy: { field: CREATE_TIME }) {
      totalCount
      nodes {
        id
        hoodId
        createTime
        subjectInformation {
          fullName
        }
        customerProfile {
          id
          firstName
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const GRANT = graphql(`
  mutation Grant($decisions: [DecideGdprRequestInput!]!) {
    decideGdprRequests(input: { decisions: $decisions }) {
      ... on DecideGdprRequestsSuccess {
        outcomes {
          hoodId
          result {
            ... on DecideGdprRequestSuccess {
              gdprRequest {
                id
                status
              }
            }
            ... on ConflictError {
              code
              actualStatus
            }
            ... on UserError {
              message
            }
          }
        }
      }
      ... on UserError {
        message
      }
    }
  }
`);

const DENY = graphql(`
  mutation Deny($hoodId: ID!, $reason: String!) {
    decideGdprRequest(
      input: { hoodId: $hoodId, decision: DENY, rejectionReason: $reason, expectedStatus: PENDING }
    ) {
      ... on DecideGdprRequestSuccess {
        gdprRequest {
          id
          status
          rejectionReason
        }
      }
      ... on ConflictError {
        code
        actualStatus
      }
      ... on UserError {
        message
      }
    }
  }
`);

/** What is shown of a decision. */
type Outcome = {
  gdprRequest?: { status: string | null } | null;
  actualStatus?: string | null;
  message?: string;
} | null;

const seen: string[] = [];
const windows: { waiting: number | null | undefined; shown: number }[] = [];
const decided: Record<string, string> = {};

function note(hoodId: string, outcome: Outcome | undefined): void {
  if (outcome?.gdprRequest?.status) decided[hoodId] = outcome.gdprRequest.status;
  else if (outcome?.actualStatus) decided[hoodId] = `somebody else: ${outcome.actualStatus}`;
  else decided[hoodId] = outcome?.message ?? 'unknown';
}

async function grant(hoodIds: string[]): Promise<void> {
  if (hoodIds.length === 0) return;
  const decisions = hoodIds.map((hoodId) => ({ hoodId, decision: 'APPROVE', expectedStatus: 'PENDING' }) as const);
  const { data } = await client.mutate({ mutation: GRANT, variables: { decisions } });
  const answer = data?.decideGdprRequests;
  if (answer && 'outcomes' in answer) for (const { hoodId, result } of answer.outcomes) note(hoodId, result);
}

async function deny(hoodId: string): Promise<void> {
  const variables = { hoodId, reason: 'We do not know this person.' };
  const { data } = await client.mutate({ mutation: DENY, variables });
  note(hoodId, data?.decideGdprRequest);
}

/** Shows a window and decides it; gives where the next one begins, or null behind the last one. */
async function work(after: string | null): Promise<string | null> {
  const { data } = await client.query({ query: WAITING, variables: { after } });
  const list = data?.gdprRequests;
  const requests = list?.nodes.flatMap((request) => request ?? []) ?? [];
  windows.push({ waiting: list?.totalCount, shown: requests.length });
  seen.push(...requests.map(({ hoodId }) => hoodId));
  await grant(requests.filter(({ customerProfile }) => customerProfile).map(({ hoodId }) => hoodId));
  for (const { hoodId, customerProfile } of requests) if (!customerProfile) await deny(hoodId);
  return list?.pageInfo.hasNextPage ? list.pageInfo.endCursor : null;
}

let next: string | null = null;
do next = await work(next);
while (next !== null);

process.stdout.write(JSON.stringify({ windows, seen, decided }));
