import { type GraphQLField, isNonNullType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { declared } from '../../../src/graph/declared.ts';
import { type Marks, scopesOfField, scopesOfType } from '../../../src/graph/federation/tags.ts';
import { permittedSchema } from '../../../src/graph/permitted-schema.ts';
import { schema } from '../../../src/graph/schema.ts';
import { SCOPES, type Scope } from '../../../src/graph/scopes.ts';
import { person } from '../../../src/sandbox/people.ts';
import { callsOf, startScoped, without } from './scoped-gateway.ts';

/** What each field is for, as clients and other teams rely on it. */
const TABLE: Record<string, string> = {
  'gdpr:read': `
    Query.gdprRequest Query.gdprRequests CustomerProfile.gdprRequests DecideGdprRequestSuccess.gdprRequest
    CreateGdprRequestSuccess.gdprRequest UpdateGdprRequestSuccess.gdprRequest Subscription.gdprRequests`,
  'pii:read': `
    GdprPerson.fullName GdprPerson.email GdprPerson.phoneNumber GdprPerson.address GdprPerson.customerProfile
    GdprRequestDeclaration.dataHolderName GdprRequestDeclaration.date GdprRequestDeclaration.dateText
    GdprRequestDeclaration.signature GdprRequest.proofOfAddress GdprRequest.proofOfIdentity
    GdprRequest.additionalInformation GdprRequest.informationToRemove CustomerProfile.firstName
    CustomerProfile.lastName CustomerProfile.email CustomerProfile.dateOfBirth CustomerProfile.gender
    CustomerProfile.country CustomerProfile.city CustomerProfile.region CustomerProfile.profilePictureUrl
    AttributeImportError.raw AttributeImportError.message`,
  'exports:read pii:read': 'Mutation.exportCustomerProfiles',
  'exports:read gdpr:read pii:read': 'Mutation.exportDataSubject',
  'gdpr:read pii:read': 'Query.dataSubject',
  'exports:read': 'HoodExport.downloadUrl',
  'secrets:read': 'SystemOfRecord.apiKeys',
  'gdpr:write': `
    Mutation.decideGdprRequest Mutation.decideGdprRequests Mutation.createGdprRequest Mutation.updateGdprRequest`,
  'hood:write': `
    Mutation.createProfileProperty Mutation.updateProfileProperty Mutation.createCustomerData
    Mutation.updateCustomerData Mutation.retryHoodExport`,
  'sor:write': `
    Mutation.setAttributeValues Mutation.importAttributeValues Mutation.createSystemOfRecord
    Mutation.renameSystemOfRecord Mutation.deleteSystemOfRecord Mutation.disableSystemOfRecord
    Mutation.enableSystemOfRecord Mutation.createCustomerAttribute Mutation.relabelCustomerAttribute
    Mutation.deleteCustomerAttribute Mutation.disableCustomerAttribute Mutation.enableCustomerAttribute`,
};

const words = (text: string) => text.split(/\s+/).filter(Boolean);

/** Every field of the schema, and the scopes that it needs beside those of the type that it stands on. */
const FIELDS = Object.values(schema.getTypeMap()).flatMap((type) => {
  if (!isObjectType(type) || type.name.startsWith('_')) return [];
  const known = scopesOfType(schema, type.name);
  return Object.values(type.getFields()).map((field) => {
    const scopes = scopesOfField(schema, field).filter((scope) => !known.includes(scope));
    return { name: `${type.name}.${field.name}`, field, known, scopes };
  });
});
const RULED = FIELDS.filter(({ scopes }) => scopes.length > 0);

test('fields need the scopes of the table, and all others need none', () => {
  const expected = Object.entries(TABLE).flatMap(([scopes, names]) => words(names).map((name) => `${name} ${scopes}`));
  expect(RULED.map(({ name, scopes }) => `${name} ${scopes.join(' ')}`).sort()).toEqual(expected.sort());
});

test('every field with a rule may be null, and says which scope it needs', () => {
  // An event that is refused is no event.
  expect(RULED.filter(({ field }) => isNonNullType(field.type)).map(({ name }) => name)).toEqual([
    'Subscription.gdprRequests',
  ]);
  for (const { field, scopes } of RULED)
    for (const scope of scopes) expect(field.description).toContain(`\`${scope}\``);
});

test('there is one schema for each set of scopes, however often and in which order a caller names them', () => {
  const sets = SCOPES.map((_, n) => SCOPES.slice(n));
  const made = [...sets, ...sets.map((each) => each.toReversed()), ...sets].map((scopes) =>
    permittedSchema(schema, new Set(scopes)),
  );
  expect(new Set(made).size).toBe(sets.length);
  expect(made[0]).toBe(schema);
});

/** Ids, which are not withheld, and values of attributes, of which their keys say whether they are. */
const IDS = [
  'CustomerProfile.id',
  'CustomerProfile.customerId',
  'AttributeImportError.customerId',
  'Installation.deviceId',
];
const BY_KEY = /^(?:AttributeValue|AttributeChange|SetElement)\./;

test('nothing that is tagged as personal is without a rule', () => {
  const open = FIELDS.filter(({ field, known, scopes }) => {
    const isPersonal = declared<Marks>(field as GraphQLField<unknown, unknown>).tags?.includes('pii');
    return isPersonal && known.length + scopes.length === 0;
  }).map(({ name }) => name);
  expect(open.filter((name) => !BY_KEY.test(name)).sort()).toEqual(IDS.sort());
});

const SYSTEM = 'SOR_767yUpsMJoTWi0mz';
const input = (text: string) => `(input: { ${text} }) { __typename }`;
const ARGUMENTS: Record<string, string> = {
  gdprRequest: '(hoodId: "1") { id }',
  gdprRequests: ' { totalCount nodes { id } }',
  customerProfile: ' { city }',
  dataSubject: '(customerId: "a") { customerId }',
  exportCustomerProfiles: input(''),
  exportDataSubject: input('email: "a"'),
  decideGdprRequest: input('hoodId: "1", decision: APPROVE'),
  decideGdprRequests: input('decisions: [{ hoodId: "1", decision: APPROVE }]'),
  createGdprRequest: input('clientId: "1"'),
  updateGdprRequest: input('hoodId: "1000022", status: PENDING'),
  createProfileProperty: input('label: "a"'),
  updateProfileProperty: input('hoodId: "1", label: "a"').replace('label', 'example'),
  createCustomerData: input('target: "a"'),
  updateCustomerData: input('hoodId: "1", example: "a"'),
  retryHoodExport: input('hoodId: "1"'),
  setAttributeValues: input(`systemOfRecord: "${SYSTEM}", changes: []`),
  importAttributeValues: input(`systemOfRecord: "${SYSTEM}", fileUrl: "https://example.com/a.csv"`),
  createSystemOfRecord: input('name: "a"'),
  renameSystemOfRecord: input(`identifier: "${SYSTEM}", name: "a"`),
  createCustomerAttribute: input(`systemOfRecord: "${SYSTEM}", key: "a", label: "a", valueType: STRING`),
  relabelCustomerAttribute: input('identifier: "a", label: "a"'),
};
const ERRORS = 'attributeImport(importId: "import_1") { errors { nodes';
/** How each type that has such fields is reached, and what the way itself costs. */
const WAYS: Record<string, { before: string; calls?: number; needs?: Scope }> = {
  Query: { before: '{' },
  Mutation: { before: 'mutation {' },
  CustomerProfile: { before: `{ customerProfile(customerId: "${person(1).email}") {` },
  GdprRequest: { before: '{ gdprRequest(hoodId: "1000022") {' },
  GdprPerson: { before: '{ gdprRequest(hoodId: "1000022") { subjectInformation {', needs: 'gdpr:read' },
  GdprRequestDeclaration: { before: '{ gdprRequest(hoodId: "1000022") { requestDeclaration {', needs: 'gdpr:read' },
  HoodExport: { before: '{ hoodExport(hoodId: "2000001") {' },
  SystemOfRecord: { before: `{ systemOfRecord(identifier: "${SYSTEM}") {` },
  AttributeImportError: { before: `{ ${ERRORS} {`, calls: 2 },
  CreateGdprRequestSuccess: {
    before: 'mutation { createGdprRequest(input: { clientId: "1" }) { ... on CreateGdprRequestSuccess {',
    calls: 1,
    needs: 'gdpr:write',
  },
  UpdateGdprRequestSuccess: {
    before:
      'mutation { updateGdprRequest(input: { hoodId: "1000022", status: PENDING }) { ... on UpdateGdprRequestSuccess {',
    calls: 1,
    needs: 'gdpr:write',
  },
  DecideGdprRequestSuccess: {
    before:
      'mutation { decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) { ... on DecideGdprRequestSuccess {',
    calls: 1,
    needs: 'gdpr:write',
  },
};

/** An operation with that field alone. */
function operationWith(name: string): string {
  const [typeName = '', fieldName = ''] = name.split('.');
  const { before } = WAYS[typeName] ?? { before: '?' };
  const definitionInput = /^(?:delete|disable|enable)/.test(fieldName) ? input('identifier: "a"') : '';
  const below = typeName.endsWith('GdprRequestSuccess') ? ' { updateTime }' : (ARGUMENTS[fieldName] ?? definitionInput);
  const nested = typeName === 'CustomerProfile' && fieldName === 'gdprRequests' ? ' { totalCount }' : below;
  const closing = '}'.repeat((before.match(/\{/g)?.length ?? 0) - (before.match(/\}/g)?.length ?? 0));
  return `${before} ${fieldName}${nested} ${closing}`;
}

test.each(SCOPES)(
  'without %s its fields are FORBIDDEN and cost no call, in both executors, and no others are',
  async (scope) => {
    await using gateway = await startScoped(without(scope), { hood: { rows: 5 }, sor: { profiles: 5 } });
    // Subscriptions have a test of their own.
    for (const { name, known, scopes } of RULED.filter(({ name }) => !name.startsWith('Subscription'))) {
      const query = operationWith(name);
      const { calls = 0, needs } = WAYS[name.split('.')[0] ?? ''] ?? {};
      const isRefused = [...known, ...scopes, needs].includes(scope);
      // What is let in is tried by reading.
      if (!isRefused && query.startsWith('mutation')) continue;
      for (const sent of [query, deferred(query)]) {
        const { errors = [] } = await gateway.query(sent);
        const made = callsOf(gateway);
        const forbidden = errors.filter(({ extensions }) => extensions.code === 'FORBIDDEN');
        expect([sent, forbidden.map(({ message }) => message)]).toEqual([
          sent,
          isRefused ? [`This needs the scope "${scope}", which you do not have.`] : [],
        ]);
        if (isRefused)
          expect([sent, made]).toEqual([sent, expect.toSatisfy(() => made.length === (scope === needs ? 0 : calls))]);
      }
    }
  },
  60_000,
);

/** The same, with a part that only the general executor understands. */
function deferred(query: string): string {
  return query.replace(/\{(?=[^{]*$)/, '{ ... @defer(if: false) { __typename }');
}
