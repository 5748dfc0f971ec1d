/** Customer data keys, from Hood: which extra data can be kept about people, and whether it is personal. */
import type { FieldsOf } from '../../builder.ts';
import { hoodCollection, type RecordRow } from '../../hood/collection.ts';
import { BooleanFilter, filtersOf, StringFilter } from '../../hood/filters.ts';
import { inLowerCase } from '../../hood/list-inputs.ts';
import { openEnum } from '../../open-enum.ts';
import { FLAG } from '../../readings.ts';

export const ProfilePropertyDataType = openEnum('ProfilePropertyDataType', {
  description: 'What kind of value a property holds.',
  inputDescription: 'The kinds of value that a property can be given or filtered by.',
  values: { text: 'Any text.', number: 'A number.', date: 'A date.' },
  unknown: 'A kind this graph does not know: see `dataTypeText`.',
});

/** The fields of Hood's definitions of keys that say what is kept under one, and how. */
export function definitionFields(t: FieldsOf<RecordRow>) {
  return {
    dataType: t.read('data_type', ProfilePropertyDataType, {
      description: 'What kind of value is kept under the key.',
    }),
    dataTypeText: t.exposeString('data_type', { description: 'The kind of value as Hood writes it.' }),
    example: t.exposeString('example', { description: 'An example of a value.' }),
    description: t.exposeString('description', { description: 'What it means.' }),
    exportAlias: t.exposeString('export_alias', { description: 'Its column name in exports.' }),
    piData: t.read('pi_data', FLAG, {
      description: 'Whether its values are personal and therefore encrypted; null when Hood does not say.',
    }),
  };
}

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
  filter: { ...filtersOf(StringFilter, 'target'), ...filtersOf(BooleanFilter, 'piData') },
  search: { fields: inLowerCase('TARGET', 'PI_DATA'), byDefault: ['target'] },
  order: inLowerCase('TARGET', 'PI_DATA'),
});
