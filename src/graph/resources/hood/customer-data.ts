/** Customer data keys, from Hood: which extra data can be kept about people, and whether it is personal. */
import { builder } from '../../builder.ts';
import { hoodCollection } from '../../hood/collection.ts';
import { BooleanFilter, DateTimeFilter, IDFilter, StringFilter } from '../../hood/filter-inputs.ts';
import { inLowerCase } from '../../hood/list-inputs.ts';
import { recordFields } from '../../hood/record-fields.ts';
import { Node } from '../../node.ts';
import { type DefinitionRow, definitionFields } from './definition.ts';

interface CustomerDataRow extends DefinitionRow {
  target: string;
  label: string;
}

export const CustomerData = builder.objectRef<CustomerDataRow>('CustomerData').implement({
  description:
    'A key under which extra data about people can be kept: the definition, not the data. Whatever Hood leaves out is null.',
  tags: ['hood'],
  interfaces: [Node],
  fields: (t) => ({
    ...recordFields('CustomerData', t),
    target: t.exposeString('target', { description: 'The key itself.' }),
    label: t.exposeString('label', { description: 'The newer name of `target`, usually with the same value.' }),
    ...definitionFields(t),
  }),
});

hoodCollection(CustomerData, {
  collection: 'customer-data',
  viewable: true,
  many: 'customerData',
  plural: 'customer data keys',
  one: 'customerDatum',
  singular: 'customer data key',
  filter: {
    hoodId: { upstream: 'id', kind: IDFilter },
    target: { upstream: 'target', kind: StringFilter },
    piData: { upstream: 'pi_data', kind: BooleanFilter },
    createTime: { upstream: 'create_time', kind: DateTimeFilter },
    updateTime: { upstream: 'update_time', kind: DateTimeFilter },
  },
  search: { fields: inLowerCase('TARGET', 'PI_DATA'), byDefault: ['target'] },
  order: inLowerCase('TARGET', 'PI_DATA', 'CREATE_TIME', 'UPDATE_TIME'),
});
