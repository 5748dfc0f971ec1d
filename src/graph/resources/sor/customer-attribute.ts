/** Definitions of attributes, from the System of Record. */
import { isSegment } from '../../../http/client/path.ts';
import { membersOf } from '../../../sources/exact-values.ts';
import type { AttributeRow } from '../../../sources/sor/systems.ts';
import { builder } from '../../builder.ts';
import { definitionCharge } from '../../cost/charge.ts';
import { idField, Node, nodeLoader } from '../../node.ts';
import { openEnum } from '../../open-enum.ts';
import { selects } from '../../selection.ts';

export const AttributeValueType = openEnum('AttributeValueType', {
  description: 'What kind of value an attribute holds.',
  inputDescription: 'The kinds of value an attribute can be given.',
  values: {
    String: 'A text of at most 256 characters.',
    Number: 'A number within ±(2^63 − 1).',
    Boolean: 'True or false.',
    Date: 'A calendar date.',
    DateTime: 'A moment.',
    Set: 'A set of texts.',
  },
  unknown: 'A kind this graph does not know: see `valueTypeText`.',
});

export const CustomerAttribute = builder.objectRef<AttributeRow>('CustomerAttribute').implement({
  description: 'The definition of something that a system of record can know about a customer.',
  tags: ['sor'],
  interfaces: [Node],
  fields: (t) => ({
    id: idField(t, 'CustomerAttribute', 'identifier'),
    identifier: t.exposeID('identifier', { nullable: false, description: 'Its id in the API.' }),
    key: t.exposeString('key', { description: 'The key of its values, unique in its system.' }),
    label: t.exposeString('label', { description: 'What people call it.' }),
    valueType: t.read('value_type', AttributeValueType, { description: 'What kind of value it holds.' }),
    valueTypeText: t.exposeString('value_type', { description: 'The kind of value as the API writes it.' }),
    disabled: t.exposeBoolean('disabled', { description: 'Whether values sent for it are refused.' }),
    sources: t.from(['sources'], {
      type: ['String'],
      description: 'Where its values come from; null when the API does not say.',
      resolve: ({ sources }) => membersOf(sources),
    }),
    systemIdentifier: t.exposeID('system_of_record_identifier', {
      description: 'The system it belongs to; null when the API does not say.',
    }),
  }),
});

nodeLoader(CustomerAttribute, {
  naturalKey: ['identifier'],
  one: {
    field: 'customerAttribute',
    description: 'One attribute’s definition; null when there is none. Costs one upstream call.',
    argument: 'Its id in the API.',
  },
  cost: (key) => definitionCharge('attributes', key),
  load: async (key, _fields, { sorSystems }, info) => {
    // It is viewed alone, or comes out of the list of systems where its sources are selected: only that has them.
    const needsList = selects(info, 'CustomerAttribute', (field) => field === 'sources');
    return isSegment(key) ? sorSystems.attribute(key, needsList) : null;
  },
});
