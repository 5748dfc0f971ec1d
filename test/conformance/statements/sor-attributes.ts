import { testsIn, type VendorPage } from '../vendor-page.ts';

const attribute = testsIn('graph/resources/sor/customer-attribute.test.ts');
const write = testsIn('graph/resources/sor/write-customer-attribute.test.ts');
const removed = testsIn('graph/resources/sor/removed-attribute.test.ts');
const WHOLE = attribute('one attribute is viewed, by one call');
const MADE = write('an attribute is defined in one call, its system filled in from the input');
const TYPES = write('%s is %s upstream');
const LABEL = write('relabelling answers with the attribute under its new label');
const SWITCH = write('what an attribute is not answered with after a switch is read, if it is selected');
const MISTAKES = write('all that is wrong with what to %s is told at once, without a call');
const REMOVED = removed('removed attributes as the vendor prints them come back whole, by one call');
const SINCE = removed('`since` is sent as whole seconds, and each alias asks for itself');

export const SOR_ATTRIBUTES: VendorPage = {
  title: 'System of Record, version 2: customer attributes',
  endpoints: {
    'GET /api/customer_attributes/{ca_identifier}': [
      ['The endpoint gives one attribute.', 'Query.customerAttribute(identifier:)', WHOLE],
      ['`system_of_record_identifier` names its system.', 'CustomerAttribute.systemIdentifier', WHOLE],
    ],
    'POST /api/customer_attributes': [
      ['The endpoint defines an attribute.', 'Mutation.createCustomerAttribute', MADE],
      ['`system_of_record_identifier` names the system.', 'CreateCustomerAttributeInput.systemOfRecord', MADE],
      ['`key` is the attribute’s key.', 'CreateCustomerAttributeInput.key', MADE],
      ['`label` is what people call it.', 'CreateCustomerAttributeInput.label', MADE],
      ['`type` can be `String`.', 'CreateCustomerAttributeInput.valueType, AttributeValueTypeInput.STRING', TYPES],
      ['`type` can be `Number`.', 'AttributeValueTypeInput.NUMBER', MADE],
      ['`type` can be `Boolean`.', 'AttributeValueTypeInput.BOOLEAN', TYPES],
      ['`type` can be `Date`.', 'AttributeValueTypeInput.DATE', TYPES],
      ['`type` can be `DateTime`.', 'AttributeValueTypeInput.DATE_TIME', TYPES],
      ['`type` can be `Set`.', 'AttributeValueTypeInput.SET', TYPES],
      ['The answer is the attribute, without its system.', 'CreateCustomerAttributeSuccess.customerAttribute', MADE],
    ],
    'PUT /api/customer_attributes/{ca_identifier}': [
      [
        'Only the `label` can be changed.',
        'Mutation.relabelCustomerAttribute, RelabelCustomerAttributeInput.label',
        LABEL,
      ],
      ['An empty label changes nothing; the graph refuses it.', 'RelabelCustomerAttributeInput.label', MISTAKES],
    ],
    'DELETE /api/customer_attributes/{ca_identifier}': [
      [
        'The endpoint deletes an attribute with its values.',
        'Mutation.deleteCustomerAttribute',
        write('a deleted attribute leaves its id, and is gone'),
      ],
      [
        'An attribute that a campaign or segment uses cannot be deleted.',
        'UpstreamRejectedError',
        write('an attribute that a campaign uses is not deleted, and that is data'),
      ],
    ],
    'PUT /api/customer_attributes/{ca_identifier}/disable': [
      ['The endpoint disables an attribute.', 'Mutation.disableCustomerAttribute', SWITCH],
      [
        'Values for a disabled attribute are refused.',
        'AttributeChangeInput.key',
        testsIn('graph/resources/sor/set-attribute-values-refusals.test.ts')(
          'all mistakes are told at once, before anything is sent',
        ),
      ],
    ],
    'PUT /api/customer_attributes/{ca_identifier}/enable': [
      ['Enabling an enabled attribute has no effect.', 'Mutation.enableCustomerAttribute', SWITCH],
    ],
    'GET /api/removed_attributes': [
      ['The endpoint lists the attributes that a system has lost.', 'SystemOfRecord.removedAttributes', REMOVED],
      ['`system_of_record_identifier` is required.', 'SystemOfRecord.removedAttributes', REMOVED],
      ['`since` can be a Unix timestamp.', 'SystemOfRecord.removedAttributes(since:)', SINCE],
      ['`since` can be a date or a time.', 'SystemOfRecord.removedAttributes(since:)', SINCE],
      ['A removed attribute has an `id`.', 'RemovedAttribute.internalId', REMOVED],
      ['A removed attribute has a `system_of_record_id`.', 'RemovedAttribute.systemInternalId', REMOVED],
      ['A removed attribute has its `key`.', 'RemovedAttribute.key', REMOVED],
      [
        'A removed attribute has its `value_type`, unknown ones included.',
        'RemovedAttribute.valueType, RemovedAttribute.valueTypeText',
        removed('rows without an identifier are left out; what is no list is an error'),
      ],
      ['A removed attribute has its `label`.', 'RemovedAttribute.label', REMOVED],
      [
        'A removed attribute has `created_at` and `updated_at`.',
        'RemovedAttribute.createdAt, RemovedAttribute.updatedAt',
        REMOVED,
      ],
      ['A removed attribute has its `identifier`.', 'RemovedAttribute.identifier', REMOVED],
      ['A removed attribute has `removed`.', 'RemovedAttribute.removed', REMOVED],
      ['A removed attribute may have been `disabled`.', 'RemovedAttribute.disabled', REMOVED],
    ],
  },
};
