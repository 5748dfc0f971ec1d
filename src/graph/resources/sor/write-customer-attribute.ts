/** Defining, relabelling and deleting attributes of customers. */
import { z } from 'zod';
import {
  type Answered,
  createAttribute,
  deleteAttribute,
  relabelAttribute,
  switchAttribute,
} from '../../../sources/sor/definition-writes.ts';
import type { AttributeRow } from '../../../sources/sor/systems.ts';
import type { Context } from '../../context.ts';
import { filledText } from '../../input-checks.ts';
import { type InputFields, type MutationOptions, mutation } from '../../mutation.ts';
import { globalId } from '../../node-ids.ts';
import { hasSelected } from '../../selection.ts';
import { identifierOf, onlyOne, writableIdentifier } from '../../sor/write.ts';
import { AttributeValueTypeInput, CustomerAttribute, findAttribute } from './customer-attribute.ts';

interface Written {
  /** Undefined where the API has answered a creation without the attribute: then it is looked for by `created`. */
  answer: Answered<AttributeRow> | undefined;
  created?: { system_of_record_identifier: string; key: string };
}

const label = filledText('label');
const Target = z.object({ identifier: identifierOf('CustomerAttribute') });

const NewAttribute = z.object({
  systemOfRecord: identifierOf('SystemOfRecord'),
  key: filledText('key').regex(/^[^,]*$/, 'Expected a key without commas: by one it could not be asked for.'),
  label,
  valueType: z.string(),
});

const identifierInput = (t: InputFields) => ({
  identifier: t.id({ idOf: 'CustomerAttribute', required: true, description: 'The attribute’s id in the API.' }),
});

/** The success of every mutation after which the attribute is still there. */
const customerAttribute: MutationOptions<z.ZodType, Written>['success'] = (t) => ({
  customerAttribute: t.field({
    type: CustomerAttribute,
    description:
      'The attribute as it is now; null when it could not be read again. Costs one upstream call if you select something that the API’s answer lacks.',
    resolve: async ({ answer, created }, _args, context, info) => {
      if (!answer) return created ? findCreated(created, context) : null;
      // Rows are partial everywhere, only the types of those that are read do not say it.
      return hasSelected(answer, info, 'CustomerAttribute')
        ? (answer as AttributeRow)
        : findAttribute(answer.identifier, context, info);
    },
  }),
});

/** A key is unique in its system. */
async function findCreated(
  { system_of_record_identifier: system, key }: NonNullable<Written['created']>,
  { sorSystems }: Context,
): Promise<AttributeRow | null> {
  const withKey = await sorSystems.attributesWithKey(key);
  return onlyOne(withKey.filter(({ system_of_record_identifier }) => system_of_record_identifier === system));
}

mutation('createCustomerAttribute', {
  tags: ['sor'],
  description:
    'Defines an attribute in a system of record. Costs one upstream call, and a second one if you select `sources` or name the system `global`.',
  inputDescription: 'A new attribute.',
  input: (t) => ({
    systemOfRecord: t.id({
      idOf: 'SystemOfRecord',
      required: true,
      description: 'The system’s id in the API, or `global`.',
    }),
    key: t.string({
      required: true,
      description: 'The key under which values will be kept, unique in its system; no commas.',
    }),
    label: t.string({ required: true, description: 'What people will call it.' }),
    valueType: t.field({
      type: AttributeValueTypeInput,
      required: true,
      description: 'What kind of value it will hold; this cannot be changed later.',
    }),
  }),
  check: NewAttribute,
  resolve: async ({ systemOfRecord, key, label, valueType }, context) => {
    const system_of_record_identifier = await writableIdentifier(systemOfRecord, context);
    const created = { system_of_record_identifier, key, label, type: valueType };
    return { answer: await createAttribute(context.sor, created), created };
  },
  successDescription: 'The attribute was defined.',
  success: customerAttribute,
});

mutation('relabelCustomerAttribute', {
  tags: ['sor'],
  description:
    'Changes the label of an attribute; nothing else of it can be changed. Costs one upstream call, and a second one if you select `sources`.',
  inputDescription: 'Another label for one attribute.',
  input: (t) => ({
    ...identifierInput(t),
    label: t.string({ required: true, description: 'What people will call it from now on.' }),
  }),
  check: Target.extend({ label }),
  resolve: async ({ identifier, label }, { sor }) => ({
    answer: await relabelAttribute(sor, identifier, label),
  }),
  successDescription: 'The attribute has its new label.',
  success: customerAttribute,
});

mutation('deleteCustomerAttribute', {
  tags: ['sor'],
  description:
    'Deletes an attribute with all its values; refused while a campaign or segment uses it. A live SDK creates it again with its next value: disable it instead. Costs one upstream call.',
  inputDescription: 'Which attribute to delete.',
  input: identifierInput,
  check: Target,
  resolve: async ({ identifier }, { sor }) => {
    await deleteAttribute(sor, identifier);
    return { identifier };
  },
  successDescription: 'The attribute was deleted.',
  success: (t) => ({
    deletedId: t.id({
      nullable: false,
      description: 'The `id` that the attribute had.',
      resolve: ({ identifier }) => globalId('CustomerAttribute', identifier),
    }),
  }),
});

const SWITCHES = [
  ['disable', 'Disables an attribute: values sent for it are refused until it is enabled again'],
  ['enable', 'Enables an attribute, so that values sent for it are accepted again; no effect if already enabled'],
] as const;

for (const [to, effect] of SWITCHES) {
  mutation(`${to}CustomerAttribute`, {
    tags: ['sor'],
    description: `${effect}. Costs one upstream call, and a second one if you select more than \`identifier\` and \`disabled\`.`,
    inputDescription: `Which attribute to ${to}.`,
    input: identifierInput,
    check: Target,
    resolve: async ({ identifier }, { sor }) => ({ answer: await switchAttribute(sor, identifier, to) }),
    successDescription: `The attribute is ${to}d.`,
    success: customerAttribute,
  });
}
