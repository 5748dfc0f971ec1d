/** GDPR requests, from Hood: people asking to have their personal data removed; also as they are created and change. */
import { LRUCache } from 'lru-cache';
import { type Conditions, meets } from '../../../sources/hood/grammar.ts';
import { type HoodRow, hoodObject } from '../../../sources/hood/rows.ts';
import { REQUESTS, subjectsIn } from '../../../sources/hood/subjects.ts';
import { builder } from '../../builder.ts';
import { hoodCollection } from '../../hood/collection.ts';
import { conditionsOf, filterKind, filtersOf, IDFilter } from '../../hood/filters.ts';
import { inLowerCase } from '../../hood/list-inputs.ts';
import { type ChangedRow, changedRows, TIMES } from '../../live/changed-rows.ts';
import { openEnum } from '../../open-enum.ts';
import { DAY, WEB_ADDRESS } from '../../readings.ts';
import { upstreamFields } from '../../selection.ts';

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

/** A field of personal data. */
const personal = (description: string) => ({ description, tags: ['pii'], requires: 'pii:read' }) as const;

/** A person as Hood nests them in a request; any field may be missing. */
type PersonRow = Record<'full_name' | 'email' | 'phone_number' | 'address', string>;

export const GdprPerson = builder.objectRef<PersonRow>('GdprPerson').implement({
  description: 'A person as a request describes them. Whatever Hood leaves out is null. Personal data.',
  tags: ['gdpr', 'hood', 'pii'],
  fields: (t) => ({
    fullName: t.exposeString('full_name', personal('First and last name.')),
    email: t.exposeString('email', personal('E-mail address.')),
    phoneNumber: t.exposeString('phone_number', personal('Phone number, meant to be E.164.')),
    address: t.exposeString('address', personal('Postal address.')),
  }),
});

type DeclarationRow = Record<'data_holder_name' | 'date' | 'signature', string>;

const GdprRequestDeclaration = builder.objectRef<DeclarationRow>('GdprRequestDeclaration').implement({
  description: 'What the requester signed. Whatever Hood leaves out is null.',
  tags: ['gdpr', 'hood', 'pii'],
  fields: (t) => ({
    dataHolderName: t.exposeString('data_holder_name', personal('Who holds the data.')),
    date: t.read('date', DAY, personal('When it was signed; null when Hood has no readable date.')),
    dateText: t.exposeString('date', personal('That date as Hood writes it.')),
    signature: t.exposeString('signature', personal('The signature as typed.')),
  }),
});

const DECLARATION = { type: GdprRequestDeclaration, read: hoodObject };
const PERSON = { type: GdprPerson, read: hoodObject };
const PROOF = personal('Hood’s link to the document; null when there is none.');

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
      resolve: ({ status }) => (status ? GdprRequestStatus.documented(status) === 'pending' : null),
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
    additionalInformation: t.exposeString('additional_information', personal('What the requester added.')),
    informationToRemove: t.exposeString(
      'information_to_remove',
      personal('Which data is to be removed, in the requester’s words.'),
    ),
    proofOfAddress: t.read('proof_of_address', WEB_ADDRESS, PROOF),
    proofOfIdentity: t.read('proof_of_identity', WEB_ADDRESS, PROOF),
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
    ...filtersOf(StatusFilter, 'status'),
  },
  // Its page describes searching, but not what can be searched.
  search: {
    fields: inLowerCase('CLIENT_ID', 'REJECTION_REASON', 'ADDITIONAL_INFORMATION', 'INFORMATION_TO_REMOVE'),
    byDefault: [],
  },
});

/** Of so many rows a subscription remembers that it has sent them. */
const MOST_SENT = 10_000;

const GdprRequestEventKind = builder.enumType('GdprRequestEventKind', {
  description: 'What has happened to a GDPR request.',
  values: {
    CREATED: { description: 'It was created, and meets the conditions.' },
    UPDATED: { description: 'It was changed, and meets the conditions; also one that had gone, or was never sent.' },
    GONE: {
      description:
        'It was changed, and no longer meets the conditions. Only for requests that this subscription has sent: to keep a list that you have read, leave out conditions on what changes.',
    },
  } as const,
});

interface GdprRequestEventRow {
  kind: 'CREATED' | 'UPDATED' | 'GONE';
  row: HoodRow;
}

const GdprRequestEvent = builder.objectRef<GdprRequestEventRow>('GdprRequestEvent').implement({
  description: 'A GDPR request that was created or changed.',
  tagsLike: 'GdprRequest',
  fields: (t) => ({
    kind: t.expose('kind', { type: GdprRequestEventKind, nullable: false, description: 'What has happened.' }),
    gdprRequest: t.field({
      type: gdprRequests.type,
      description: 'The request as it is now, also when it is gone; never null for callers who may see it.',
      resolve: ({ row }) => row,
    }),
    hoodId: t.id({ nullable: false, description: 'Its id in Hood.', resolve: ({ row }) => String(row.id) }),
  }),
});

/** What one subscription is told of the rows that have changed. */
async function* told(changes: AsyncIterable<ChangedRow | Error> | [], conditions: Conditions) {
  // With `max` room for all of them would be taken at once.
  const sent = new LRUCache<string, true>({ maxSize: MOST_SENT, sizeCalculation: () => 1 });
  for await (const change of changes) {
    if (change instanceof Error) yield change;
    else {
      const id = String(change.row.id);
      const status = GdprRequestStatus.documented(Object(change.row).status);
      if (meets({ ...change.row, ...(status && { status }) }, conditions)) {
        yield { kind: change.isNew && !sent.has(id) ? 'CREATED' : 'UPDATED', row: change.row };
        sent.set(id, true);
      } else if (sent.delete(id)) yield { kind: 'GONE', row: change.row };
    }
  }
}

builder.subscriptionField('gdprRequests', (t) =>
  t.field({
    type: GdprRequestEvent,
    nullable: false,
    description:
      'GDPR requests that are created or changed from now on, as far as they meet the conditions. Hood does not tell which ones are deleted. Each poll costs one upstream call for all who read the same fields, whatever their conditions.',
    cost: { api: 'HOOD', calls: 1 },
    args: {
      filter: t.arg({ type: gdprRequests.filter, description: 'Only requests that meet all of these conditions.' }),
    },
    subscribe: (_root, { filter }, { follow }, info) => {
      const conditions = conditionsOf(filter, gdprRequests.source.filter);
      if (conditions === 'nothing') return told([], {});
      const filtered = Object.values(gdprRequests.source.filter).map(({ upstream }) => upstream);
      // Those of all conditions, so that whoever has others asks the same.
      const fields = [...new Set([...upstreamFields(info, 'GdprRequest'), ...filtered, ...TIMES])].sort();
      const changes = follow<ChangedRow>({
        ...{ key: JSON.stringify(['gdprRequests', fields]), api: 'HOOD', isState: false },
        begin: () => changedRows(REQUESTS, fields),
      });
      return told(changes, conditions);
    },
    resolve: (event, _args, { operation }) => {
      if (!(event instanceof Error)) operation.subjects?.add(subjectsIn(REQUESTS, [Object(event).row]));
      return event as never;
    },
  }),
);
