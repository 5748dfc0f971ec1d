/** Creating and changing profile properties, in Hood. */
import { z } from 'zod';
import { findCreated, isTaken, PROPERTIES } from '../../../sources/hood/rows-by-name.ts';
import { upstreamNames } from '../../hood/upstream-names.ts';
import { hoodIdOf, rowField, SOMETHING_TO_CHANGE } from '../../hood/write.ts';
import { filledText } from '../../input-checks.ts';
import { type InputFields, mutation } from '../../mutation.ts';
import { ProfilePropertyDataType } from './definition.ts';
import { profileProperties } from './profile-property.ts';
import { changeableInputs, flag, newFlag, texts } from './write-definition.ts';

const { collection } = profileProperties.rows;

const inputs = (t: InputFields) => ({
  ...changeableInputs(t),
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
    ...inputs(t),
  }),
  check: z.object({
    label: filledText('label'),
    dataType: z.enum(['text', 'number', 'date']).nullish(),
    ...{ ...texts, piData: newFlag, importable: newFlag, exportable: newFlag },
  }),
  resolve: async (given, { hood }) => {
    const created = await hood.create(collection, { data_type: 'text', ...upstreamNames(given, 'new') });
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

mutation('updateProfileProperty', {
  tags: ['hood'],
  requires: 'hood:write',
  description:
    'Changes a profile property. Fields left out stay as they are; null empties a text. Costs one upstream call, and a second one to re-read the property if you select it.',
  cost: () => ({ api: 'HOOD', calls: 1 }),
  inputDescription: 'Changes to one profile property.',
  input: (t) => ({
    hoodId: t.id({ idOf: 'ProfileProperty', required: true, description: 'The id that Hood gave the property.' }),
    ...inputs(t),
  }),
  check: z
    .object({ hoodId: hoodIdOf('ProfileProperty'), ...texts, piData: flag, importable: flag, exportable: flag })
    .refine(...SOMETHING_TO_CHANGE),
  resolve: async ({ hoodId, ...changes }, { hood }) => {
    await hood.update(collection, hoodId, upstreamNames(changes));
    return { known: { id: hoodId } };
  },
  successDescription: 'The property was changed.',
  success: (t) => ({ profileProperty: rowField(t, profileProperties, ['id']) }),
});
