import type { BenchCase } from './bench-case.ts';

export const ROWS = 50;

const STATUSES: Record<string, string> = {
  pending: 'PENDING',
  approved: 'APPROVED',
  denied: 'DENIED',
};

const REASONS: Record<string, string> = {
  'consent-withdrawal': 'CONSENT_WITHDRAWAL',
  'article-21-gdpr': 'ARTICLE_21_GDPR',
  'child-subject': 'CHILD_SUBJECT',
};

/** A GDPR request as Hood writes it. */
export interface Row {
  id: string;
  company_id: string;
  client_id: string;
  status: string;
  submission_reason: string;
  rejection_reason: string | null;
  information_to_remove: string;
  create_time: string;
  update_time: string;
}

/** Variables of the lists; whom a list leaves out tells the variants from each other. */
export interface ListVariables {
  first: number;
  without: string;
}

/** What Hood answers with: in each variant other people's requests. */
export function requests(variant: number): object {
  const first = variant * ROWS;
  return { items: Array.from({ length: ROWS }, (_, index) => row(first + index)), total: 5000 };
}

/** The customer of a request. */
export function clientId(number: number): string {
  return String(17_368_658_975_598_700_000n + BigInt(number));
}

/** The variables of a list that is like no other, also where the answers repeat. */
export function listVariables(variant: number): ListVariables {
  return { first: ROWS, without: clientId(variant * ROWS) };
}

/** A list of 50 GDPR requests with nine fields and a cursor each: one call, and as little to do for a row as can be. */
export const list: BenchCase = {
  title: 'list of 50 GDPR requests, 9 fields and a cursor each',
  query: `query List($first: Int, $without: ID) {
    gdprRequests(first: $first, filter: { clientId: { neq: $without } }) {
      edges {
        cursor
        node {
          hoodId clientId status submissionReason rejectionReason informationToRemove
          createTime updateTime companyId
        }
      }
    }
  }`,
  variables: listVariables,
  handWritten: async (hood, _sor, { first, without }: ListVariables) => {
    const { items } = (await hood(
      `/v1/hood/gdpr-requests?client_id=neq:${without}&fields=client_id,company_id,create_time,id,information_to_remove,rejection_reason,status,submission_reason,update_time&page=1,${first}`,
    )) as { items: Row[] };
    return { data: asClientsSeeIt(items) };
  },
  passedOn: {
    query: `query List($first: Int!, $without: String!) {
      gdprRequests(first: $first, without: $without) {
        items {
          id client_id status submission_reason rejection_reason information_to_remove
          create_time update_time company_id
        }
      }
    }`,
    asClientsSeeIt: ({ gdprRequests }: { gdprRequests: { items: Row[] } }) => asClientsSeeIt(gdprRequests.items),
  },
};

function asClientsSeeIt(items: readonly Row[]): object {
  const edges = items.map((request, index) => ({
    cursor: Buffer.from(`${index + 1}`).toString('base64url'),
    node: {
      hoodId: request.id,
      clientId: request.client_id,
      status: statusOf(request),
      submissionReason: REASONS[request.submission_reason],
      rejectionReason: request.rejection_reason,
      informationToRemove: request.information_to_remove,
      createTime: timeOf(request.create_time),
      updateTime: timeOf(request.update_time),
      companyId: request.company_id,
    },
  }));
  return { gdprRequests: { edges } };
}

export const statusOf = ({ status }: Row): string | undefined => STATUSES[status];

export const timeOf = (time: string): string => `${time.replace(' ', 'T')}Z`;

/** The same list without anything personal: every caller gets the same, and no audit writes it down. */
export const IMPERSONAL_LIST = list.query.replace('informationToRemove', '').replace('clientId status', 'status');

function row(index: number): Row {
  const status = Object.keys(STATUSES)[index % 3] as string;
  const day = String((index % 28) + 1).padStart(2, '0');
  return {
    id: `5f${String(index).padStart(6, '0')}-9a1e-4c0b-8d7e-2f3a4b5c6d7e`,
    company_id: '5f9b1c5e8d6a4b0017a3c2d1',
    client_id: clientId(index),
    status,
    submission_reason: Object.keys(REASONS)[index % 3] as string,
    rejection_reason: status === 'denied' ? 'Proof of identity is not valid.' : null,
    information_to_remove: `All identifiable information about person number ${index}.`,
    create_time: `2025-01-${day} 12:47:00`,
    update_time: `2025-02-${day} 11:33:46`,
  };
}
