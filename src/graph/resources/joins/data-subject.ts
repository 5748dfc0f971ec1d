/** What both APIs know of one person, and a file of all that. */
import type { ReadNote } from '../../../http/reads/operation.ts';
import { builder } from '../../builder.ts';
import { forwardArgs } from '../../connection.ts';
import { type Asked, type Charge, PAID_ABOVE } from '../../cost/charge.ts';
import { SCOPES_OF_FILES } from '../../download-link.ts';
import { linkFields, mutation } from '../../mutation.ts';
import { rowsOfWindow, windowCalls } from '../../paging/window.ts';
import { profileCharge } from '../../sor/profiles.ts';
import type { DataSubjectValue, SubjectArguments } from '../../subject/look-up.ts';
import { keyOf, lookUp, MOST_CALLS, personIn, windowsIn } from '../../subject/look-up.ts';
import { type Gap, hasOneName, nameIn, ONE_NAME } from '../../subject/person.ts';
import { UpstreamApi } from '../../upstream-api.ts';
import { gdprRequests } from '../hood/gdpr-request.ts';
import { CustomerIdTypeEnum, CustomerProfile } from '../sor/customer-profile.ts';

const Provenance = builder.objectRef<ReadNote>('Provenance').implement({
  description: 'What an API was asked for, and when.',
  fields: (t) => ({
    api: t.expose('api', { type: UpstreamApi, nullable: false, description: 'Which API.' }),
    route: t.exposeString('route', { nullable: false, description: 'The path of the call, with names for its ids.' }),
    readAt: t.field({
      type: 'DateTime',
      nullable: false,
      description: 'When the answer came.',
      resolve: ({ readAt }) => new Date(readAt).toISOString(),
    }),
    fromCache: t.exposeBoolean('fromCache', {
      nullable: false,
      description: 'Whether it had come before this operation asked, and was kept.',
    }),
  }),
});

const MissingPart = builder.objectRef<Gap>('MissingPart').implement({
  description: 'Something about a person that could not be looked up.',
  fields: (t) => ({
    api: t.expose('api', { type: UpstreamApi, nullable: false, description: 'Which API may know it.' }),
    what: t.exposeString('what', { nullable: false, description: 'What is missing.' }),
    why: t.exposeString('why', { nullable: false, description: 'Why, and what to do about it.' }),
  }),
});

const DataSubject = builder.objectRef<DataSubjectValue>('DataSubject').implement({
  description:
    'A person whose data the APIs have, as far as they can be asked. It is never known to be all: see `missing`.',
  tags: ['gdpr', 'hood', 'pii', 'sor'],
  requires: ['gdpr:read', 'pii:read'],
  fields: (t) => ({
    customerId: t.id({
      description: 'The customer id that profiles were looked up by; null if there is none.',
      tags: ['pii'],
      resolve: ({ customers: [first] }) => first?.[0],
    }),
    email: t.exposeString('email', { description: 'The address that requests were searched for.', tags: ['pii'] }),
    clientId: t.exposeID('clientId', { description: 'The id that requests were filtered by.', tags: ['pii'] }),
    profiles: t.expose('profiles', {
      type: [CustomerProfile],
      description:
        'The profiles under the id, of each type that was asked for; by e-mail, under the address as a user id, and those of whom the requests are about that were found. Null if they could not be read. Devices have profiles of their own: select `applications { installations { profile } }`.',
      rows: 4,
    }),
    gdprRequests: t.field({
      type: gdprRequests.connection,
      description:
        'Their GDPR requests, newest first; null if they could not be read. By e-mail, a window ends where `maxCalls` or `first` ends the search: it may be empty although `hasNextPage` is true, `endCursor` goes on from there, and nobody counts them.',
      cost: PAID_ABOVE,
      rows: (window, { context }) => rowsOfWindow(window, context.hood.settings.maxPageSize),
      args: forwardArgs(t.arg),
      resolve: ({ requests }, window) => requests.get(keyOf(window)),
    }),
    provenance: t.expose('provenance', {
      type: [Provenance],
      description: 'What was read to find the person, in order; of `profiles`, nothing that is looked up below them.',
    }),
    missing: t.expose('missing', {
      type: [MissingPart],
      description:
        'What could not be looked up, and why; how far a search came; and what neither API has a documented way to read.',
    }),
  }),
});

builder.queryField('dataSubject', (t) =>
  t.field({
    type: DataSubject,
    description:
      'What both APIs know of one person; null when neither knows anything and all that can be asked was. An API that fails is named in `missing`. Costs a call for the profiles, and one for each window of `gdprRequests`. By e-mail, which Hood has no filter for, each window costs up to `maxCalls`, and the profiles of whom the requests are about cost one more.',
    cost: chargesOf,
    args: {
      customerId: t.arg.id({ idOf: 'CustomerProfile', description: 'Their customer id in SOR.' }),
      customerIdType: t.arg({
        type: CustomerIdTypeEnum,
        defaultValue: 'user_id',
        description: 'Whether `customerId` is a user’s or a device’s; null looks for both.',
      }),
      email: t.arg.string({
        description: 'Their e-mail address: a user id in SOR, and part of requests, where capitals do not matter.',
      }),
      clientId: t.arg.id({ idOf: 'CustomerProfile', description: 'Hood’s id of them.' }),
      maxCalls: t.arg.int({
        required: true,
        defaultValue: 5,
        description: `How many calls a search for \`email\` may take, from 0 to ${MOST_CALLS}, within what the operation may cost; each looks at a page of requests.`,
      }),
    },
    resolve: (_root, args, context, info) => lookUp(args, context, info),
  }),
);

function chargesOf(args: SubjectArguments, asked: Asked): Charge[] {
  const { context } = asked;
  const { customers, clientId, email } = personIn(args, context);
  const windows = windowsIn(asked, context);
  const { maxPageSize } = context.hood.settings;
  // It reads for itself: what others look up at the same moment need not come along.
  const apart = (charge: Charge, name: string): Charge =>
    'lookup' in charge ? { ...charge, lookup: `${charge.lookup} ${name}` } : charge;
  const name = JSON.stringify(args);
  const profiles = customers.map(([id, type]) => apart(profileCharge(type, [id]), name));
  if (email === undefined) {
    const calls = windows.reduce((sum, window) => sum + windowCalls(window, maxPageSize), 0);
    return clientId === undefined ? profiles : [...profiles, { api: 'HOOD', calls }];
  }
  const { clientIdType } = context;
  const found = windows.reduce((sum, window) => sum + rowsOfWindow(window, maxPageSize), 0);
  return [
    ...profiles,
    { api: 'HOOD', calls: args.maxCalls * windows.length },
    ...(clientIdType ? [apart(profileCharge(clientIdType, found), `${name} found`)] : []),
  ];
}

mutation('exportDataSubject', {
  tags: ['gdpr', 'hood', 'pii', 'sor'],
  requires: SCOPES_OF_FILES['data-subjects'],
  description:
    'Returns a link to one JSON file with all that `dataSubject` finds of a person, searched to the end: all requests, all values of all systems with their dates and changes, those of the person’s devices, and what is missing. Costs no upstream call; opening the link does, each time: by e-mail one for every page of requests. They take only what others leave of the limits.',
  inputDescription: 'Whom the file is about, by exactly one of `customerId`, `email` and `clientId`.',
  input: (t) => ({
    customerId: t.id({ idOf: 'CustomerProfile', description: 'Their customer id in SOR.' }),
    customerIdType: t.field({
      type: CustomerIdTypeEnum,
      description: 'Whether `customerId` is a user’s or a device’s; both if left out.',
    }),
    email: t.string({ description: 'Their e-mail address.' }),
    clientId: t.id({ idOf: 'CustomerProfile', description: 'Hood’s id of them.' }),
  }),
  rules: [[hasOneName, { path: [], code: 'REQUIRED', message: ONE_NAME }]],
  cost: () => [],
  audited: (names) => ({ subjects: [['customer', nameIn(names)]] }),
  resolve: async ({ customerId, customerIdType, email, clientId }, { linkTo, seal }) =>
    linkTo('data-subjects', await seal.close(JSON.stringify({ customerId, customerIdType, email, clientId }))),
  successDescription: 'The file can be fetched.',
  success: (t) =>
    linkFields(
      t,
      'A link to the file that works until it expires, for whoever holds it and without further credentials. It does not show whom it is about. The file comes while it is made, and ends with a signature of all that is before it.',
    ),
});
