/** Files of what both APIs know of one person. */
import { SCOPES_OF_FILES } from '../../download-link.ts';
import { linkFields, mutation } from '../../mutation.ts';
import { hasOneName, nameIn, ONE_NAME } from '../../subject/person.ts';
import { CustomerIdTypeEnum } from '../sor/customer-profile.ts';

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
