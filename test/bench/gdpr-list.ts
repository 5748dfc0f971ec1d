import type { BenchCase } from './bench-case.ts';

export const ROWS = 50;

export const STATUSES: Record<string, string> = {
  pending: 'PENDING',
  approved: 'APPROVED',
  denied: 'DENIED',
};

const REASONS: Record<string, string> = {
  'consent-withdrawal': 'CONSENT_WITHDRAWAL',
  'article-21-gdpr': 'ARTICLE_21_GDPR',
  'child-subject': 'CHILD_SUBJECT',
};

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

/** What Hood answers with: in each variant other people's requests. */
export function requests(variant: number): object {
  const first = variant * ROWS;
  return { items: Array.from({ length: ROWS }, (_, index) => row(first + index)), total: 5000 };
}

/** The customer of a request. */
export function clientId(number: number): string {
  return String(17_368_658_975_598_700_000n + BigInt(number));
}

/** A list of 50 GDPR requests with nine fields: one call, and as little to do for each row as there can be. */
export const gdprList: BenchCase = {
  title: 'list of 50 GDPR requests, 9 fields',
  query: `query Requests($first: Int, $without: ID) {
    gdprRequests(first: $first, filter: { clientId: { neq: $without } }) {
      nodes {
        hoodId clientId status submissionReason rejectionReason informationToRemove
        createTime updateTime companyId
      }
    }
  }`,
  handWritten: async (hood, _sor, { first, without }) => {
    const { items } = (await hood(
      `/v1/hood/gdpr-requests?client_id=neq:${without}&fields=client_id,company_id,create_time,id,information_to_remove,rejection_reason,status,submission_reason,update_time&page=1,${first}`,
    )) as { items: Row[] };
    return { data: { gdprRequests: { nodes: items.map(asClientsSeeIt) } } };
  },
};

function asClientsSeeIt(request: Row): object {
  return {
    hoodId: request.id,
    clientId: request.client_id,
    status: STATUSES[request.status],
    submissionReason: REASONS[request.submission_reason],
    rejectionReason: request.rejection_reason,
    informationToRemove: request.information_to_remove,
    createTime: `${request.create_time.replace(' ', 'T')}Z`,
    updateTime: `${request.update_time.replace(' ', 'T')}Z`,
    companyId: request.company_id,
  };
}

/** The same list for everybody. */
export const sharedList: BenchCase = {
  ...gdprList,
  title: `${gdprList.title}, everybody asks the same`,
  isShared: true,
};

/** The list without what needs `pii:read`, so that all scopes give the same answer. */
export const tokenList: BenchCase = {
  title: 'list of 50 GDPR requests, 8 fields, for a token',
  query: gdprList.query.replace('informationToRemove', ''),
};

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
