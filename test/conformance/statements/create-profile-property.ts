import { testsIn, type VendorPage } from '../vendor-page.ts';

const samples = testsIn('graph/resources/hood/printed-samples.test.ts');
const errors = testsIn('graph/resources/hood/printed-errors.test.ts');
const SENT = samples('a new property is sent as the page prints it, and comes back whole');
const REFUSED = errors('a refused creation tells its status, title, message and trace as data');
const FAILED = errors('a failed creation tells its title and its trace in the error');
const RATES = testsIn('http/budget/front-door.test.ts')(
  '25 operations at once are all answered within the limits, without a single 429',
);

const MINUTES = testsIn('http/budget/local-call-allocator.test.ts')(
  'whatever is asked for and however long answers take, no window of the API ever counts too many',
);

export const CREATE_PROFILE_PROPERTY: VendorPage = {
  title: 'Ocamba Hood: create a profile property',
  endpoints: {
    'POST /v1/hood/profile-properties': [
      ['The endpoint creates a property.', 'Mutation.createProfileProperty', SENT],
      ['At most 10 calls a second.', 'HOOD_RATE', RATES],
      ['At most 150 calls a minute.', 'HOOD_RATE', MINUTES],
      ['A creation names its `label`.', 'CreateProfilePropertyInput.label', SENT],
      ['A creation may name a `data_type`.', 'CreateProfilePropertyInput.dataType', SENT],
      ['A creation may give an `example`.', 'CreateProfilePropertyInput.example', SENT],
      ['A creation may give a `description`.', 'CreateProfilePropertyInput.description', SENT],
      ['A creation may name an `export_alias`.', 'CreateProfilePropertyInput.exportAlias', SENT],
      ['A creation writes `pi_data` as 1 or 0.', 'CreateProfilePropertyInput.piData', SENT],
      ['A creation writes `importable` as 1 or 0.', 'CreateProfilePropertyInput.importable', SENT],
      ['A creation writes `exportable` as 1 or 0.', 'CreateProfilePropertyInput.exportable', SENT],
      ['A creation is answered with 201 and the property.', 'CreateProfilePropertySuccess.profileProperty', SENT],
      ['The answer has the `id`.', 'ProfileProperty.hoodId, ProfileProperty.id', SENT],
      ['The answer has the `company_id`.', 'ProfileProperty.companyId', SENT],
      ['The answer has the `target`.', 'ProfileProperty.target', SENT],
      ['The answer has the `label`.', 'ProfileProperty.label', SENT],
      ['The answer has the `data_type`.', 'ProfileProperty.dataType', SENT],
      ['The answer has the `example`.', 'ProfileProperty.example', SENT],
      ['The answer has the `description`.', 'ProfileProperty.description', SENT],
      ['The answer has a list of `import_aliases`.', 'ProfileProperty.importAliases', SENT],
      ['The answer has the `export_alias`.', 'ProfileProperty.exportAlias', SENT],
      ['The answer has `pi_data`.', 'ProfileProperty.piData', SENT],
      ['The answer has `system`.', 'ProfileProperty.system', SENT],
      ['The answer has `importable`.', 'ProfileProperty.importable', SENT],
      ['The answer has `exportable`.', 'ProfileProperty.exportable', SENT],
      ['The answer has the `create_time`.', 'ProfileProperty.createTime', SENT],
      ['The answer has the `update_time`.', 'ProfileProperty.updateTime', SENT],
      ['A refusal 400 has a `code`.', 'UpstreamRejectedError.status', REFUSED],
      ['A refusal 400 has a `message`.', 'UpstreamRejectedError.message', REFUSED],
      ['A refusal 400 has a `title`.', 'UpstreamRejectedError.message', REFUSED],
      ['A refusal 400 has a `trace_id`.', 'UpstreamRejectedError.traceId', REFUSED],
      ['An error 500 comes without a `message`.', 'extensions.upstream.title', FAILED],
      ['An error 500 has a `trace_id`.', 'extensions.upstream.traceId', FAILED],
    ],
  },
};
