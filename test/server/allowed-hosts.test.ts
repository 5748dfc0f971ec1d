import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { sendRaw } from '../support/raw-request.ts';

const SECRET = 'sixteen-letters-and-more';

/** What a request by this name comes to. */
async function statusBy(host: string, env: Record<string, string> = {}, path = '/graphql?query={__typename}') {
  await using gateway = await startGateway({ env: { PUBLIC_URL: 'https://graph.example.com:8443/crm', ...env } });
  const headers = `x-gateway-secret: ${SECRET}\r\nconnection: close\r\n`;
  const answer = await sendRaw(await gateway.listen(), `GET ${path} HTTP/1.1\r\nhost: ${host}\r\n${headers}\r\n`);
  return { ...answer, logged: gateway.logged };
}

test.each([
  'localhost',
  'localhost.',
  '[::ffff:127.0.0.1]:4000',
  'LocalHost:4000',
  'app.localhost:80',
  '127.0.0.1:4000',
  '127.8.8.8',
  '[::1]:4000',
  'graph.example.com',
  'graph.example.com:80',
  'GRAPH.example.com',
  'gateway:4000',
  '10.0.0.5',
  '[fd00::5]:4000',
])('%s is a name of this gateway', async (host) => {
  expect((await statusBy(host, { ALLOWED_HOSTS: 'gateway,10.0.0.5,fd00::5' })).status).toBe(200);
});

test.each([
  'other.example',
  'localhost.other.example',
  'notlocalhost',
  '127.0.0.1.other.example',
  '128.0.0.1',
  '0.0.0.0:4000',
  '[::]:4000',
  '[::ffff:10.0.0.5]',
  'example.com',
  'x.graph.example.com',
  'graph.example.com.',
  'gateway:4000',
])('%s is none: 421, without a word, and one in the log', async (host) => {
  const { status, body, logged } = await statusBy(host);
  expect([status, body]).toEqual([421, '']);
  expect(logged).toHaveLength(1);
  expect(logged[0]).toContain('to allow it, add this name to ALLOWED_HOSTS');
});

test('the log has each name once, and no more of them than anybody could send', async () => {
  await using gateway = await startGateway();
  const origin = await gateway.listen();
  const sendTo = (host: string) => sendRaw(origin, `GET / HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  for (const host of ['a.example', 'b.example', 'a.example:80', 'A.example']) await sendTo(host);
  expect(gateway.logged).toHaveLength(2);
  for (let index = 0; index < 30; index++) await sendTo(`${index}.example`);
  expect(gateway.logged).toHaveLength(20);
});

test.each(['/health', '/ready'])('%s is for whoever asks, by whatever name', async (path) => {
  expect((await statusBy('10.1.2.3:4000', {}, path)).status).toBe(200);
  // Yoga executes what ends in its own path, wherever that stands.
  for (const rest of ['/graphql?query={__typename}', '?query={__typename}&x=/graphql', '?', '/']) {
    expect((await statusBy('10.1.2.3:4000', {}, `${path}${rest}`)).status).toBe(421);
  }
});

test('a name that was let in lets no other in, and none that comes to a probe', async () => {
  await using gateway = await startGateway();
  const origin = await gateway.listen();
  for (const [path, host, expected] of [
    ['/graphql?query={__typename}', 'localhost', 200],
    ['/graphql?query={__typename}', 'other.example', 421],
    ['/health', 'other.example', 200],
    ['/graphql?query={__typename}', 'other.example', 421],
    ['/graphql?query={__typename}', 'localhost', 200],
  ]) {
    const head = `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: close`;
    expect((await sendRaw(origin, `${head}\r\n\r\n`)).status).toBe(expected);
  }
});

test('where a credential is asked for, any name will do', async () => {
  const env = { AUTH: 'secret', GATEWAY_SECRET: SECRET };
  expect((await statusBy('other.example', env)).status).toBe(200);
  expect((await statusBy('[', env)).status).toBe(400);
});

test('links are made of PUBLIC_URL, whatever name a request calls by', async () => {
  const env = { AUTH: 'secret', GATEWAY_SECRET: SECRET };
  const query = encodeURIComponent('{ hoodExport(hoodId: "1000000") { downloadUrl } }');
  const { body } = await statusBy('other.example', env, `/graphql?query=${query}`);
  expect(JSON.parse(body).data.hoodExport.downloadUrl).toMatch(
    /^https:\/\/graph\.example\.com:8443\/crm\/exports\/1000000\//,
  );
});
