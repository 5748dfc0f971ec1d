import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SCOPES, type Scope } from '../../../src/graph/scopes.ts';
import type { Answer, Gateway } from '../../support/gateway.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { requires } from '../../support/requirement.ts';
import { fill, IDS, MARKS, SYSTEM } from './marked-data.ts';
import { startScoped } from './scoped-gateway.ts';

const CALLERS = 200;
const OPERATIONS_EACH = 3;
/** What callers ask for, so alike that they share calls, batches and kept answers. */
const OPERATIONS = [
  (id: string) => `{ customerProfile(customerId: "${id}") { customerId firstName email city } }`,
  (id: string) =>
    `{ customerProfile(customerId: "${id}") { attributes { values { key masked value string since } } } }`,
  (id: string) =>
    `{ customerProfiles(filter: { customerIds: ["${IDS.join('", "')}"] }) { nodes { customerId lastName ... on CustomerProfile { attribute(system: "${SYSTEM}", key: "languages") { set elements { value } } gdprRequests { nodes { hoodId rejectionReason } } } } }
       one: customerProfile(customerId: "${id}") { customerIdType } }`,
  (id: string) =>
    `{ gdprRequests(filter: { clientId: { eq: "${id}" } }) { totalCount nodes { rejectionReason informationToRemove subjectInformation { fullName customerProfile { firstName } } customerProfile { lastName } } } }`,
  (id: string) => `{ gdprRequest(hoodId: "${id}") { rejectionReason proofOfIdentity requesterInformation { email } } }`,
  (id: string) =>
    `{ node(id: "${Buffer.from(`GdprRequest:${id}`).toString('base64url')}") { ... on GdprRequest { rejectionReason additionalInformation } } }`,
  (id: string) =>
    `{ _entities(representations: [{ __typename: "CustomerProfile", customerId: "${id}", customerIdType: "USER_ID" }, { __typename: "GdprRequest", hoodId: "${id}" }]) { ... on CustomerProfile { firstName attributes { values { value } } } ... on GdprRequest { rejectionReason } } }`,
  () =>
    `{ customerProfileChanges(since: "2020-01-01T00:00:00Z") { nodes { profile { customerId email } changes { key masked value } } } }`,
  () => '{ systemsOfRecord { nodes { name apiKeys } } }',
  () => `{ systemOfRecord(identifier: "${SYSTEM}") { apiKeys customerAttributes { key property { piData } } } }`,
  () => '{ hoodExports(filter: { status: { eq: "ready" } }) { nodes { name downloadUrl } } }',
  () => '{ hoodExport(hoodId: "5550000") { downloadUrl } }',
  () => '{ attributeImport(importId: "import_1") { errors { nodes { key message raw } } } }',
  (id: string) =>
    `mutation { decideGdprRequest(input: { hoodId: "${id}", decision: DENY, rejectionReason: "markgdpr" }) { ... on UserError { message } ... on DecideGdprRequestSuccess { gdprRequest { rejectionReason informationToRemove } } } }`,
  (id: string) =>
    `mutation { setAttributeValues(input: { systemOfRecord: "${SYSTEM}", changes: [{ customerId: "${id}", key: "contract_type", change: { string: "open" } }] }) { ... on UserError { message } } }`,
  () =>
    `mutation { importAttributeValues(input: { systemOfRecord: "${SYSTEM}", fileUrl: "https://example.com/a.csv" }) { ... on UserError { message } } }`,
  () =>
    `mutation { renameSystemOfRecord(input: { identifier: "SOR_marked", name: "Marked" }) { ... on RenameSystemOfRecordSuccess { systemOfRecord { name apiKeys } } } }`,
  () => 'mutation { exportCustomerProfiles(input: {}) { ... on ExportCustomerProfilesSuccess { downloadUrl } } }',
  (id: string) =>
    `query { customerProfile(customerId: "${id}") { customerId ... @defer(if: false) { firstName attributes { values { value } } } } }`,
];

interface Sent {
  scopes: ReadonlySet<Scope>;
  answer: Answer;
}

/** Whatever each caller may not have is in no answer to them; tells how often each mark was seen by those who may. */
function check(sent: readonly Sent[]): Map<Scope, number> {
  const seen = new Map<Scope, number>();
  for (const { scopes, answer } of sent) {
    const text = JSON.stringify(answer);
    for (const [scope, mark] of Object.entries(MARKS) as [Scope, RegExp][]) {
      const isSeen = mark.test(text);
      if (isSeen && !scopes.has(scope)) expect.fail(`${[...scopes].join()} got ${mark}: ${text}`);
      if (isSeen) seen.set(scope, (seen.get(scope) ?? 0) + 1);
    }
    for (const { extensions } of answer.errors ?? []) {
      if (extensions.code !== 'FORBIDDEN') continue;
      for (const scope of extensions['missingScopes'] as Scope[]) expect(scopes.has(scope)).toBe(false);
    }
  }
  return seen;
}

/** What one of them may, and asks for. */
interface Load {
  scopes: Scope[];
  operations: [kind: number, id: string][];
}

const caller: fc.Arbitrary<Load> = fc.record({
  scopes: fc.subarray([...SCOPES]),
  operations: fc.array(fc.tuple(fc.nat(OPERATIONS.length - 1), fc.constantFrom(...IDS)), {
    minLength: OPERATIONS_EACH,
    maxLength: OPERATIONS_EACH,
  }),
});
const callers = fc.array(caller, { minLength: CALLERS, maxLength: CALLERS });

/** All of them at once, on these gateways in turn. */
async function sendAll(gateways: readonly Gateway[], load: readonly Load[]): Promise<Sent[]> {
  const sent = load.flatMap(({ scopes, operations }, index) =>
    operations.map(async ([kind, id], turn) => {
      const headers = { 'x-gateway-caller': `caller-${index}`, 'x-gateway-scopes': scopes.join(' ') || 'none' };
      const query = OPERATIONS[kind]?.(id) ?? '';
      const answer = await gateways[(index + turn) % gateways.length]?.query(query, {}, headers);
      return { scopes: new Set(scopes), answer: answer as Answer };
    }),
  );
  return Promise.all(sent);
}

const OPTIONS = { numRuns: 1, endOnFailure: true };
const LOADS = { CACHE: 'on', MAX_CALLS: '1000', REQUEST_DEADLINE: '30s' };

test.each([
  ['with kept answers', 'on', 0],
  ['without kept answers', 'off', 0],
  ['while one call in three is refused', 'on', 3],
])(
  'two hundred callers get nothing that their scopes do not allow, %s',
  async (_name, CACHE, share) => {
    await fc.assert(
      fc.asyncProperty(callers, async (load) => {
        await using gateway = await startScoped(SCOPES, { env: { ...LOADS, CACHE }, hood: { rows: 0 } });
        fill(gateway, share);
        const seen = check(await sendAll([gateway], load));
        if (share === 0) expect([...seen.keys()].sort()).toEqual(Object.keys(MARKS).sort());
      }),
      OPTIONS,
    );
  },
  120_000,
);

describe.skipIf(!requires('redis-server', hasRedis))('with Redis', () => {
  test('nor from what another replica has kept', async () => {
    await using redis = await startRedis();
    const env = { ...LOADS, REDIS_URL: redis.url, REPLICAS: '2' };
    await fc.assert(
      fc.asyncProperty(callers, async (load) => {
        await using one = await startScoped(SCOPES, { env, hood: { rows: 0 } });
        await using other = await startScoped(SCOPES, { env, beside: one });
        fill(one);
        const seen = check(await sendAll([one, other], load));
        expect([...seen.keys()].sort()).toEqual(Object.keys(MARKS).sort());
      }),
      OPTIONS,
    );
  }, 120_000);
});
