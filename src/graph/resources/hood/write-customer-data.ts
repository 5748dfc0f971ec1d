/** Creating and changing customer data keys, in Hood. */
import { z } from 'zod';
import { DATA_KEYS, findCreated, isTaken } from '../../../sources/hood/rows-by-name.ts';
import { upstreamNames } from '../../hood/upstream-names.ts';
import { hoodIdOf, rowField, SOMETHING_TO_CHANGE } from '../../hood/write.ts';
import { filledText } from '../../input-checks.ts';
import { mutation } from '../../mutation.ts';
import { customerData } from './customer-data.ts';
import { changeableInputs, flag, newFlag, texts } from './write-definition.ts';

const { collection } = customerData.rows;

mutation('createCustomerData', {
  tags: ['hood'],
  requires: 'hood:write',
  description:
    'Creates a customer data key. A null field counts as left out. Costs one upstream call, and a second one if you select more than `target`, `piData` and ids or if the API refuses: the list of keys says whether the target is taken.',
  // The second one reads the key, or why there is none.
  cost: () => ({ api: 'HOOD', calls: 2 }),
  inputDescription: 'A new customer data key.',
  input: (t) => ({
    target: t.string({ required: true, description: 'The key itself.' }),
    label: t.string({ description: 'The newer name of `target`. Leave it out unless Hood asks for it.' }),
    ...changeableInputs(t),
  }),
  check: z.object({ target: filledText('target'), label: filledText('label').nullish(), ...texts, piData: newFlag }),
  resolve: async (given, { hood }) => ({
    known: await hood.create(collection, upstreamNames(given, 'new')),
    find: (fields: readonly string[]) => findCreated(hood, DATA_KEYS, given.target, fields),
  }),
  whyRefused: async ({ target }, { hood }) => ((await isTaken(hood, DATA_KEYS, target)) ? 'TAKEN' : undefined),
  successDescription: 'The key was created.',
  success: (t) => ({ customerDatum: rowField(t, customerData) }),
});

mutation('updateCustomerData', {
  tags: ['hood'],
  requires: 'hood:write',
  description:
    'Changes a customer data key. Fields left out stay as they are; null empties a text. Costs one upstream call, and a second one to re-read the key if you select it.',
  cost: () => ({ api: 'HOOD', calls: 1 }),
  inputDescription: 'Changes to one customer data key.',
  input: (t) => ({
    hoodId: t.id({ idOf: 'CustomerData', required: true, description: 'The id that Hood gave the key.' }),
    ...changeableInputs(t),
  }),
  check: z.object({ hoodId: hoodIdOf('CustomerData'), ...texts, piData: flag }).refine(...SOMETHING_TO_CHANGE),
  resolve: async ({ hoodId, ...changes }, { hood }) => {
    await hood.update(collection, hoodId, upstreamNames(changes));
    return { known: { id: hoodId } };
  },
  successDescription: 'The key was changed.',
  success: (t) => ({ customerDatum: rowField(t, customerData, ['id']) }),
});
