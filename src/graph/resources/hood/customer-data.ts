/** Customer data keys, from Hood: which extra data can be kept about people, and whether it is personal. */
import { hoodCollection } from '../../hood/collection.ts';
import { BooleanFilter, StringFilter } from '../../hood/filters.ts';
import { inLowerCase } from '../../hood/list-inputs.ts';
import { definitionFields } from './definition.ts';

export const customerData = hoodCollection('CustomerData', {
  description:
    'A key under which extra data about people can be kept: the definition, not the data. Whatever Hood leaves out is null.',
  tags: ['hood'],
  fields: (t) => ({
    target: t.exposeString('target', { description: 'The key itself.' }),
    label: t.exposeString('label', { description: 'The newer name of `target`, usually with the same value.' }),
    ...definitionFields(t),
  }),
  collection: 'customer-data',
  viewable: true,
  many: 'customerData',
  plural: 'customer data keys',
  one: 'customerDatum',
  singular: 'customer data key',
  filter: {
    target: { upstream: 'target', kind: StringFilter },
    piData: { upstream: 'pi_data', kind: BooleanFilter },
  },
  search: { fields: inLowerCase('TARGET', 'PI_DATA'), byDefault: ['target'] },
  order: inLowerCase('TARGET', 'PI_DATA'),
});
