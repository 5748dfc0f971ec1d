/** What a GDPR request's status and reason can be, from Hood. */
import { builder } from '../../builder.ts';

/** Hood's statuses, by the names clients see. */
export const STATUSES = { pending: 'PENDING', approved: 'APPROVED', denied: 'DENIED' } as const;

/** Hood's page of the list spells one of them in two ways, in its text and in its example. */
export const SUBMISSION_REASONS = {
  'data-no-longer-necessary': 'DATA_NO_LONGER_NECESSARY',
  'consent-withdrawal': 'CONSENT_WITHDRAWAL',
  'consent-withrawal': 'CONSENT_WITHDRAWAL',
  'article-21-gdpr': 'ARTICLE_21_GDPR',
  'unlawful-processing': 'UNLAWFUL_PROCESSING',
  'eu-legal-obligation': 'EU_LEGAL_OBLIGATION',
  'child-subject': 'CHILD_SUBJECT',
} as const;

export const GdprRequestStatus = builder.enumType('GdprRequestStatus', {
  description: 'Whether a request is decided, and how.',
  values: {
    PENDING: { description: 'Nobody has decided yet.' },
    APPROVED: { description: 'Granted: the data is to be removed.' },
    DENIED: { description: 'Refused, with a `rejectionReason`.' },
    UNKNOWN: { description: 'A status this graph does not know: see `statusText`.' },
  } as const,
});

export const GdprSubmissionReason = builder.enumType('GdprSubmissionReason', {
  description: 'The legal ground for removing the data.',
  values: {
    DATA_NO_LONGER_NECESSARY: { description: 'It is no longer needed for what it was collected for.' },
    CONSENT_WITHDRAWAL: { description: 'The person withdrew their consent.' },
    ARTICLE_21_GDPR: { description: 'The person objects under article 21 of the GDPR.' },
    UNLAWFUL_PROCESSING: { description: 'It was processed unlawfully.' },
    EU_LEGAL_OBLIGATION: { description: 'A law of the EU or of a member state demands it.' },
    CHILD_SUBJECT: { description: 'It was collected from a child.' },
    UNKNOWN: { description: 'A reason this graph does not know: see `submissionReasonText`.' },
  } as const,
});

export const GdprRequestStatusInput = builder.enumType('GdprRequestStatusInput', {
  description: 'The statuses that requests can be filtered by.',
  values: {
    PENDING: { value: 'pending', description: 'Nobody has decided yet.' },
    APPROVED: { value: 'approved', description: 'Granted.' },
    DENIED: { value: 'denied', description: 'Refused.' },
  } as const,
});
