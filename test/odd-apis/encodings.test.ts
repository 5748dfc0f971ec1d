import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type ApiRequest, type ApiServer, type Reply, serve } from '../../src/sandbox/server.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { answering, hoodList, listed, numbered, sorResult } from './asked.ts';
import { fakeProfile, serveProfiles } from './fake-profiles.ts';
import { forwardTo } from './forwarding.ts';

const CODINGS: Record<string, (text: string) => Buffer> = {
  gzip: (text) => gzipSync(text),
  'x-gzip': (text) => gzipSync(text),
  GZIP: (text) => gzipSync(text),
  deflate: (text) => deflateSync(text),
  br: (text) => brotliCompressSync(text),
  zstd: (text) => zstdCompressSync(text),
  identity: (text) => Buffer.from(text),
  none: (text) => Buffer.from(text),
};

/** A gateway with these two in the places of its APIs. */
async function inFrontOf(sandbox: Gateway, change: Parameters<typeof forwardTo>[1]) {
  await using stack = new AsyncDisposableStack();
  const hood = stack.use(await forwardTo(sandbox.hood.origin, change));
  const sor = stack.use(await forwardTo(sandbox.sor.api.origin, change));
  const env = { HOOD_URL: hood.origin, SOR_URL: sor.origin };
  const gateway = stack.use(await startGateway({ beside: sandbox, env }));
  const held = stack.move();
  return { gateway, apis: [hood, sor], [Symbol.asyncDispose]: () => held[Symbol.asyncDispose]() };
}

const QUERY = `{
  gdprRequests(first: 3) { totalCount nodes { hoodId informationToRemove } }
  customerProfiles(first: 3) { nodes { customerId firstName } }
  systemsOfRecord { nodes { name } }
}`;

const lines = (apis: readonly ApiServer[]) => apis.flatMap(({ calls }) => calls.map(({ line }) => line));

describe.each(Object.keys(CODINGS))('answers that come as %s', (coding) => {
  test('are decoded, though only some codings were asked for', async () => {
    await using sandbox = await startGateway({ hood: { rows: 30 }, sor: { profiles: 30 } });
    const honest = await sandbox.query(QUERY);
    await using odd = await inFrontOf(sandbox, ({ status, type, text }) => ({
      status,
      body: CODINGS[coding]?.(text) ?? text,
      headers: { 'content-type': type, 'content-encoding': coding },
    }));

    expect(await odd.gateway.query(QUERY)).toEqual(honest);
    expect(lines(odd.apis)).toHaveLength(3);
    for (const { headers } of odd.apis.flatMap(({ calls }) => calls)) {
      expect(headers['accept-encoding']).toMatch(/\bgzip\b/);
    }
  });

  test('of errors still say what is wrong', async () => {
    await using hood = await serve(() => ({
      status: 400,
      body: CODINGS[coding]?.('{"code":400,"title":"Wrong in every way"}') ?? '',
      headers: { 'content-type': 'application/json', 'content-encoding': coding },
    }));
    await using gateway = await startGateway({ env: { HOOD_URL: hood.origin } });
    const { data } = await gateway.query(
      'mutation { decideGdprRequest(input: { hoodId: "1", decision: APPROVE }) { ... on UserError { message } } }',
    );
    expect(data.decideGdprRequest.message).toContain('Wrong in every way');
  });

  test('of a file are handed on as plain text', async () => {
    await using sandbox = await startGateway({ sor: { profiles: 5 } });
    await using odd = await inFrontOf(sandbox, ({ status, type, text }) => ({
      status,
      body: CODINGS[coding]?.(text) ?? text,
      headers: { 'content-type': type, 'content-encoding': coding },
    }));
    const { data } = await odd.gateway.query(
      'mutation { exportCustomerProfiles(input: {}) { ... on ExportCustomerProfilesSuccess { downloadUrl } } }',
    );
    const response = await odd.gateway.fetch(data.exportCustomerProfiles.downloadUrl);
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.text()).toMatch(/^customer_id,customer_id_type,sor_identifier,attribute_key,value\n/);
  });
});

test.each([
  ['gzip that no header tells', (text: string) => gzipSync(text), {}],
  ['texts that a header calls gzip', (text: string) => Buffer.from(text), { 'content-encoding': 'gzip' }],
  ['texts that a header calls x-gzip', (text: string) => Buffer.from(text), { 'content-encoding': 'X-GZIP' }],
  ['texts that a header calls gzip twice', (text: string) => Buffer.from(text), { 'content-encoding': 'gzip, gzip' }],
  ['gzip that a header calls gzip twice', (text: string) => gzipSync(text), { 'content-encoding': 'gzip, gzip' }],
  ['gzip in gzip', (text: string) => gzipSync(gzipSync(text)), { 'content-encoding': 'gzip' }],
  ['gzip in gzip that no header tells', (text: string) => gzipSync(gzipSync(text)), {}],
  ['gzip in brotli', (text: string) => brotliCompressSync(gzipSync(text)), { 'content-encoding': 'br' }],
  ['texts whose coding is their character set', (text: string) => Buffer.from(text), { 'content-encoding': 'UTF-8' }],
])('%s are read', async (_, written, coding) => {
  await using sandbox = await startGateway({ hood: { rows: 30 }, sor: { profiles: 30 } });
  const honest = await sandbox.query(QUERY);
  await using odd = await inFrontOf(sandbox, ({ status, type, text }) => ({
    status,
    body: written(text),
    headers: { 'content-type': type, ...coding },
  }));
  expect(await odd.gateway.query(QUERY)).toEqual(honest);
  expect(lines(odd.apis)).toHaveLength(3);
});

test('deflate without its wrapper is decoded too', async () => {
  await using sandbox = await startGateway({ hood: { rows: 3 }, sor: { profiles: 3 } });
  const honest = await sandbox.query(QUERY);
  await using odd = await inFrontOf(sandbox, ({ status, type, text }) => ({
    status,
    body: deflateRawSync(text),
    headers: { 'content-type': type, 'content-encoding': 'deflate' },
  }));
  expect(await odd.gateway.query(QUERY)).toEqual(honest);
});

test('a small answer that unpacks to a huge one is refused', async () => {
  const bomb = gzipSync(`{"total":1,"items":[{"id":"1","target":"${' '.repeat(40_000_000)}"}]}`);
  await using hood = await serve(() => ({
    status: 200,
    body: bomb,
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  }));
  await using gateway = await startGateway({ env: { HOOD_URL: hood.origin } });
  const { errors } = await gateway.query('{ customerData { nodes { target } } }');
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
});

const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const bigEndian = (text: string) => utf16(text).swap16();

test.each<[type: string, bytes: (text: string) => Buffer, name: string]>([
  ['application/json; charset=ISO-8859-1', (text) => Buffer.from(text, 'latin1'), 'Zoë'],
  ['application/json;charset="iso-8859-1"', (text) => Buffer.from(text, 'latin1'), 'Zoë'],
  ['application/json; charset=latin1; odd=1', (text) => Buffer.from(text, 'latin1'), 'Zoë Ñuñez'],
  ['application/json; Charset=windows-1252', (text) => Buffer.from(text, 'latin1'), 'Zoë'],
  ['application/json; charset=utf-16le', utf16, 'Zoë 🙂'],
  ['application/json; charset=UTF-8', (text) => Buffer.from(text), 'Zoë 🙂'],
  ['application/json; charset=nobody-knows', (text) => Buffer.from(text), 'Zoë'],
  ['application/json', (text) => Buffer.from(text), 'Zoë 🙂'],
  ['text/html; charset=iso-8859-1', (text) => Buffer.from(text, 'latin1'), 'Zoë'],
  ['text/plain', (text) => Buffer.from(`\uFEFF${text}`), 'Zoë 🙂'],
  ['application/json; charset=iso-8859-1; with a mark of UTF-8', (text) => Buffer.from(`\uFEFF${text}`), 'Zoë 🙂'],
  ['application/json; with a mark', (text) => utf16(`\uFEFF${text}`), 'Zoë 🙂'],
  ['application/json; charset=utf-16; with a mark', (text) => bigEndian(`\uFEFF${text}`), 'Zoë 🙂'],
  ['application/json; charset=utf-16be', bigEndian, 'Zoë 🙂'],
  ['application/x-json', (text) => Buffer.from(text), 'Zoë'],
  ['', (text) => Buffer.from(text), 'Zoë'],
])('text is read as its type says, or a mark before it: %s', async (type, bytes, name) => {
  const reply = (json: object) => (): Reply => ({
    status: 200,
    body: bytes(JSON.stringify(json)),
    headers: { 'content-type': type },
  });
  await using hood = await serve(reply({ total: 1, items: [{ id: '1', target: name }] }));
  await using sor = await serve(
    reply({
      success: true,
      result: { total_profiles: 1, profiles: [fakeProfile('a', { first_name: name })] },
    }),
  );
  await using gateway = await startGateway({ env: { HOOD_URL: hood.origin, SOR_URL: sor.origin } });
  const { data, errors } = await gateway.query(
    '{ customerDatum(hoodId: "1") { target } customerProfile(customerId: "a") { firstName } }',
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({ customerDatum: { target: name }, customerProfile: { firstName: name } });
});

test('every call names the gateway', async () => {
  const agents: unknown[] = [];
  const answer = ({ headers }: ApiRequest): Reply => {
    agents.push(headers['user-agent']);
    return { status: 200, json: { success: true, result: [], total: 0, items: [] } };
  };
  await using api = await serve(answer);
  await using gateway = await startGateway({ env: { HOOD_URL: api.origin, SOR_URL: api.origin } });
  await gateway.query('{ systemsOfRecord { totalCount } customerData { totalCount } }');
  expect(agents).toEqual([1, 2].map(() => expect.stringMatching(/^hood-sor-gateway\b/)));
});

/** Numbers that only JSON's own digits can hold. */
const rawNumber = (digits: string) => (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(digits);

test.each<[string, string[]]>([
  ['short', numbered(5)],
  ['longer than a double', numbered(5, '1737122739579000739')],
])('customers and rows whose ids are JSON numbers, %s ones, are found', async (_, ids) => {
  await using gateway = await startGateway();
  serveProfiles(gateway, {
    people: {},
    answer: (__, asked) => {
      const found = listed(asked, 'customer_ids');
      const profiles = found.map((id) => fakeProfile(rawNumber(id), { first_name: `name of ${id}` }));
      return sorResult({ total_profiles: profiles.length, total_pages: 1, profiles });
    },
  });
  answering(gateway.hood, ({ path }) =>
    hoodList(
      ids.map((id) =>
        path.endsWith('gdpr-requests')
          ? { id: rawNumber(id), client_id: rawNumber(id) }
          : { id: rawNumber(id), target: id },
      ),
      ids.length,
    ),
  );

  const { data, errors } = await gateway.query(`{
    gdprRequests { nodes { hoodId clientId customerProfile { customerId firstName gdprRequests { nodes { hoodId } } } } }
    customerDatum(hoodId: "${ids[2]}") { hoodId target }
    customerProfiles(filter: { customerIds: ["${ids[0]}"] }) { nodes { customerId } }
  }`);

  expect(errors).toBeUndefined();
  expect(data.gdprRequests.nodes).toEqual(
    ids.map((id) => ({
      hoodId: id,
      clientId: id,
      customerProfile: {
        customerId: id,
        firstName: `name of ${id}`,
        gdprRequests: { nodes: [{ hoodId: id }] },
      },
    })),
  );
  expect(data.customerDatum).toEqual({ hoodId: ids[2], target: ids[2] });
  expect(data.customerProfiles.nodes).toEqual([{ customerId: ids[0] }]);
});
