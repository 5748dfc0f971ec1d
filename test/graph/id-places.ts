/** The `id` of an object. */
export const idOf = (type: string, key: string) => Buffer.from(`${type}:${key}`).toString('base64url');

/** A custom system of the stand-in. */
export const CUSTOM = 'SOR_767yUpsMJoTWi0mz';

/** An object of each type, as its API knows it and by its `id`. */
export const OBJECTS: Record<string, [apiId: string, id: string]> = {
  CustomerData: ['343776', idOf('CustomerData', '343776')],
  GdprRequest: ['1000022', idOf('GdprRequest', '1000022')],
  HoodExport: ['1000000', idOf('HoodExport', '1000000')],
  ProfileProperty: ['1000001', idOf('ProfileProperty', '1000001')],
  CustomerProfile: ['jeanne', idOf('CustomerProfile', 'user_id:jeanne')],
  SystemOfRecord: [CUSTOM, idOf('SystemOfRecord', CUSTOM)],
  CustomerAttribute: ['FACA_contract_type', idOf('CustomerAttribute', 'FACA_contract_type')],
  AttributeImport: ['import_id_1', idOf('AttributeImport', 'import_id_1')],
};

/** A change without its customer. */
export const VALUE = 'key: "client_type", change: { string: "x" }';
const PROFILE = 'customerProfile(customerId: "hugo.garcia.0@example.com")';
const CHANGES = 'customerProfileChanges(since: "2020-01-01T00:00:00Z", first: 1)';

/** Every place that takes an id of an API, and what it is an id of; `$id` stands there. */
export const PLACES: Record<string, [type: string, operation: string]> = {
  'Query.customerDatum.hoodId': ['CustomerData', '{ it: customerDatum(hoodId: $id) { id } }'],
  'Query.gdprRequest.hoodId': ['GdprRequest', '{ it: gdprRequest(hoodId: $id) { id } }'],
  'Query.hoodExport.hoodId': ['HoodExport', '{ it: hoodExport(hoodId: $id) { id } }'],
  'Query.profileProperty.hoodId': ['ProfileProperty', '{ it: profileProperty(hoodId: $id) { id } }'],
  'Query.customerProfile.customerId': ['CustomerProfile', '{ it: customerProfile(customerId: $id) { id } }'],
  'Query.dataSubject.customerId': [
    'CustomerProfile',
    '{ it: dataSubject(customerId: $id) { customerId missing { what } } }',
  ],
  'Query.dataSubject.clientId': ['CustomerProfile', '{ it: dataSubject(clientId: $id) { clientId missing { what } } }'],
  'Query.systemOfRecord.identifier': ['SystemOfRecord', '{ it: systemOfRecord(identifier: $id) { id } }'],
  'Query.customerAttribute.identifier': ['CustomerAttribute', '{ it: customerAttribute(identifier: $id) { id } }'],
  'Query.attributeImport.importId': ['AttributeImport', '{ it: attributeImport(importId: $id) { id } }'],
  'AttributeImport.errors.customerId': [
    'CustomerProfile',
    '{ attributeImport(importId: "import_id_1") { it: errors(customerId: $id) { nodes { key } } } }',
  ],
  'CustomerProfile.attributes.systems': [
    'SystemOfRecord',
    `{ ${PROFILE} { it: attributes(systems: [$id]) { values { key } } } }`,
  ],
  'CustomerProfile.attribute.system': [
    'SystemOfRecord',
    `{ ${PROFILE} { it: attribute(system: $id, key: "contract_type") { value } } }`,
  ],
  'CustomerProfileChange.changes.systems': [
    'SystemOfRecord',
    `{ ${CHANGES} { nodes { it: changes(systems: [$id]) { key } } } }`,
  ],
  'CustomerDataFilter.hoodId': [
    'CustomerData',
    '{ it: customerData(filter: { hoodId: { eq: $id } }) { nodes { id } } }',
  ],
  'GdprRequestFilter.hoodId': [
    'GdprRequest',
    '{ it: gdprRequests(filter: { hoodId: { in: [$id] } }) { nodes { id } } }',
  ],
  'GdprRequestFilter.clientId': [
    'CustomerProfile',
    '{ it: gdprRequests(filter: { clientId: { in: ["someone", $id] } }) { nodes { id } } }',
  ],
  'HoodExportFilter.hoodId': ['HoodExport', '{ it: hoodExports(filter: { hoodId: { neq: $id } }) { nodes { id } } }'],
  'ProfilePropertyFilter.hoodId': [
    'ProfileProperty',
    '{ it: profileProperties(filter: { hoodId: { notIn: [$id] } }) { nodes { id } } }',
  ],
  'CustomerProfileFilter.customerIds': [
    'CustomerProfile',
    '{ it: customerProfiles(filter: { customerIds: [$id] }) { nodes { id } } }',
  ],
  'CustomerAttributeFilter.systemOfRecord': [
    'SystemOfRecord',
    '{ it: customerAttributes(filter: { systemOfRecord: $id }) { nodes { id } } }',
  ],
  'DecideGdprRequestInput.hoodId': ['GdprRequest', `decideGdprRequest(input: { hoodId: $id, decision: APPROVE })`],
  'CreateGdprRequestInput.clientId': ['CustomerProfile', 'createGdprRequest(input: { clientId: $id })'],
  'UpdateGdprRequestInput.hoodId': ['GdprRequest', 'updateGdprRequest(input: { hoodId: $id, status: PENDING })'],
  'UpdateCustomerDataInput.hoodId': ['CustomerData', 'updateCustomerData(input: { hoodId: $id, example: "x" })'],
  'RetryHoodExportInput.hoodId': ['HoodExport', 'retryHoodExport(input: { hoodId: $id })'],
  'UpdateProfilePropertyInput.hoodId': [
    'ProfileProperty',
    'updateProfileProperty(input: { hoodId: $id, example: "x" })',
  ],
  'SetAttributeValuesInput.systemOfRecord': [
    'SystemOfRecord',
    `setAttributeValues(input: { systemOfRecord: $id, changes: [{ customerId: "jeanne", ${VALUE} }] })`,
  ],
  'AttributeChangeInput.customerId': [
    'CustomerProfile',
    `setAttributeValues(input: { systemOfRecord: "${CUSTOM}", changes: [{ customerId: $id, ${VALUE} }] })`,
  ],
  'ImportAttributeValuesInput.systemOfRecord': [
    'SystemOfRecord',
    'importAttributeValues(input: { systemOfRecord: $id, fileUrl: "https://example.com/values.csv" })',
  ],
  'ExportDataSubjectInput.customerId': ['CustomerProfile', 'exportDataSubject(input: { customerId: $id })'],
  'ExportDataSubjectInput.clientId': ['CustomerProfile', 'exportDataSubject(input: { clientId: $id })'],
  'ExportCustomerProfilesInput.systems': ['SystemOfRecord', 'exportCustomerProfiles(input: { systems: [$id] })'],
  'CreateCustomerAttributeInput.systemOfRecord': [
    'SystemOfRecord',
    'createCustomerAttribute(input: { systemOfRecord: $id, key: "k", label: "l", valueType: STRING })',
  ],
  ...Object.fromEntries(
    ['SystemOfRecord', 'CustomerAttribute'].flatMap((type) =>
      ['rename', 'relabel', 'delete', 'disable', 'enable']
        .filter((does) => does !== (type === 'SystemOfRecord' ? 'relabel' : 'rename'))
        .map((does): [string, [string, string]] => {
          const rest = { rename: 'name: "x"', relabel: 'label: "x"' }[does] ?? '';
          const input = `${does.charAt(0).toUpperCase()}${does.slice(1)}${type}Input`;
          return [`${input}.identifier`, [type, `${does}${type}(input: { identifier: $id, ${rest} })`]];
        }),
    ),
  ),
};
