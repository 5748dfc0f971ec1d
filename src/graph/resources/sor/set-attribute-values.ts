/** Feeding values of attributes to customers. */
import type { Subject } from '../../../http/reads/subjects.ts';
import { FeedInterrupted } from '../../../sources/sor/feed.ts';
import { FeedPlan } from '../../../sources/sor/feed-plan.ts';
import { builder } from '../../builder.ts';
import { mutation } from '../../mutation.ts';
import { systemForWriting } from '../../sor/fed-system.ts';
import { ACTIONS, checkChanges } from '../../sor/value-changes.ts';
import { InvalidInput, userErrorType } from '../../user-errors.ts';
import { USER_OR_DEVICE } from './customer-profile.ts';
import { systemInput } from './write-definition.ts';

const AttributeChangeValue = builder.inputType('AttributeChangeValue', {
  description: 'What to do to a value: exactly one of these.',
  isOneOf: true,
  fields: (t) =>
    Object.fromEntries(
      // Whichever type it is, its field is declared alike.
      Object.entries(ACTIONS).map(([name, { type, description }]) => [
        name,
        t.field({ type: type as 'String', description }),
      ]),
    ),
});

const AttributeChangeInput = builder.inputType('AttributeChangeInput', {
  description: 'A change to one value of one customer.',
  fields: (t) => ({
    customerId: t.id({
      idOf: 'CustomerProfile',
      required: true,
      description: 'The customer’s id. The first value of an unknown customer creates them.',
    }),
    customerIdType: t.field(USER_OR_DEVICE),
    key: t.string({ required: true, description: 'The attribute’s key.' }),
    change: t.field({ type: AttributeChangeValue, required: true, description: 'What to do to the value.' }),
  }),
});

const AttributeValuesPartlySentError = userErrorType('AttributeValuesPartlySentError', FeedInterrupted, {
  codeOf: () => 'REJECTED',
  description:
    'A call failed after earlier ones had been sent. You may send the changes again from `sentCount` on, in the same order: repeating one that was carried out does no harm.',
  fields: (t) => ({
    requestIds: t.idList({
      nullable: false,
      description: 'The API’s receipts for what was sent.',
      resolve: ({ reason }) => [...reason.requestIds],
    }),
    sentCount: t.int({
      nullable: false,
      description:
        'How many changes, counted from the first, were sent completely, or overwritten by later ones that were.',
      resolve: ({ reason }) => reason.sentCount,
    }),
    unknownCount: t.int({
      nullable: false,
      description:
        'How many of the changes after those may have been carried out, wholly or in part. The others were not.',
      resolve: ({ reason }) => reason.unknownCount,
    }),
  }),
});

/** Those of two calls: whoever has more has a file. */
const MAX_CHANGES = 1_000;
const TOO_MANY = {
  path: ['changes'],
  code: 'TOO_LONG',
  message: 'Expected at most 1,000 changes: `importAttributeValues` takes files of more.',
} as const;

mutation('setAttributeValues', {
  tags: ['pii', 'sor'],
  requires: 'sor:write',
  description:
    'Sends up to 1,000 changes to values of customers, in the order given; `importAttributeValues` takes files of more. The API applies them a moment later, so a read may not show them yet. Costs one upstream call to check them first, shared with whatever else needs the list of systems, and one for every 500 changes; changes that later ones overwrite are not sent, and those to a set after its content was replaced take a further call.',
  inputDescription: 'Changes to values in one system of record.',
  input: (t) => ({
    systemOfRecord: systemInput(t),
    changes: t.field({
      type: [AttributeChangeInput],
      required: true,
      description: 'The changes, at most 1,000, in the order in which they are applied. An empty list costs no call.',
    }),
    declareMissing: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Whether a key that the system does not have is defined by its first value. Otherwise it is a mistake.',
    }),
  }),
  // Values, and what depends on the system, are checked later, together.
  rules: [[({ changes }) => changes.length <= MAX_CHANGES, TOO_MANY]],
  cost: ({ changes }) => {
    if (changes.length === 0 || changes.length > MAX_CHANGES) return [];
    const { changes: fed } = checkChanges(changes, { attributes: undefined, declareMissing: true });
    const plan = new FeedPlan();
    plan.add(fed);
    return { api: 'SOR', calls: 1 + plan.calls.length };
  },
  audited: ({ changes }) => ({ subjects: changes.map(({ customerId }): Subject => ['customer', customerId]) }),
  resolve: async ({ systemOfRecord, changes, declareMissing }, context) => {
    if (changes.length === 0) return { requestIds: [] };
    const { system, attributes, issues } = await systemForWriting(systemOfRecord, context);
    const checked = checkChanges(changes, { attributes, declareMissing });
    const mistakes = [...issues, ...checked.issues];
    if (!system || mistakes.length > 0) throw new InvalidInput(mistakes);
    return { requestIds: await context.sor.feed(system, checked.changes, declareMissing) };
  },
  errors: [AttributeValuesPartlySentError],
  successDescription: 'Everything was sent.',
  success: (t) => ({
    requestIds: t.exposeIDList('requestIds', {
      nullable: false,
      description: 'The API’s receipts, one for every call; its support may ask for them.',
    }),
  }),
});
