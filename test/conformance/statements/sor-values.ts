import { testsIn, type VendorPage } from '../vendor-page.ts';

const set = testsIn('graph/resources/sor/set-attribute-values.test.ts');
const refusals = testsIn('graph/resources/sor/set-attribute-values-refusals.test.ts');
const dates = testsIn('graph/resources/sor/attribute-value-dates.test.ts');
const value = testsIn('graph/resources/sor/attribute-value.test.ts');
const apps = testsIn('graph/resources/sor/profile-application.test.ts');
const samples = testsIn('graph/resources/sor/printed-values.test.ts');
const BODY = set('the body is the one that the vendor documents, digits and nulls included');
const KINDS = set('changes of every kind are checked with one call and sent with another, and the API applies them');
const DIGITS = set('the number %s comes back as it was sent');
const MISTAKES = refusals('all mistakes are told at once, before anything is sent');
const DATES = dates(
  'dates as the vendor prints them: with odd times, bare values and empty sets (trailing commas: %s)',
);
const LAST_USER = apps('the last users of many devices are one call each, and their profiles one for all');

export const SOR_VALUES: VendorPage = {
  title: 'System of Record, version 2: attribute values',
  endpoints: {
    'POST /api/attribute_values': [
      [
        'Values are fed to a host of its own.',
        'SOR_FEED_URL',
        set('the feeding host gets no token, and the other host no key'),
      ],
      ['The endpoint sets values of customers.', 'Mutation.setAttributeValues', KINDS],
      ['`sor` names the system.', 'SetAttributeValuesInput.systemOfRecord', BODY],
      ['`api_key` is the system’s key, which the gateway finds.', 'SetAttributeValuesInput.systemOfRecord', BODY],
      ['`customer_attribute_values` are the changes.', 'SetAttributeValuesInput.changes', BODY],
      ['A change names its `attribute_key`.', 'AttributeChangeInput.key', BODY],
      ['A change has an `attribute_value`.', 'AttributeChangeInput.change', BODY],
      [
        'A change names its `customer_id`.',
        'AttributeChangeInput.customerId, AttributeChangeInput.customerIdType',
        BODY,
      ],
      ['`action_type` says what happens to a set, and only to a set.', 'AttributeChangeValue', BODY],
      ['A text has at most 256 Unicode characters.', 'AttributeChangeValue.string', MISTAKES],
      ['A number is at most 2^63 − 1.', 'AttributeChangeValue.exactNumber', DIGITS],
      ['A number is at least −(2^63 − 1).', 'AttributeChangeValue.exactNumber', DIGITS],
      ['A value can be true.', 'AttributeChangeValue.boolean', BODY],
      ['A value can be false.', 'AttributeChangeValue.boolean', KINDS],
      ['A value can be a date.', 'AttributeChangeValue.date', KINDS],
      ['A value can be a moment.', 'AttributeChangeValue.dateTime', KINDS],
      ['Null removes a value.', 'AttributeChangeValue.remove', BODY],
      ['Values that are no sets can only be set.', 'AttributeChangeValue.addToSet', MISTAKES],
      ['`ADD` adds an element to a set.', 'AttributeChangeValue.addToSet', BODY],
      ['`REMOVE` removes an element from a set.', 'AttributeChangeValue.removeFromSet', BODY],
      ['`DEL` empties a set.', 'AttributeChangeValue.emptySet', BODY],
      ['`UPSERT` replaces a set; its elements are joined by semicolons.', 'AttributeChangeValue.replaceSet', BODY],
      [
        'The limit of 256 characters also holds for the joined elements of an `UPSERT`; more go as a `DEL` and an `ADD` each.',
        'AttributeChangeValue.replaceSet',
        set('members whose joined text would be longer than a value may be empty the set and fill it as well'),
      ],
      [
        'Elements with a semicolon need a `DEL`, then an `ADD` for each.',
        'AttributeChangeValue.replaceSet',
        set('members with a semicolon empty the set in one call and fill it in the next'),
      ],
      [
        'The example makes seven changes, three of them to one set.',
        'Mutation.setAttributeValues',
        samples('the example of seven changes is one mutation and one call; of the three of one set the last decides'),
      ],
      ['`requestId` is the receipt.', 'SetAttributeValuesSuccess.requestIds', KINDS],
      [
        '`errorCode` and `errorMessage` tell of a failure.',
        'UpstreamRejectedError',
        refusals('status %i of the first call is not repeated, and nothing of it tells the key'),
      ],
    ],
    'GET /api/attribute_values': [
      ['The endpoint gives the values of one customer in one system.', 'AttributeValue.since', DATES],
      ['`sor_id` names the system.', 'CustomerProfile.attributes(systems:)', DATES],
      [
        'The at sign and full stops of a `customer_id` are encoded.',
        'Query.customerProfile(customerId:)',
        value('an e-mail address that is asked for has its dots encoded, as the vendor shows it, and its dates count'),
      ],
      ['`customer_type` is `user_id` or `device_id`.', 'CustomerProfile.customerIdType', LAST_USER],
      [
        'For a device, a system that is not custom answers with the last user’s values.',
        'CustomerProfile.lastUser',
        LAST_USER,
      ],
      [
        'Without `with_validity_dates` the values come bare.',
        'AttributeValue.value',
        dates('dates cost nothing where they are not selected'),
      ],
      ['With `with_validity_dates` each value has its date.', 'AttributeValue.since', DATES],
      ['A date has a colon before its milliseconds.', 'AttributeValue.since', DATES],
      ['A value may be bare among dated ones.', 'AttributeValue.value', DATES],
      ['A set has `elements`, each with a date of its own.', 'AttributeValue.elements, SetElement.since', DATES],
      ['A set may be empty.', 'AttributeValue.elements', DATES],
      ['Printed answers have trailing commas.', 'AttributeValue.since', DATES],
    ],
  },
};
