/** Profile properties, from Hood: the definitions of what is known about people. */
import { PROPERTY_KEY_FIELDS, propertyKey } from '../../../sources/hood/row-lookup.ts';
import { hoodCollection } from '../../hood/collection.ts';
import { BooleanFilter, filterKind, filtersOf, StringFilter } from '../../hood/filters.ts';
import { inLowerCase } from '../../hood/list-inputs.ts';
import { FLAG } from '../../readings.ts';
import { definitionFields, ProfilePropertyDataType } from './customer-data.ts';

const DataTypeFilter = filterKind('ProfilePropertyDataTypeFilter', ProfilePropertyDataType.input);

export const profileProperties = hoodCollection('ProfileProperty', {
  description: 'The definition of something that can be known about a person. Whatever Hood leaves out is null.',
  tags: ['hood'],
  fields: (t) => ({
    target: t.exposeString('target', {
      description: 'The older name of `label`, usually with the same value.',
      deprecationReason: 'Hood calls it `label` now.',
    }),
    label: t.from(PROPERTY_KEY_FIELDS, {
      type: 'String',
      description: 'The key under which values are kept.',
      resolve: (row) => propertyKey(row),
    }),
    ...definitionFields(t),
    importAliases: t.from(['import_aliases'], {
      type: ['String'],
      description: 'The column names from which imports fill it.',
      resolve: ({ import_aliases }) =>
        Array.isArray(import_aliases)
          ? import_aliases.filter((alias): alias is string => typeof alias === 'string')
          : null,
    }),
    system: t.read('system', FLAG, { description: 'Whether it is one of Hood’s own, which cannot be changed.' }),
    importable: t.read('importable', FLAG, { description: 'Whether imports may fill it.' }),
    exportable: t.read('exportable', FLAG, { description: 'Whether exports may contain it.' }),
  }),
  collection: 'profile-properties',
  viewable: false,
  many: 'profileProperties',
  plural: 'profile properties',
  one: 'profileProperty',
  singular: 'profile property',
  filter: {
    ...filtersOf(StringFilter, 'target', 'label'),
    ...filtersOf(DataTypeFilter, 'dataType'),
    ...filtersOf(StringFilter, 'example'),
    ...filtersOf(BooleanFilter, 'piData', 'system', 'importable', 'exportable'),
  },
  search: { fields: inLowerCase('TARGET', 'LABEL', 'DESCRIPTION') },
  order: inLowerCase('DATA_TYPE', 'PI_DATA', 'IMPORTABLE', 'EXPORTABLE'),
});
