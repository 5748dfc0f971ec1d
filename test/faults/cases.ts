import { globalId } from '../../src/graph/node-ids.ts';
import { person } from '../../src/sandbox/people.ts';

/** An operation, and what of its answer is null (`gdprRequests.nodes.*.customerProfile`) while a place fails. */
export interface Case {
  query: string;
  hood?: readonly string[];
  sor?: readonly string[];
  /** While the System of Record still answers for profiles and imports, and fails at whatever is looked up for them. */
  sorLookups?: readonly string[];
  /** Whether its data says what is missing, instead of errors. */
  isSaid?: true;
}

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';
const APP_SYSTEM = 'SOR-SDK_2a116e0767a7dc76e85d566';
const DATUM = globalId('CustomerData', '343776');
const SYSTEM = globalId('SystemOfRecord', CUSTOM);
const { clientId, deviceId, email } = person(1);
const ATTRIBUTE = `attribute(system: "${APP_SYSTEM}", key: "favorite_team")`;

/** Nothing that Hood has a part in. */
const onlySor = (query: string, ...paths: string[]): Case => ({ query, sor: paths, sorLookups: paths });

/** Every field of the graph that leads to an object with an id, and those that make calls of their own. */
export const CASES: readonly Case[] = [
  { query: `{ node(id: "${DATUM}") { id ... on CustomerData { target } } }`, hood: ['node'] },
  onlySor(`{ node(id: "${SYSTEM}") { id ... on SystemOfRecord { name } } }`, 'node'),
  {
    query: `{ nodes(ids: ["${DATUM}", "${SYSTEM}"]) {
      id ... on CustomerData { target } ... on SystemOfRecord { name }
    } }`,
    hood: ['nodes.0'],
    sor: ['nodes.1'],
    sorLookups: ['nodes.1'],
  },
  {
    query: `{ _entities(representations: [
      { __typename: "CustomerData", id: "${DATUM}" }, { __typename: "SystemOfRecord", id: "${SYSTEM}" }
    ]) { ... on CustomerData { target } ... on SystemOfRecord { name } } }`,
    hood: ['_entities.0'],
    sor: ['_entities.1'],
    sorLookups: ['_entities.1'],
  },
  { query: '{ _service { sdl } }' },
  { query: '{ upstreamBudget { api limits { remaining } waiting openRoutes } }' },
  { query: '{ customerData(first: 2) { nodes { target } } }', hood: ['customerData'] },
  { query: '{ customerDatum(hoodId: "343776") { target } }', hood: ['customerDatum'] },
  { query: '{ gdprRequests(first: 2) { nodes { status } } }', hood: ['gdprRequests'] },
  { query: '{ gdprRequest(hoodId: "1") { status } }', hood: ['gdprRequest'] },
  {
    query: `{ dataSubject(clientId: "${clientId}") { profiles { city } gdprRequests { totalCount } } }`,
    hood: ['dataSubject.gdprRequests'],
    sor: ['dataSubject.profiles'],
    isSaid: true,
  },
  { query: '{ hoodExports(last: 2) { nodes { name } } }', hood: ['hoodExports'] },
  { query: '{ hoodExport(hoodId: "2000001") { name } }', hood: ['hoodExport'] },
  { query: '{ profileProperties(first: 2) { totalCount nodes { label } } }', hood: ['profileProperties'] },
  { query: '{ profileProperty(hoodId: "2000010") { label } }', hood: ['profileProperty'] },
  {
    query: '{ customerDatum(hoodId: "2000010") { target customerAttributes { key } } }',
    hood: ['customerDatum'],
    sor: ['customerDatum.customerAttributes'],
    sorLookups: ['customerDatum.customerAttributes'],
  },
  { query: '{ customerDatum(hoodId: "2000010") { property { label } } }', hood: ['customerDatum'] },
  {
    query: '{ profileProperty(hoodId: "2000010") { label customerAttributes { key } } }',
    hood: ['profileProperty'],
    sor: ['profileProperty.customerAttributes'],
    sorLookups: ['profileProperty.customerAttributes'],
  },
  {
    query: `{ gdprRequests(first: 3) { nodes {
      hoodId customerProfile { firstName } subjectInformation { email customerProfile { firstName } }
    } } }`,
    hood: ['gdprRequests'],
    sor: ['gdprRequests.nodes.*.customerProfile', 'gdprRequests.nodes.*.subjectInformation.customerProfile'],
  },
  {
    query: '{ gdprRequests(first: 1) { totalCount } systemsOfRecord(first: 1) { nodes { name } } }',
    hood: ['gdprRequests'],
    sor: ['systemsOfRecord'],
    sorLookups: ['systemsOfRecord'],
  },
  onlySor('{ systemsOfRecord(first: 2) { totalCount nodes { name } } }', 'systemsOfRecord'),
  onlySor(`{ systemOfRecord(identifier: "${CUSTOM}") { name } }`, 'systemOfRecord'),
  {
    query: `{ systemOfRecord(identifier: "${APP_SYSTEM}") { name customerAttributes { key property { label } } } }`,
    hood: ['systemOfRecord.customerAttributes.*.property'],
    sor: ['systemOfRecord'],
    sorLookups: ['systemOfRecord'],
  },
  onlySor(
    '{ customerAttribute(identifier: "FACA_favorite_team") { key systemOfRecord { name } } }',
    'customerAttribute',
  ),
  { query: `{ customerProfile(customerId: "${email}") { firstName } }`, sor: ['customerProfile'] },
  {
    query: `{ customerProfile(customerId: "${clientId}") { firstName gdprRequests { totalCount } } }`,
    hood: ['customerProfile.gdprRequests'],
    sor: ['customerProfile'],
  },
  {
    query: `{ customerProfile(customerId: "${email}") {
      ${ATTRIBUTE} { value property { label } }
      hobbies: attribute(system: "${CUSTOM}", key: "hobbies") { set since elements { value } definition { key } }
    } }`,
    hood: ['customerProfile.attribute.property'],
    sor: ['customerProfile'],
    sorLookups: [
      'customerProfile.hobbies.since',
      'customerProfile.hobbies.elements',
      'customerProfile.hobbies.definition',
    ],
  },
  {
    query: `{ customerProfile(customerId: "${email}") {
      attributes(systems: ["${APP_SYSTEM}"]) { systemIdentifier system { name } systemOfRecord { type } }
      applications { appId system { name } systemOfRecord { type } installations { deviceId profile { country } } }
    } }`,
    sor: ['customerProfile'],
    sorLookups: [
      'customerProfile.attributes.*.system',
      'customerProfile.attributes.*.systemOfRecord',
      'customerProfile.applications.*.system',
      'customerProfile.applications.*.systemOfRecord',
    ],
  },
  {
    query: `{ customerProfile(customerId: "${deviceId}", customerIdType: DEVICE_ID) { country lastUser { email } } }`,
    sor: ['customerProfile'],
    sorLookups: ['customerProfile.lastUser'],
  },
  { query: '{ customerProfiles(first: 2) { nodes { firstName } } }', sor: ['customerProfiles'] },
  {
    query: `{ customerProfileChanges(since: "2020-01-01T00:00:00Z", first: 2) { nodes {
      profile { firstName } changes(keys: ["first_name"]) {
        value system { name } systemOfRecord { type } definition { key } property { label }
      }
    } } }`,
    hood: ['customerProfileChanges.nodes.*.changes.*.property'],
    sor: ['customerProfileChanges'],
    sorLookups: ['system', 'systemOfRecord', 'definition'].map(
      (edge) => `customerProfileChanges.nodes.*.changes.*.${edge}`,
    ),
  },
  { query: '{ attributeImports { totalCount nodes { importId } } }', sor: ['attributeImports'] },
  {
    query: `{ attributeImport(importId: "import_1") { jobId errors { nodes {
      key system { name } systemOfRecord { type } profile { firstName } definition { key }
    } } } }`,
    sor: ['attributeImport'],
    sorLookups: ['attributeImport.errors'],
  },
  onlySor(
    `{ systemOfRecord(identifier: "${CUSTOM}") {
      removedAttributes { key systemOfRecord { type } } attributes { nodes { key } } customerAttribute(key: "hobbies") { key }
    } }`,
    'systemOfRecord',
  ),
  onlySor('{ customerAttributes(first: 2) { nodes { key } } }', 'customerAttributes'),
  {
    query: '{ customerAttributes(filter: { piData: true }) { nodes { key } } }',
    ...{ hood: ['customerAttributes'], sor: ['customerAttributes'], sorLookups: ['customerAttributes'] },
  },
];
