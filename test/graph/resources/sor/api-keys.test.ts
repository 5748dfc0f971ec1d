import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const GATEWAY_SECRET = 'sixteen-letters-and-more';
const HEADERS = { 'x-gateway-secret': GATEWAY_SECRET };
const READ = '{ systemOfRecord(identifier: "SOR_XXXX") { name apiKeys } }';

/** A gateway to real data as far as it knows, whose callers have these scopes. */
const startLive = (scopes = '') =>
  startGateway({ env: { AUTH: 'secret', GATEWAY_SECRET, ...(scopes && { GATEWAY_SCOPES: scopes }) } });

async function create(gateway: Gateway, selection: string) {
  const { data, errors } = await gateway.query(
    `mutation { createSystemOfRecord(input: { name: "Shops" }) {
      ... on CreateSystemOfRecordSuccess { systemOfRecord { ${selection} } } } }`,
    {},
    HEADERS,
  );
  return { system: data.createSystemOfRecord.systemOfRecord, errors, calls: gateway.sorCalls() };
}

const NAMES_THE_SCOPE = {
  message: expect.stringMatching(
    /^This needs the scope "secrets:read", which you do not have(?:: ANONYMOUS_SCOPES .*)?\.$/,
  ),
  extensions: { code: 'FORBIDDEN' },
};

test.each([
  ['without a secret', () => startGateway()],
  ['with a secret that has no scopes', () => startLive()],
])('api keys of real data are FORBIDDEN %s, and the message names the scope', async (_name, start) => {
  await using gateway = await start();

  const { data, errors } = await gateway.query(READ, {}, HEADERS);

  expect(data.systemOfRecord).toEqual({ name: 'Insurance back office', apiKeys: null });
  expect(errors).toMatchObject([{ path: ['systemOfRecord', 'apiKeys'], ...NAMES_THE_SCOPE }]);
  expect(JSON.stringify({ data, errors, logged: gateway.logged })).not.toContain('XXXXXXXX');
});

test.each([
  ['whoever has the scope sees them', () => startLive('secrets:read')],
  ['made-up ones are shown to everybody', () => startGateway({ env: { UPSTREAM: 'sandbox' } })],
])('%s', async (_name, start) => {
  await using gateway = await start();

  expect(await gateway.query(READ, {}, HEADERS)).toMatchObject({
    data: { systemOfRecord: { name: 'Insurance back office', apiKeys: ['XXXXXXXX'] } },
  });
});

test.each([
  ['identifier apiKeys', 1],
  ['identifier apiKeys updatedDate', 2],
])('the creator of a system sees its key once: %s', async (selection, calls) => {
  await using gateway = await startLive();

  const created = await create(gateway, selection);
  const again = await gateway.query(
    'query ($identifier: ID!) { systemOfRecord(identifier: $identifier) { apiKeys } }',
    { identifier: created.system.identifier },
    HEADERS,
  );

  expect(created.errors).toBeUndefined();
  expect(created.system.apiKeys).toEqual([expect.stringMatching(/^.{8,}$/)]);
  expect(created.calls).toHaveLength(calls);
  expect(again.errors).toMatchObject([NAMES_THE_SCOPE]);
  expect(JSON.stringify([again, gateway.logged])).not.toContain(created.system.apiKeys[0]);
});

test('a creation that the API answers without the system shows no key: the one of that name may be another', async () => {
  await using gateway = await startLive();
  gateway.sor.api.dials.lie = ({ line }, honest) => (line.startsWith('GET') ? honest : undefined);

  const { system, errors } = await create(gateway, 'name apiKeys');

  expect(system).toEqual({ name: 'Shops', apiKeys: null });
  expect(errors).toMatchObject([NAMES_THE_SCOPE]);
});

test('renaming a system shows no key', async () => {
  await using gateway = await startLive();

  const { data, errors } = await gateway.query(
    `mutation { renameSystemOfRecord(input: { identifier: "SOR_XXXX", name: "Shops" }) {
      ... on RenameSystemOfRecordSuccess { systemOfRecord { name apiKeys } } } }`,
    {},
    HEADERS,
  );

  expect(data.renameSystemOfRecord.systemOfRecord).toEqual({ name: 'Shops', apiKeys: null });
  expect(errors).toMatchObject([NAMES_THE_SCOPE]);
});
