import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const ROUTE = '/api/customer_profiles/export';
const MUTATION = `mutation {
  exportCustomerProfiles(input: { attributeKeys: ["favorite_team"] }) {
    ... on ExportCustomerProfilesSuccess { downloadUrl }
  }
}`;

async function linkOf(gateway: Gateway): Promise<string> {
  const { data } = await gateway.query(MUTATION);
  return data.exportCustomerProfiles.downloadUrl;
}

async function download(gateway: Gateway, init: RequestInit = {}, fetch = gateway.fetch) {
  const response = await fetch(await linkOf(gateway), init);
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** Answers the calls one after the other with these bodies, then as the stand-in would. */
function answerWith(gateway: Gateway, ...bodies: unknown[]): void {
  gateway.sor.api.dials.fault = (): Fault | undefined =>
    bodies.length > 0 ? { kind: 'body', body: bodies.shift() } : undefined;
}

const result = (members: unknown) => ({ success: true, result: members });

const CSV = 'customer_id,customer_id_type,sor_identifier,attribute_key,value\n';

test('what the API answers at once is handed on, private and under a name', async () => {
  await using gateway = await startGateway();

  const origin = await gateway.listen();
  const overTheNetwork = (link: string, init?: RequestInit) =>
    fetch(new URL(new URL(link).pathname, origin).href + new URL(link).search, init);

  const { status, headers, body } = await download(gateway, {}, overTheNetwork);

  expect(status).toBe(200);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-type': 'text/csv',
    'content-disposition': 'attachment; filename="customer-profiles.csv"',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(body.startsWith(CSV)).toBe(true);
  expect(body).toContain(
    'maximillian_weber@ritchiehyatt.name,user_id,SOR-SDK_2a116e0767a7dc76e85d566,favorite_team,PSG',
  );
  expect(gateway.sorCalls()).toEqual([`GET ${ROUTE}?attribute_keys=favorite_team`]);
  expect(gateway.sor.api.calls.every(({ headers }) => headers.authorization)).toBe(true);
});

test('an answer with an address is asked there until the file is there', async () => {
  await using gateway = await startGateway();
  const address = `${gateway.sor.api.origin}${ROUTE}`;
  // As the vendor's export for the GDPR answers.
  const download_url = `${address}?attribute_keys=favorite_team&download=true`;
  const received = result({ status: 'received', download_url: null });
  answerWith(
    gateway,
    result({ callback_url: `${address}?request_id=1` }),
    received,
    result({ status: 'done', download_url }),
  );

  const { status, headers, body } = await download(gateway);

  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/csv');
  expect(body.startsWith(CSV)).toBe(true);
  expect(gateway.sorCalls()).toEqual([
    `GET ${ROUTE}?attribute_keys=favorite_team`,
    `GET ${ROUTE}?request_id=1`,
    `GET ${ROUTE}?request_id=1`,
    `GET ${ROUTE}?attribute_keys=favorite_team&download=true`,
  ]);
});

test.each<[name: string, fault: Fault]>([
  ['404', { kind: 'status', status: 404 }],
  ['202 without a body', { kind: 'status', status: 202 }],
  ['204', { kind: 'status', status: 204 }],
  ['202 and a word', { kind: 'status', status: 202, body: { status: 'pending' } }],
  ['202 and a page', { kind: 'html', status: 202 }],
])('an address that answers %s is asked again until the file is there', async (_, fault) => {
  await using gateway = await startGateway();
  const begun: Fault = { kind: 'body', body: result({ download_url: `${ROUTE}?x=1` }) };
  const faults = [begun, fault, fault];
  gateway.sor.api.dials.fault = () => faults.shift();
  const { status, body } = await download(gateway);
  expect(status).toBe(200);
  expect(body.startsWith(CSV)).toBe(true);
  expect(gateway.sorCalls()).toHaveLength(4);
});

test.each<[name: string, members: (address: string) => object]>([
  ['a map of addresses', (address) => ({ download_urls: { all: address }, status: 'done' })],
  ['a list of addresses', (address) => ({ download_urls: [address] })],
  ['an address by itself', (address) => ({ url: address })],
  ['an address within the host', () => ({ url: `${ROUTE}?x=1` })],
])('%s is followed', async (_, members) => {
  await using gateway = await startGateway();
  answerWith(gateway, result(members(`${gateway.sor.api.origin}${ROUTE}?x=1`)));
  const { body } = await download(gateway);
  expect(body.startsWith(CSV)).toBe(true);
  expect(gateway.sorCalls()).toEqual([`GET ${ROUTE}?attribute_keys=favorite_team`, `GET ${ROUTE}?x=1`]);
});

test.each([
  ['another host', 'https://attacker.example.com/api/customer_profiles/export'],
  ['another port', 'http://127.0.0.1:9/api/customer_profiles/export'],
  ['another part of the host', '/internal/profiles'],
  ['another part of the host by dots', '/api/../internal/profiles'],
  ['a user name', 'http://127.0.0.1@attacker.example.com/api/x'],
  ['no address', 'http://'],
])('%s is not followed: the token would go there', async (_, address) => {
  await using gateway = await startGateway();
  answerWith(gateway, result({ callback_url: address }));
  const { status, body } = await download(gateway);
  expect(status).toBe(502);
  expect(body).toMatch(/^System of Record named an address that is not its own\. \(\S+\)\n$/);
  expect(gateway.sorCalls()).toHaveLength(1);
});

test('of several files none is taken for all of them', async () => {
  await using gateway = await startGateway();
  answerWith(gateway, result({ download_urls: { a: `${ROUTE}?a`, b: `${ROUTE}?b` } }));
  const { status } = await download(gateway);
  expect(status).toBe(502);
  expect(gateway.sorCalls()).toHaveLength(1);
});

test.each<[name: string, body: unknown]>([
  ['profiles', result({ profiles: [{ customer_id: 'a' }] })],
  ['a list', [{ customer_id: 'a', url: 'b' }]],
  ['more than an answer has', result({ url: 'x'.repeat(100_000) })],
])('JSON of %s is the file itself', async (_, json) => {
  await using gateway = await startGateway();
  answerWith(gateway, json);
  const { status, headers, body } = await download(gateway);
  expect(status).toBe(200);
  expect(headers.get('content-disposition')).toBe('attachment; filename="customer-profiles.json"');
  expect(JSON.parse(body)).toEqual(json);
});

test.each<[name: string, receipt: unknown]>([
  ['a job', { jid: 'c98de272c6e42d93e7d2b969', status: 'received' }],
  ['a text', 'request 17'],
  ['nothing', null],
  ['no more', {}],
])('an answer that names %s instead of an address is no file', async (_, receipt) => {
  await using gateway = await startGateway();
  answerWith(gateway, result(receipt));
  const { status, body } = await download(gateway);
  expect(status).toBe(502);
  expect(body).not.toContain('jid');
  expect(gateway.sorCalls()).toHaveLength(1);
});

test('a receipt without an address, where a file was promised, is asked for again', async () => {
  await using gateway = await startGateway();
  const address = `${ROUTE}?request_id=1`;
  const answers = [{ callback_url: address }, { status: 'received' }, { profiles: [] }];
  gateway.sor.api.dials.fault = () => ({ kind: 'body', body: { success: true, result: answers.shift() } });
  const { status, body } = await download(gateway);
  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual({ success: true, result: { profiles: [] } });
  expect(gateway.sorCalls().slice(1)).toEqual([`GET ${address}`, `GET ${address}`]);
});

test('an answer that says it failed is no file', async () => {
  await using gateway = await startGateway();
  answerWith(gateway, { success: false, error_message: 'No' });
  expect((await download(gateway)).status).toBe(502);
});

test.each<[status: number, shown: number]>([
  [404, 404],
  [400, 502],
  [401, 503],
  [429, 503],
])('status %i of the API is %i for whoever opened the link, without the token', async (status, shown) => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status, headers: { 'retry-after': '30' } });
  const answer = await download(gateway);
  expect(answer.status).toBe(shown);
  expect(answer.headers.get('retry-after')).toBe(status === 429 ? '30' : null);
  expect(answer.body + gateway.logged.join()).not.toContain(gateway.sor.token);
});

test('a link that was changed, or is none, is refused without a call', async () => {
  await using gateway = await startGateway();
  const link = new URL(await linkOf(gateway));
  const other = Buffer.from('{}').toString('base64url');
  const changed = [
    link.href.replace(/profile-exports\/[\w-]+/, `profile-exports/${other}`),
    link.href.replace(/expires=\d+/, 'expires=9999999999'),
    link.href.replace(/signature=.*/, 'signature='),
    `${link.origin}${link.pathname}`,
  ];
  for (const href of changed) expect((await gateway.fetch(href)).status).toBe(403);
  expect((await gateway.fetch(link.href, { method: 'POST' })).status).toBe(405);
  expect(gateway.sorCalls()).toEqual([]);
});

test('a signature of one kind of link does not fit the other', async () => {
  await using gateway = await startGateway();
  const link = new URL(await linkOf(gateway));
  const payload = link.pathname.split('/')[2];
  expect((await gateway.fetch(`/exports/${payload}/download${link.search}`)).status).toBe(403);
});

test('a link works without the secret that operations need', async () => {
  const secret = 'a-secret-of-the-gateway';
  await using gateway = await startGateway({ env: { AUTH: 'secret', GATEWAY_SECRET: secret } });
  const { data } = await gateway.query(MUTATION, {}, { 'x-gateway-secret': secret });
  expect((await gateway.fetch(data.exportCustomerProfiles.downloadUrl)).status).toBe(200);
});
