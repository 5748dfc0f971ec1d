/** Creating and changing customer data keys and profile properties, in Hood. */
import { z } from 'zod';
import { DATA_KEYS, findCreated, isTaken, PROPERTIES } from '../../../sources/hood/rows-by-name.ts';
import type { HoodCollection } from '../../hood/collection.ts';
import { hoodIdInput, rowField, SOMETHING_TO_CHANGE, upstreamNames } from '../../hood/write.ts';
import { filledText, textWithin } from '../../input-checks.ts';
import { type InputFields, mutation } from '../../mutation.ts';
import { customerData, ProfilePropertyDataType } from './customer-data.ts';
import { profileProperties } from './profile-property.ts';

/** Of what is changed a flag may be left out, but not be null; of what is new that is the same. */
const CHANGED_FLAG = z.boolean({ error: 'Expected true or false, not null.' }).optional();
const NEW_FLAG = z.boolean();

const keyInputs = (t: InputFields, check: z.ZodType = NEW_FLAG) => ({
  example: t.string({ description: 'An example of a value.' }),
  // Hood's limit (vendor's page: view customer data).
  description: t.string({ description: 'What it means; at most 2,000 characters.', check: textWithin(2_000) }),
  exportAlias: t.string({ description: 'Its column name in exports.' }),
  piData: t.boolean({ description: 'Whether its values are personal, to be kept encrypted.', check }),
});

const propertyInputs = (t: InputFields, check: z.ZodType = NEW_FLAG) => ({
  ...keyInputs(t, check),
  importable: t.boolean({ description: 'Whether imports may fill it.', check }),
  exportable: t.boolean({ description: 'Whether exports may contain it.', check }),
});

/** Declares `update…`; `field` is that of its success. */
function updateMutation(
  published: HoodCollection,
  noun: 'key' | 'property',
  field: string,
  inputs: (t: InputFields, check: z.ZodType) => ReturnType<typeof keyInputs>,
): void {
  const { typeName, singular, rows } = published;
  mutation(`update${typeName}`, {
    tags: ['hood'],
    requires: 'hood:write',
    description: `Changes a ${singular}. Fields left out stay as they are; null empties a text. Costs one upstream call, and a second one to re-read the ${noun} if you select it.`,
    inputDescription: `Changes to one ${singular}.`,
    input: (t) => ({ hoodId: hoodIdInput(t, typeName, noun), ...inputs(t, CHANGED_FLAG) }),
    rules: [SOMETHING_TO_CHANGE],
    cost: () => ({ api: 'HOOD', calls: 1 }),
    resolve: async ({ hoodId, ...changes }, { hood }) => {
      await hood.update(rows.collection, hoodId, upstreamNames(changes));
      return { known: { id: hoodId } };
    },
    successDescription: `The ${noun} was changed.`,
    success: (t) => ({ [field]: rowField(t, published, ['id']) }),
  });
}

mutation('createCustomerData', {
  tags: ['hood'],
  requires: 'hood:write',
  description:
    'Creates a customer data key. A null field counts as left out. Costs one upstream call, and a second one if you select more than `target`, `piData` and ids or if the API refuses: the list of keys says whether the target is taken.',
  inputDescription: 'A new customer data key.',
  input: (t) => ({
    target: t.string({ required: true, description: 'The key itself.', check: filledText('target') }),
    label: t.string({
      description: 'The newer name of `target`. Leave it out unless Hood asks for it.',
      check: filledText('label'),
    }),
    ...keyInputs(t),
  }),
  // The second one reads the key, or why there is none.
  cost: () => ({ api: 'HOOD', calls: 2 }),
  resolve: async (given, { hood }) => ({
    known: await hood.create(customerData.rows.collection, upstreamNames(given, 'new')),
    find: (fields: readonly string[]) => findCreated(hood, DATA_KEYS, given.target, fields),
  }),
  whyRefused: async ({ target }, { hood }) => ((await isTaken(hood, DATA_KEYS, target)) ? 'TAKEN' : undefined),
  successDescription: 'The key was created.',
  success: (t) => ({ customerDatum: rowField(t, customerData) }),
});

updateMutation(customerData, 'key', 'customerDatum', keyInputs);

mutation('createProfileProperty', {
  tags: ['hood'],
  requires: 'hood:write',
  description:
    'Creates a profile property. A null field counts as left out. Costs one upstream call, and a second one if the API’s answer lacks something you select or it refuses: the list of properties says whether the label is taken.',
  inputDescription: 'A new profile property.',
  input: (t) => ({
    label: t.string({
      required: true,
      description: 'The key under which values will be kept.',
      check: filledText('label'),
    }),
    dataType: t.field({
      type: ProfilePropertyDataType.input,
      defaultValue: 'text',
      description: 'What kind of value it will hold.',
    }),
    ...propertyInputs(t),
  }),
  // The second one reads the property, or why there is none.
  cost: () => ({ api: 'HOOD', calls: 2 }),
  resolve: async (given, { hood }) => {
    const values = { data_type: 'text', ...upstreamNames(given, 'new') };
    const created = await hood.create(profileProperties.rows.collection, values);
    return {
      // Another name of a label that is there.
      known: created && 'label' in created ? Object.assign({ property: null }, created) : created,
      find: (fields: readonly string[]) => findCreated(hood, PROPERTIES, given.label, fields),
    };
  },
  whyRefused: async ({ label }, { hood }) => ((await isTaken(hood, PROPERTIES, label)) ? 'TAKEN' : undefined),
  successDescription: 'The property was created.',
  success: (t) => ({ profileProperty: rowField(t, profileProperties) }),
});

updateMutation(profileProperties, 'property', 'profileProperty', propertyInputs);
