/** Creating and changing profile properties, in Hood. */
import { z } from 'zod';
import { findCreatedProperty } from '../../../sources/hood/created-property.ts';
import { PAID_ABOVE } from '../../cost/charge.ts';
import { hoodIdOf, rereadCost, writtenRow } from '../../hood/write.ts';
import { filledText, mistake } from '../../input-checks.ts';
import { type InputFields, mutation } from '../../mutation.ts';
import { upstreamFields } from '../../selection.ts';
import { ProfilePropertyDataType } from './definition.ts';
import { ProfileProperty, type ProfilePropertyRow, profileProperties } from './profile-property.ts';

/** Hood's limit on descriptions (vendor's page: create customer data). */
const MAX_DESCRIPTION = 2_000;

const text = z.string().nullish();
const flag = z.boolean({ error: 'Expected true or false, not null.' }).optional();
const newFlag = z.boolean().nullish();

/** What can be given at first and changed later. */
const texts = {
  example: text,
  description: text.refine(
    (value) => [...(value ?? '')].length <= MAX_DESCRIPTION,
    mistake('TOO_LONG', `Expected at most ${MAX_DESCRIPTION} characters.`),
  ),
  exportAlias: text,
};

const NewProperty = z.object({
  label: filledText('label'),
  dataType: z.enum(['text', 'number', 'date']).nullish(),
  ...texts,
  piData: newFlag,
  importable: newFlag,
  exportable: newFlag,
});

const ChangedProperty = z
  .object({ hoodId: hoodIdOf('ProfileProperty'), ...texts, piData: flag, importable: flag, exportable: flag })
  .refine(
    ({ hoodId, ...changes }) => Object.values(changes).some((value) => value !== undefined),
    mistake('REQUIRED', 'Expected at least one field to change.'),
  );

const changeableInputs = (t: InputFields) => ({
  example: t.string({ description: 'An example of a value.' }),
  description: t.string({ description: 'What it means; at most 2,000 characters.' }),
  exportAlias: t.string({ description: 'Its column name in exports.' }),
  piData: t.boolean({ description: 'Whether its values are personal, to be kept encrypted.' }),
  importable: t.boolean({ description: 'Whether imports may fill it.' }),
  exportable: t.boolean({ description: 'Whether exports may contain it.' }),
});

mutation('createProfileProperty', {
  tags: ['hood'],
  requires: 'hood:write',
  description:
    'Creates a profile property. A null field counts as left out. Costs one upstream call, and a second one if the API’s answer lacks something you select or it refuses: the list of properties says whether the label is taken.',
  // The second one reads the property, or why there is none.
  cost: () => ({ api: 'HOOD', calls: 2 }),
  inputDescription: 'A new profile property.',
  input: (t) => ({
    label: t.string({ required: true, description: 'The key under which values will be kept.' }),
    dataType: t.field({
      type: ProfilePropertyDataType.input,
      defaultValue: 'text',
      description: 'What kind of value it will hold.',
    }),
    ...changeableInputs(t),
  }),
  check: NewProperty,
  resolve: async ({ label, dataType, ...changes }, { hood }) => {
    const { collection } = profileProperties.rows;
    const fields = { label, data_type: dataType ?? 'text', ...withoutNulls(upstreamNames(changes)) };
    const created = await hood.create(collection, fields);
    // Another name of a label that is there.
    return { label, created: created && 'label' in created ? Object.assign({ property: null }, created) : created };
  },
  whyRefused: async ({ label }, { hood }) => ((await hood.property(label, ['id'])) ? 'TAKEN' : undefined),
  successDescription: 'The property was created.',
  success: (t) => ({
    profileProperty: t.field({
      type: ProfileProperty,
      cost: PAID_ABOVE,
      description: 'The new property; null when the API answered without it and it could not be read again.',
      resolve: async ({ created, label }, _args, context, info) => {
        if (created) return writtenRow(created, profileProperties.rows, 'ProfileProperty', context, info);
        const found = await findCreatedProperty(context.hood, label, upstreamFields(info, 'ProfileProperty'));
        return found as ProfilePropertyRow | null;
      },
    }),
  }),
});

mutation('updateProfileProperty', {
  tags: ['hood'],
  requires: 'hood:write',
  description:
    'Changes a profile property. Fields left out stay as they are; null empties a text. Costs one upstream call, and a second one to re-read the property if you select it.',
  cost: () => ({ api: 'HOOD', calls: 1 }),
  inputDescription: 'Changes to one profile property.',
  input: (t) => ({
    hoodId: t.id({ idOf: 'ProfileProperty', required: true, description: 'The id that Hood gave the property.' }),
    ...changeableInputs(t),
  }),
  check: ChangedProperty,
  resolve: async ({ hoodId, ...changes }, { hood }) => {
    await hood.update(profileProperties.rows.collection, hoodId, upstreamNames(changes));
    return { hoodId };
  },
  successDescription: 'The property was changed.',
  success: (t) => ({
    profileProperty: t.field({
      type: ProfileProperty,
      cost: rereadCost('ProfileProperty', ['id']),
      description: 'The property as it is now; null when it could not be read again.',
      resolve: ({ hoodId }, _args, context, info) =>
        writtenRow({ id: hoodId }, profileProperties.rows, 'ProfileProperty', context, info),
    }),
  }),
});

/** Flags are 0 and 1 upstream (vendor's page: create profile property); what was not given is left out. */
function upstreamNames({ exportAlias, piData, ...changes }: Omit<z.output<typeof NewProperty>, 'label' | 'dataType'>) {
  const named = { ...changes, export_alias: exportAlias, pi_data: piData };
  return Object.fromEntries(
    Object.entries(named)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'boolean' ? Number(value) : value]),
  );
}

function withoutNulls(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
