/** GDPR requests, from Hood: people asking to have their personal data removed. */
import { hoodObject } from '../../../sources/hood/rows.ts';
import { builder } from '../../builder.ts';
import { hoodCollection } from '../../hood/collection.ts';
import { filterKind, IDFilter } from '../../hood/filters.ts';
import { inLowerCase } from '../../hood/list-inputs.ts';
import { openEnum } from '../../open-enum.ts';
import { DAY, WEB_ADDRESS } from '../../readings.ts';

export const GdprRequestStatus = openEnum('GdprRequestStatus', {
  description: 'Whether a request is decided, and how.',
  inputDescription: 'The statuses that requests can be filtered by and given.',
  values: {
    pending: 'Nobody has decided yet.',
    approved: 'Granted: the data is to be removed.',
    denied: 'Refused, with a `rejectionReason`.',
  },
  unknown: 'A status this graph does not know: see `statusText`.',
});

export const GdprSubmissionReason = openEnum('GdprSubmissionReason', {
  description: 'The legal ground for removing the data.',
  inputDescription: 'The legal grounds that a request can be entered with.',
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

const PERSONAL = { tags: ['pii'], requires: 'pii:read' } as const;

/** A person as Hood nests them in a request; any field may be missing. */
type PersonRow = Record<'full_name' | 'email' | 'phone_number' | 'address', string>;

export const GdprPerson = builder.objectRef<PersonRow>('GdprPerson').implement({
  description: 'A person as a request describes them. Whatever Hood leaves out is null. Personal data.',
  tags: ['gdpr', 'hood', 'pii'],
  fields: (t) => ({
    fullName: t.exposeString('full_name', { description: 'First and last name.', ...PERSONAL }),
    email: t.exposeString('email', { description: 'E-mail address.', ...PERSONAL }),
    phoneNumber: t.exposeString('phone_number', { description: 'Phone number, meant to be E.164.', ...PERSONAL }),
    address: t.exposeString('address', { description: 'Postal address.', ...PERSONAL }),
  }),
});

type DeclarationRow = Record<'data_holder_name' | 'date' | 'signature', string>;

const GdprRequestDeclaration = builder.objectRef<DeclarationRow>('GdprRequestDeclaration').implement({
  description: 'What the requester signed. Whatever Hood leaves out is null.',
  tags: ['gdpr', 'hood', 'pii'],
  fields: (t) => ({
    dataHolderName: t.exposeString('data_holder_name', { description: 'Who holds the data.', ...PERSONAL }),
    date: t.read('date', DAY, { description: 'When it was signed; null when Hood has no readable date.', ...PERSONAL }),
    dateText: t.exposeString('date', { description: 'That date as Hood writes it.', ...PERSONAL }),
    signature: t.exposeString('signature', { description: 'The signature as typed.', ...PERSONAL }),
  }),
});

const DECLARATION = { type: GdprRequestDeclaration, read: hoodObject };
const PERSON = { type: GdprPerson, read: hoodObject };

const StatusFilter = filterKind('GdprRequestStatusFilter', GdprRequestStatus.input);

export const gdprRequests = hoodCollection('GdprRequest', {
  description: 'A person asking to have their personal data removed. Whatever Hood leaves out is null. Personal data.',
  tags: ['gdpr', 'hood', 'pii'],
  requires: 'gdpr:read',
  fields: (t) => ({
    clientId: t.exposeID('client_id', {
      description: 'Hood’s id of the person whose data it is about, with all of its up to 20 digits.',
      tags: ['pii'],
    }),
    status: t.read('status', GdprRequestStatus, { description: 'Whether it is decided, and how.' }),
    statusText: t.exposeString('status', { description: 'The status as Hood writes it.' }),
    canDecide: t.from(['status'], {
      type: 'Boolean',
      description: 'Whether it is pending, so that it can be decided; null when Hood does not say.',
      resolve: ({ status }) => (status ? status === 'pending' : null),
    }),
    submissionReason: t.read('submission_reason', GdprSubmissionReason, {
      description: 'The legal ground for removing the data.',
    }),
    submissionReasonText: t.exposeString('submission_reason', {
      description: 'The legal ground as Hood writes it.',
    }),
    rejectionReason: t.exposeString('rejection_reason', {
      description: 'Why it was denied. It may be left over from an earlier decision: check `status`.',
      tags: ['pii'],
    }),
    additionalInformation: t.exposeString('additional_information', {
      description: 'What the requester added.',
      ...PERSONAL,
    }),
    informationToRemove: t.exposeString('information_to_remove', {
      description: 'Which data is to be removed, in the requester’s words.',
      ...PERSONAL,
    }),
    proofOfAddress: t.read('proof_of_address', WEB_ADDRESS, {
      description: 'Hood’s link to the document; null when there is none.',
      ...PERSONAL,
    }),
    proofOfIdentity: t.read('proof_of_identity', WEB_ADDRESS, {
      description: 'Hood’s link to the document; null when there is none.',
      ...PERSONAL,
    }),
    requestDeclaration: t.read('request_declaration', DECLARATION, {
      description: 'What the requester signed; null when there is nothing.',
    }),
    requesterInformation: t.read('requester_information', PERSON, {
      description: 'Who makes the request; null when Hood has nothing about them.',
    }),
    subjectInformation: t.read('subject_information', PERSON, {
      description: 'Whose data it is about; null when Hood has nothing about them.',
    }),
  }),
  collection: 'gdpr-requests',
  viewable: true,
  many: 'gdprRequests',
  plural: 'GDPR requests',
  one: 'gdprRequest',
  singular: 'GDPR request',
  filter: {
    hoodId: {
      upstream: 'id',
      kind: IDFilter,
      idOf: 'GdprRequest',
      isFetched: true,
      description:
        'Which requests, with `eq` or `in`, at most 20 in an operation. Hood’s list has no such filter: each id costs one upstream call, whatever the window, and no other condition, search or order can be combined with it.',
    },
    clientId: { upstream: 'client_id', kind: IDFilter, idOf: 'CustomerProfile' },
    status: { upstream: 'status', kind: StatusFilter },
  },
  // Its page describes searching, but not what can be searched.
  search: {
    fields: inLowerCase('CLIENT_ID', 'REJECTION_REASON', 'ADDITIONAL_INFORMATION', 'INFORMATION_TO_REMOVE'),
    byDefault: [],
  },
});
