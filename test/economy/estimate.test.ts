import { expect, test } from 'vitest';
import type { CostOptions } from '../../src/graph/cost/charge.ts';
import { declared } from '../../src/graph/declared.ts';
import { schema } from '../../src/graph/schema.ts';
import { person } from '../../src/sandbox/people.ts';
import { CORPUS } from '../corpus/corpus.ts';
import { gatewayFor } from '../corpus/sending.ts';
import { randomOperation } from '../execution/random-document.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { PAGES } from '../support/pages.ts';
import { runs } from '../support/thorough.ts';

/** What an operation should cost, and the calls that it makes. */
async function compare(gateway: Gateway, query: string, variables: object = {}, operationName?: string) {
  const send = async (headers: Record<string, string>) => {
    const response = await gateway.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify({ query, variables, operationName }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: each operation has its own shape.
    return (await response.json()) as any;
  };
  const calls = () => [...gateway.hoodCalls(), ...gateway.sorCalls()];
  calls();
  const { extensions } = await send({ 'x-upstream-cost': 'dry-run' });
  const ofDryRun = calls();
  const answer = await send({});
  return { estimate: extensions?.upstreamEstimate, ofDryRun, answer, calls: calls() };
}

const SENT = CORPUS.filter(({ file, failing }) => file === undefined && failing === undefined);

test.each(SENT)('$name makes no more calls than were estimated', async (operation) => {
  await using gateway = await gatewayFor(operation);
  const { query, variables, operationName } = operation;

  const { estimate, ofDryRun, calls } = await compare(gateway, query, variables, operationName);

  expect(ofDryRun).toEqual([]);
  expect(calls.length).toBeLessThanOrEqual(estimate?.cost ?? 0);
  expect(estimate?.cost ?? 0).toBeLessThanOrEqual(100);
});

test('every root field declares what it costs', () => {
  const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.values(type?.getFields() ?? {}),
  );
  const silent = fields.filter((field) => declared<CostOptions>(field).cost === undefined).map(({ name }) => name);
  // What this gateway answers by itself.
  expect(silent).toEqual(['upstreamBudget', '_service']);
});

const profile = (n: number) => `customerProfile(customerId: "${person(n).email}")`;
const SYSTEM = 'SOR_767yUpsMJoTWi0mz';

test.each([
  ['{ gdprRequests(first: 40) { edges { cursor node { id status } } } }', 1],
  ['{ gdprRequests(first: 0) { totalCount } hoodExports { totalCount } }', 2],
  ['{ a: gdprRequests { nodes { id } } b: gdprRequests(first: 5) { nodes { id } } }', 2],
  ['{ gdprRequests(first: 60, offset: 50) { nodes { id } } }', 2],
  [
    '{ gdprRequests(first: 30) { nodes { customerProfile { firstName } requesterInformation { customerProfile { city } } } } }',
    2,
  ],
  ['{ gdprRequests(filter: { hoodId: { in: ["1", "2", "3"] } }) { nodes { id } } }', 3],
  ['{ a: gdprRequest(hoodId: "1") { id } b: gdprRequest(hoodId: "1") { id } c: gdprRequest(hoodId: "2") { id } }', 2],
  [`{ ${[0, 1, 2].map((n) => `p${n}: ${profile(n)} { firstName }`).join(' ')} }`, 1],
  [
    '{ customerProfiles(first: 12) { nodes { attribute(system: "global", key: "email") { since elements { value } } } } }',
    14,
  ],
  [`{ customerProfiles(first: 5) { nodes { a: attribute(system: "${SYSTEM}", key: "a") { string } } } }`, 1],
  [
    `{ ${profile(0)} { attributes { systemIdentifier } attribute(system: "${SYSTEM}", key: "contract_type") { since property { piData } definition { label } } } }`,
    4,
  ],
  [
    '{ systemsOfRecord { nodes { name customerAttributes { key property { label } } } } customerAttributes { totalCount } }',
    2,
  ],
  ['{ attributeImports { nodes { id startedAt } } attributeImport(importId: "import_id_1") { id } }', 1],
  ['{ customerProfiles(first: 10) { nodes { gdprRequests { nodes { id } } } } }', 2],
  [
    `{ dataSubject(customerId: "${person(3).clientId}") { profiles { city } gdprRequests(first: 40) { nodes { id } } } }`,
    2,
  ],
  ['{ dataSubject(customerId: "nobody", customerIdType: null) { profiles { city } } }', 3],
  ['{ customerProfileChanges(since: "2020-01-01T00:00:00Z") { nodes { changes { key } } } }', 1],
  [
    'mutation { createProfileProperty(input: { label: "first_name" }) { ... on CreateProfilePropertySuccess { profileProperty { label piData } } } }',
    2,
  ],
  [
    'mutation { decideGdprRequest(input: { hoodId: "1000022", decision: DENY, rejectionReason: "No." }) { ... on DecideGdprRequestSuccess { gdprRequest { status updateTime } } } }',
    2,
  ],
  [
    'mutation { decideGdprRequests(input: { decisions: [{ hoodId: "1", decision: APPROVE }, { hoodId: "2", decision: APPROVE }] }) { ... on DecideGdprRequestsSuccess { outcomes { hoodId } } } }',
    2,
  ],
  [
    `mutation { a: disableCustomerAttribute(input: { identifier: "FACA_contract_type" }) { ...Disabled }
      b: enableCustomerAttribute(input: { identifier: "FACA_contract_type" }) { ...Enabled } }
      fragment Disabled on DisableCustomerAttributeSuccess { customerAttribute { key systemOfRecord { name } } }
      fragment Enabled on EnableCustomerAttributeSuccess { customerAttribute { key systemOfRecord { name } } }`,
    6,
  ],
])('%s costs what was estimated: %d', async (query, cost) => {
  await using gateway = await startGateway({ hood: { rows: 150 }, sor: { profiles: 60 } });
  // Which system is the global one, and what a missing profile means, is asked once in a process.
  await gateway.query('{ systemsOfRecord { totalCount } }');
  await gateway.query(`{ ${profile(0)} { firstName } unknown: customerProfile(customerId: "nobody") { city } }`);

  const { estimate, calls } = await compare(gateway, query);

  expect(estimate).toMatchObject({ cost, limit: 100 });
  expect(calls).toHaveLength(cost);
});

test('operations of the pages cost less than one may, but for that which shows what happens otherwise', async () => {
  await using gateway = await startGateway({ hood: { rows: 12 }, sor: { profiles: 30 } });
  const operations = PAGES.flatMap(({ text }) => text.match(/(?<=```graphql\n)(?:query|\{)[^`]*(?=```)/g) ?? []);
  const costs: number[] = [];
  for (const query of operations) costs.push((await compare(gateway, query)).estimate?.cost ?? 0);
  expect(costs.filter((cost) => cost > 100)).toEqual([4_002]);
  expect(costs.filter((cost) => cost > 0).length).toBeGreaterThan(5);
});

const people = [0, 1, 2, 3].map((n) => person(n));
const idOf = (text: string) => JSON.stringify(Buffer.from(text).toString('base64url'));
const IDS = [
  ...['GdprRequest:1', 'GdprRequest:2', 'HoodExport:3', 'ProfileProperty:4', `SystemOfRecord:${SYSTEM}`],
  ...['AttributeImport:import_id_1', ...people.map(({ email }) => `CustomerProfile:user_id:${email}`)],
].map(idOf);
const DATES = ['"2020-01-01T00:00:00Z"', '"2026-01-01T00:00:00Z"'];
const LITERALS = {
  id: IDS,
  ids: [`[${IDS.join()}]`, `[${IDS.slice(0, 3).join()}]`],
  customerId: people.flatMap(({ email, deviceId, clientId }) => [email, deviceId, clientId].map((id) => `"${id}"`)),
  hoodId: ['"1"', '"2"', '"3"', '"unknown"'],
  identifier: ['"global"', `"${SYSTEM}"`, '"SOR_id3nt1f13r"', '"unknown"'],
  system: ['"global"', `"${SYSTEM}"`, '"SOR_id3nt1f13r"', '"unknown"'],
  systems: [`["global", "${SYSTEM}"]`, '["SOR_id3nt1f13r"]'],
  keys: ['["first_name"]', '["loyalty_points", "newsletter"]'],
  key: ['"first_name"', '"loyalty_points"', '"contract_type"', '"unknown"'],
  importId: ['"import_id_1"', '"unknown"'],
  since: DATES,
  first: ['1', '3', '20', '$count'],
  last: ['null'],
  before: ['null'],
  after: ['null'],
  offset: ['0', '7'],
  orderBy: ['[]'],
  representations: [
    `[${people.map(({ clientId }) => `{ __typename: "CustomerProfile", customerId: "${clientId}", customerIdType: USER_ID }`).join()}]`,
    '[{ __typename: "GdprRequest", hoodId: "1" }]',
  ],
};

test.each([1, 2, 3, 4])('random operations make no more calls than were estimated (part %d)', async (part) => {
  await using gateway = await startGateway({ hood: { rows: 40 }, sor: { profiles: 60 }, env: { MAX_CALLS: '100000' } });
  const tooLow: unknown[] = [];
  let valid = 0;
  for (let seed = part * 1_000; seed < part * 1_000 + runs(100, 200); seed++) {
    const { source, variableValues } = randomOperation(schema, seed, LITERALS);
    const { estimate, calls } = await compare(gateway, source, variableValues);
    if (calls.length > 0) valid += 1;
    if (calls.length > (estimate?.cost ?? 0)) tooLow.push({ source, variableValues, estimate, calls });
  }
  expect(tooLow).toEqual([]);
  expect(valid).toBeGreaterThan(20);
});
