import { testsIn, type VendorPage } from '../vendor-page.ts';

const handed = testsIn('graph/resources/sor/import-attribute-values.test.ts');
const refusals = testsIn('graph/resources/sor/import-attribute-values-refusals.test.ts');
const imports = testsIn('graph/resources/sor/attribute-import.test.ts');
const samples = testsIn('graph/resources/sor/printed-values.test.ts');
const FILE = handed('a file, %s, is passed on and imported');
const BYTES = handed('a file with %s arrives with the documented one, else byte for byte, however it is cut');
const ADDRESS = handed('an address is passed on with its headers, for the API to fetch');
const MISTAKES = refusals('a file with %s is a mistake, and no import begins');
const LIST = imports('imports come newest first, in windows of the one list that the API gives');
const ERROR = imports('the error that the vendor prints comes without its key, with its system');

export const SOR_IMPORTS: VendorPage = {
  title: 'System of Record, version 2: imports of values',
  endpoints: {
    'POST /api/attribute_values/batch_import': [
      ['A file is encoded in UTF-8.', 'ImportAttributeValuesInput.file', MISTAKES],
      [
        'Files go to the common host, not to the one that is fed.',
        'SOR_URL',
        handed('the key of the system goes into the body alone'),
      ],
      ['`file_url` is where the API fetches the file.', 'ImportAttributeValuesInput.fileUrl', ADDRESS],
      ['`sor_id` names the system.', 'ImportAttributeValuesInput.systemOfRecord', BYTES],
      ['`api_key` is the system’s key, which the gateway finds.', 'ImportAttributeValuesInput.systemOfRecord', BYTES],
      [
        '`request_headers` are sent along when the file is fetched.',
        'ImportAttributeValuesInput.requestHeaders',
        ADDRESS,
      ],
      ['The file can be uploaded as `file`.', 'ImportAttributeValuesInput.file', BYTES],
      ['The file can be gzipped.', 'ImportAttributeValuesInput.file', FILE],
      ['The first line is `user_id,attribute_key,value`.', 'ImportAttributeValuesInput.file', MISTAKES],
      [
        'Values of keys that the system lacks are ignored; the graph refuses them unless it is told not to.',
        'ImportAttributeValuesInput.ignoreUnknownKeys',
        testsIn('graph/resources/sor/import-unknown-keys.test.ts')(
          'with ignoreUnknownKeys such lines are passed on, and the API ignores them',
        ),
      ],
      [
        'A line is the whole new content of a set.',
        'Mutation.importAttributeValues',
        samples('a line of a file replaces all elements of a set'),
      ],
      ['The answer has a `jid`.', 'AttributeImport.jobId', FILE],
      ['The answer has an `import_id`.', 'AttributeImport.importId', FILE],
    ],
    'GET /api/attribute_values/import_jobs': [
      ['The endpoint lists imports.', 'Query.attributeImports, Query.attributeImport', LIST],
      [
        'Imports and their errors are kept for a week; then an import is null.',
        'Query.attributeImport',
        imports('one import is found by its id, by node too, and an unknown one is null; the list is read once'),
      ],
      ['The answer names the time of each import.', 'AttributeImport.startedAt', LIST],
    ],
    'GET /api/attribute_values/import_errors': [
      ['The endpoint lists the errors of the import `job_id`.', 'AttributeImport.errors', ERROR],
      [
        '`customer_id` narrows the errors to one customer.',
        'AttributeImport.errors(customerId:)',
        imports('errors are asked for by customer, and come 100 at a time unless more are wanted'),
      ],
      [
        'An error has its import, customer, key, system, date, source and message.',
        'AttributeImportError.customerId, AttributeImportError.key, AttributeImportError.systemIdentifier, AttributeImportError.occurredAt, AttributeImportError.source, AttributeImportError.message',
        ERROR,
      ],
      ['`raw` is what was sent, which the graph shows without its `api_key`.', 'AttributeImportError.raw', ERROR],
    ],
  },
};
