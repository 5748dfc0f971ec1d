/** Customer data keys, from Hood: which extra data can be kept about people, and whether it is personal. */
import { hoodFlag } from '../../../sources/hood/values.ts';
import { builder } from '../../builder.ts';
import { hoodCollection } from '../../hood/collection.ts';
import { BooleanFilter, DateTimeFilter, IDFilter, StringFilter } from '../../hood/filter-inputs.ts';
import { type RecordRow, recordFields } from '../../hood/record-fields.ts';
import { Node } from '../../node.ts';
import { openEnum } from '../../open-enum.ts';
import { DATA_TYPES, ProfilePropertyDataType } from './data-type.ts';

interface CustomerDataRow extends RecordRow {
  target: string;
  label: string;
  data_type: string | null;
  example: string;
  description: string;
  export_alias: string;
  pi_data: unknown;
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
    dataType: t.from(['data_type'], {
      type: ProfilePropertyDataType,
      description: 'What kind of value is kept under it.',
      resolve: ({ data_type }) => openEnum(data_type, DATA_TYPES),
    }),
    dataTypeText: t.exposeString('data_type', { description: 'The kind of value as Hood writes it.' }),
    example: t.exposeString('example', { description: 'An example of a value.' }),
    description: t.exposeString('description', { description: 'What it means.' }),
    exportAlias: t.exposeString('export_alias', { description: 'Its column name in exports.' }),
    piData: t.from(['pi_data'], {
      type: 'Boolean',
      description: 'Whether what is kept under this key is personal and therefore encrypted.',
      resolve: ({ pi_data }) => hoodFlag(pi_data),
    }),
  }),
});

hoodCollection(CustomerData, {
  collection: 'customer-data',
  viewable: true,
  many: 'customerData',
  plural: 'customer data keys',
  one: 'customerDatum',
  oneDescription:
    'One customer data key by its Hood id; null when there is none. Costs one upstream call, shared with other such lookups of the operation.',
  filter: {
    hoodId: { upstream: 'id', kind: IDFilter },
    target: { upstream: 'target', kind: StringFilter },
    piData: { upstream: 'pi_data', kind: BooleanFilter },
    createTime: { upstream: 'create_time', kind: DateTimeFilter },
    updateTime: { upstream: 'update_time', kind: DateTimeFilter },
  },
  search: { fields: { TARGET: 'target', PI_DATA: 'pi_data' }, byDefault: ['target'] },
  order: { TARGET: 'target', PI_DATA: 'pi_data', CREATE_TIME: 'create_time', UPDATE_TIME: 'update_time' },
});
