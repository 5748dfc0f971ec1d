/** Customer data keys, from Hood: which extra data can be kept about people, and whether it is personal. */
import { hoodFlag } from '../../../sources/hood/values.ts';
import { builder } from '../../builder.ts';
import { hoodCollection } from '../../hood/collection.ts';
import { BooleanFilter, DateTimeFilter, IDFilter, StringFilter } from '../../hood/filter-inputs.ts';
import { type RecordRow, recordFields } from '../../hood/record-fields.ts';
import { Node } from '../../node.ts';

interface CustomerDataRow extends RecordRow {
  target: string;
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
  search: { TARGET: 'target' },
  order: { TARGET: 'target', PI_DATA: 'pi_data', CREATE_TIME: 'create_time', UPDATE_TIME: 'update_time' },
});
