import { testsIn, type VendorPage } from '../vendor-page.ts';

const systems = testsIn('graph/resources/sor/system-of-record.test.ts');
const write = testsIn('graph/resources/sor/write-system-of-record.test.ts');
const keys = testsIn('graph/resources/sor/api-keys.test.ts');
const samples = testsIn('graph/resources/sor/printed-systems.test.ts');
const APPS = samples('a system of an app is neither renamed nor deleted: the refusal is data, and the system stays');
const LIST = systems('all systems are paged without a further call, and narrowed by type');
const WHOLE = systems('a system as the vendor prints it comes back whole, by one call');
const MADE = write('a system is made in one call, and the graph has it from then on');

export const SOR_SYSTEMS: VendorPage = {
  title: 'System of Record, version 2: systems of record',
  endpoints: {
    'GET /api/system_of_records': [
      ['The endpoint lists the systems of record.', 'Query.systemsOfRecord', LIST],
      [
        '`type` is `app`, `custom` or `global`.',
        'Query.systemsOfRecord(type:), SystemOfRecordTypeInput',
        samples('the systems of the type %s are listed, and no others'),
      ],
      [
        'An invalid `type` gives no systems; the graph says that it is invalid.',
        'SystemOfRecordTypeInput',
        samples('a type of system that the API does not know is a mistake of the caller, without a call'),
      ],
      ['A system has a `name`.', 'SystemOfRecord.name', WHOLE],
      ['A system has an `identifier`.', 'SystemOfRecord.identifier', WHOLE],
      ['A system has a `type`.', 'SystemOfRecord.type', WHOLE],
      ['A system has `api_keys`.', 'SystemOfRecord.apiKeys', keys('whoever has the scope sees them')],
      ['A system counts its attributes.', 'SystemOfRecord.attributesCount', WHOLE],
      ['A system may be `disabled`.', 'SystemOfRecord.disabled', WHOLE],
      ['A system has an `updated_date`.', 'SystemOfRecord.updatedAt', WHOLE],
      ['A system has its `customer_attributes`.', 'SystemOfRecord.customerAttributes', WHOLE],
      [
        'Such an attribute has `disabled`, `identifier`, `key`, `label`, `sources` and `value_type`.',
        'CustomerAttribute.disabled, CustomerAttribute.identifier, CustomerAttribute.key, CustomerAttribute.label, CustomerAttribute.sources, CustomerAttribute.valueType',
        WHOLE,
      ],
    ],
    'GET /api/system_of_records/{sor_identifier}': [
      ['The endpoint gives one system.', 'Query.systemOfRecord(identifier:)', WHOLE],
      ['One system comes with its attributes.', 'SystemOfRecord.customerAttributes', WHOLE],
    ],
    'POST /api/system_of_records': [
      [
        'The endpoint creates a custom system with a `name`.',
        'Mutation.createSystemOfRecord, CreateSystemOfRecordInput.name',
        MADE,
      ],
      ['The answer is the new system.', 'CreateSystemOfRecordSuccess.systemOfRecord', MADE],
      ['The new system has its key.', 'SystemOfRecord.apiKeys', keys('the creator of a system sees its key once: %s')],
    ],
    'PUT /api/system_of_records/{sor_identifier}': [
      [
        'The endpoint renames a system.',
        'Mutation.renameSystemOfRecord, RenameSystemOfRecordInput.name',
        write('renaming answers with the system under its new name'),
      ],
      ['Only custom systems can be modified.', 'UpstreamRejectedError', APPS],
    ],
    'DELETE /api/system_of_records/{sor_identifier}': [
      [
        'The endpoint deletes a system.',
        'Mutation.deleteSystemOfRecord',
        write('a deleted system leaves its id, and is gone'),
      ],
      ['Only custom systems can be deleted.', 'UpstreamRejectedError', APPS],
    ],
    'PUT /api/system_of_records/{sor_identifier}/disable': [
      [
        'The endpoint disables a system.',
        'Mutation.disableSystemOfRecord',
        write('to %s and select %s costs %i further calls'),
      ],
      [
        'The global system cannot be disabled.',
        'UpstreamRejectedError',
        write('the global system can be named by the word, and what the API refuses about it is data'),
      ],
      [
        'Disabling a disabled system is an error.',
        'UpstreamRejectedError',
        samples('a system that is disabled cannot be disabled again'),
      ],
    ],
    'PUT /api/system_of_records/{sor_identifier}/enable': [
      [
        'The endpoint enables a system.',
        'Mutation.enableSystemOfRecord',
        write('a disabled system is enabled again, once'),
      ],
      [
        'Enabling an enabled system is an error.',
        'UpstreamRejectedError',
        write('a disabled system is enabled again, once'),
      ],
    ],
  },
};
