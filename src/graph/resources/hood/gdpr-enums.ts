/** What a GDPR request's status and reason can be, from Hood. */
import { closedEnum, openEnum } from '../../open-enum.ts';

const STATUSES = {
  pending: 'Nobody has decided yet.',
  approved: 'Granted: the data is to be removed.',
  denied: 'Refused, with a `rejectionReason`.',
};

export const GdprRequestStatus = openEnum('GdprRequestStatus', {
  description: 'Whether a request is decided, and how.',
  values: STATUSES,
  unknown: 'A status this graph does not know: see `statusText`.',
});

export const GdprRequestStatusInput = closedEnum('GdprRequestStatusInput', {
  description: 'The statuses that requests can be filtered by.',
  values: STATUSES,
});

export const GdprSubmissionReason = openEnum('GdprSubmissionReason', {
  description: 'The legal ground for removing the data.',
  values: {
    'data-no-longer-necessary': 'It is no longer needed for what it was collected for.',
    'consent-withdrawal': 'The person withdrew their consent.',
    'article-21-gdpr': 'The person objects under article 21 of the GDPR.',
    'unlawful-processing': 'It was processed unlawfully.',
    'eu-legal-obligation': 'A law of the EU or of a member state demands it.',
    'child-subject': 'It was collected from a child.',
  },
  // Hood's page on the list has the one in its text, and the other in its example.
  spellings: { 'consent-withrawal': 'consent-withdrawal' },
  unknown: 'A reason this graph does not know: see `submissionReasonText`.',
});
