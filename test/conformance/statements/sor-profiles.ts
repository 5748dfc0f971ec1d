import { testsIn, type VendorPage } from '../vendor-page.ts';

const profile = testsIn('graph/resources/sor/customer-profile.test.ts');
const profiles = testsIn('graph/resources/sor/customer-profiles.test.ts');
const narrowed = testsIn('graph/resources/sor/customer-profiles-filter.test.ts');
const view = testsIn('graph/resources/sor/customer-profile-views.test.ts');
const changes = testsIn('graph/resources/sor/customer-profile-changes.test.ts');
const walks = testsIn('graph/resources/sor/customer-profile-changes-walk.test.ts');
const samples = testsIn('graph/resources/sor/printed-profiles.test.ts');
const ERROR = samples('the error of the page tells its status and its sentence');
const TOKEN = samples('a call carries the token, and asks for version 2 as the page does: without naming a version');
const WHOLE = profile('a profile as the vendor prints it comes back whole, by one call');
const PUSHED = profiles('systems and keys that every selection names are pushed');
const WINDOWS = profiles('any window that one page can hold is one call, from the start and from the end');
const FILTER = narrowed('the filter pushes ids and their type');
const CHANGES = changes('changes tell the value as it is now, sets whole, and what was removed');
const WALK = walks(
  'a walk forward meets every customer once, page by page with the filters and the date on every call',
);
const LINK = testsIn('graph/resources/sor/export-customer-profiles.test.ts')(
  'opening the link of %j asks the API for just that',
);
const VIEW = samples('one customer is viewed with the systems and keys that are selected');

export const SOR_PROFILES: VendorPage = {
  title: 'System of Record, version 2: customer profiles',
  endpoints: {
    'All endpoints': [
      ['The page describes version 2 of the API.', 'SOR_URL', TOKEN],
      [
        'Calls are authenticated with a token, which a log-in gives and which ends.',
        'SOR_TOKEN, SOR_EMAIL, SOR_PASSWORD',
        testsIn('sources/sor/login.test.ts')(
          'a token that has ended is renewed once, and the call repeated, however many find out at once',
        ),
      ],
    ],
    'GET /api/customer_profiles': [
      ['The endpoint lists customer profiles with their values.', 'Query.customerProfiles', PUSHED],
      ['`customer_id_type` can be `user_id`.', 'CustomerProfileFilter.customerIdType, CustomerIdType.USER_ID', FILTER],
      [
        '`customer_id_type` can be `device_id`.',
        'CustomerProfileFilter.customerIdType, CustomerIdType.DEVICE_ID',
        profiles('the total alone transfers one row'),
      ],
      ['`customer_ids` narrows the list to some customers.', 'CustomerProfileFilter.customerIds', FILTER],
      ['`sor_identifiers` narrows profiles to some systems.', 'CustomerProfile.attributes(systems:)', PUSHED],
      ['`attribute_keys` narrows profiles to some keys.', 'CustomerProfile.attributes(keys:)', PUSHED],
      ['`page` counts from 1.', 'Query.customerProfiles(after:)', WINDOWS],
      ['`num_per_page` is from 1 to 10,000.', 'Query.customerProfiles(first:)', WINDOWS],
      ['Without `num_per_page` a page has 2,000 profiles.', 'Query.customerProfiles(first:)', FILTER],
      [
        '`updated_since` lists profiles whose values have changed since then.',
        'Query.customerProfileChanges(since:)',
        CHANGES,
      ],
      [
        'Values that were removed before the date are not listed.',
        'CustomerProfileChange.changes',
        samples('a value that was removed before `since` is no change, one that was removed later is'),
      ],
      ['A value that was removed since is marked as `removed`.', 'AttributeChange.removed', CHANGES],
      ['A set that has changed is listed whole, as it is now.', 'AttributeChange.value', CHANGES],
      ['`total_profiles` counts all profiles.', 'CustomerProfileConnection.totalCount', FILTER],
      ['`total_pages` counts the pages.', 'PageInfo.hasNextPage', WINDOWS],
      ['`profiles` are the rows.', 'CustomerProfileConnection.nodes, CustomerProfileConnection.edges', WINDOWS],
      ['A profile has its `customer_id`.', 'CustomerProfile.customerId', WHOLE],
      ['A profile has its `customer_id_type`.', 'CustomerProfile.customerIdType', WHOLE],
      [
        '`attributes.global` has nine well-known keys.',
        'CustomerProfile.firstName, CustomerProfile.lastName, CustomerProfile.email, CustomerProfile.dateOfBirth, CustomerProfile.gender, CustomerProfile.country, CustomerProfile.city, CustomerProfile.region, CustomerProfile.profilePictureUrl',
        WHOLE,
      ],
      [
        '`attributes` has the values of each other system.',
        'CustomerProfile.attributes, SystemAttributes.values',
        WHOLE,
      ],
      ['A value can be null.', 'AttributeValue.value', WHOLE],
      ['An application has its `app_id`.', 'CustomerProfile.applications, ProfileApplication.appId', WHOLE],
      ['An application names its system in `sor_id`.', 'ProfileApplication.systemIdentifier', WHOLE],
      ['An installation names its device in `device_id`.', 'Installation.deviceId', WHOLE],
      [
        'A changed value is an object of `value` and `removed`.',
        'AttributeChange.value, AttributeChange.removed',
        CHANGES,
      ],
      ['With `updated_since` nothing is counted.', 'CustomerProfileChangeConnection', WALK],
      ['`next` is where the list of changes goes on.', 'Query.customerProfileChanges(after:)', WALK],
      [
        'A changed profile comes with its applications.',
        'CustomerProfileChange.profile, CustomerProfile.applications',
        testsIn('graph/resources/sor/customer-profile-change-edges.test.ts')(
          'the applications of a change are used, not asked for again',
        ),
      ],
      [
        'What has changed since an earlier reading can be asked for.',
        'CustomerProfileChangeConnection.asOf',
        testsIn('odd-apis/changes.test.ts')(
          'a change behind a kept answer comes with the moment that this answer gives',
        ),
      ],
      ['An error 400 says `success: false`.', 'extensions.upstream.status', ERROR],
      [
        'An error 400 has its status as text.',
        'extensions.upstream.status',
        testsIn('graph/resources/sor/missing.test.ts')('%s is an error with the status that the body names'),
      ],
      ['An error 400 has an `error_message`.', 'extensions.upstream.title', ERROR],
    ],
    'GET /api/customer_profiles/export': [
      ['The endpoint exports profiles.', 'Mutation.exportCustomerProfiles', LINK],
      ['`customer_id_type` narrows the export to one type.', 'ExportCustomerProfilesInput.customerIdType', LINK],
      ['`sor_identifiers` narrows the export to some systems.', 'ExportCustomerProfilesInput.systems', LINK],
      ['`attribute_keys` narrows the export to some keys.', 'ExportCustomerProfilesInput.attributeKeys', LINK],
      [
        '`updated_since` narrows the export to what has changed since then.',
        'ExportCustomerProfilesInput.updatedSince',
        LINK,
      ],
      [
        'How an export is fetched stands on another page: the file comes at once, or from an address that the answer names.',
        'ExportCustomerProfilesSuccess.downloadUrl',
        testsIn('server/profile-exports.test.ts')('an answer with an address is asked there until the file is there'),
      ],
    ],
    'GET /api/customer_profiles/{customer_id}': [
      ['The endpoint gives one profile.', 'Query.customerProfile', VIEW],
      [
        'The at sign and full stops of an id are encoded in the path.',
        'Query.customerProfile(customerId:)',
        view('an id with a comma is viewed alone, its dots encoded, and the others still share a call'),
      ],
      [
        '`customer_id_type` may be left out.',
        'CustomerProfileFilter.customerIds',
        narrowed('without a type, an id finds the user and the device that bear it'),
      ],
      ['`sor_identifiers` narrows the profile to some systems.', 'CustomerProfile.attributes(systems:)', VIEW],
      ['`attribute_keys` narrows the profile to some keys.', 'CustomerProfile.attributes(keys:)', VIEW],
      ['The answer is a list with the profile.', 'Query.customerProfile', VIEW],
    ],
  },
};
