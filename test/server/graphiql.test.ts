import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APIS } from '../../src/graph/upstream-api.ts';
import { graphiqlPage } from '../../src/server/graphiql/graphiql.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const OPTIONS = { isSandbox: false, apis: APIS.map(({ name: api, title }) => ({ api, title })), ways: [] };
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

function open(gateway: Gateway, headers: Record<string, string> = {}, method = 'GET') {
  return gateway.fetch('/graphql', { method, headers: { ...BROWSER, ...headers } });
}

async function bytesOf(response: Response) {
  return Buffer.from(await response.arrayBuffer());
}

describe('GraphiQL', () => {
  /** One for all, as each makes its own page. */
  let gateway: Gateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway[Symbol.asyncDispose]());

  test('is a page that may run its own scripts, talk to its own host, and nothing else', async () => {
    const response = await open(gateway);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'cache-control': 'no-cache',
      'content-length': String((await bytesOf(response.clone())).length),
      'content-security-policy': expect.any(String),
      'content-type': 'text/html; charset=utf-8',
      etag: expect.stringMatching(/^"[\w-]{43}-identity"$/),
      vary: 'Accept, Accept-Encoding',
    });
    expect(response.headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^script-src( 'sha256-[\w+/]{43}=')+$/),
      'worker-src blob:',
      "style-src 'unsafe-inline'",
      'font-src data:',
      'img-src data:',
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('says that the data is real, and offers nothing that would change it', async () => {
    const html = await (await open(gateway)).text();
    expect(html).toContain('<b>LIVE</b><span>Real data of Hood and System of Record');
    expect(html).toContain('query Joined');
    expect(html).not.toContain('THIS WRITES');
  });

  test('loads nothing from another host', async () => {
    const html = await (await open(gateway)).text();
    const loads = [
      ...html.matchAll(/<(?:script|link|img|iframe)\s[^>]*?(?:src|href)=["']?([^"'\s>]{1,40})/g),
      ...html.matchAll(/\burl\(["']?([^"')\s]{1,40})/g),
      ...html.matchAll(/@import\s*["']([^"']{1,40})/g),
    ].map(([, address = '']) => address);
    expect(loads.length).toBeGreaterThan(10);
    expect(loads.filter((address) => /^(?:https?:)?\/\//.test(address))).toEqual([]);
  });

  test('says the same in every coding, under a tag of its own', async () => {
    const plain = await open(gateway);
    const gzipped = await open(gateway, { 'accept-encoding': 'gzip' });
    const brotli = await open(gateway, { 'accept-encoding': 'gzip, deflate, br, zstd' });
    const codings = [plain, gzipped, brotli].map(({ headers }) => headers.get('content-encoding'));
    expect(codings).toEqual([null, 'gzip', 'br']);
    expect(new Set([plain, gzipped, brotli].map(({ headers }) => headers.get('etag'))).size).toBe(3);

    const page = await bytesOf(plain);
    const [gzipBytes, brotliBytes] = [await bytesOf(gzipped), await bytesOf(brotli)];
    expect(gunzipSync(gzipBytes).equals(page)).toBe(true);
    expect(brotliDecompressSync(brotliBytes).equals(page)).toBe(true);
    expect(brotliBytes.length).toBeLessThan(2_000_000);
    expect(gzipBytes.length).toBeLessThan(2_600_000);
  });

  test('is not sent again to a browser that has it, not even after a restart', async () => {
    const headers = { 'accept-encoding': 'br' };
    const etag = (await open(gateway, headers)).headers.get('etag') ?? '';
    await using after = await startGateway();
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const response = await open(after, { ...headers, 'if-none-match': tag });
      expect([tag, response.status]).toEqual([tag, 304]);
      expect(response.headers.get('etag')).toBe(etag);
      expect(response.headers.get('vary')).toBe('Accept, Accept-Encoding');
      expect(await response.text()).toBe('');
    }
    for (const tag of ['"other"', etag.replace('-br"', '-gzip"'), etag.slice(1, -1)]) {
      const response = await open(after, { ...headers, 'if-none-match': tag });
      expect([tag, response.status]).toEqual([tag, 200]);
    }
  });

  test('answers HEAD with the headers of GET', async () => {
    const headers = { 'accept-encoding': 'br' };
    const [head, get] = [await open(gateway, headers, 'HEAD'), await open(gateway, headers)];
    expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
    expect(await head.text()).toBe('');
  });

  test('leaves operations alone, also those sent by GET', async () => {
    const types = ['application/json', '*/*', 'application/graphql-response+json'];
    for (const accept of [...types, 'text/html;q=0, */*', `${types[2]}, text/html;q=0.1`]) {
      const response = await gateway.fetch('/graphql?query={__typename}', { headers: { accept } });
      expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
    }
  });

  test('is found with a slash at the end too, also below a path of a proxy', async () => {
    const headers = { accept: 'text/html' };
    const response = await gateway.fetch('/graphql/?query={__typename}', { headers, redirect: 'manual' });
    const location = response.headers.get('location') ?? '';
    expect([response.status, location]).toEqual([308, '../graphql']);
  });

  test('is served without the secret of the gateway and prompts for it; operations still need it', async () => {
    const secret = 'open-sesame-open-sesame';
    await using gateway = await startGateway({ env: { AUTH: 'secret', GATEWAY_SECRET: secret } });
    const response = await open(gateway);
    expect(response.status).toBe(200);
    const html = await response.text();
    const choices = [...html.matchAll(/<option value="([\w-]+)">(\w+)</g)].map(([, header, name]) => [header, name]);
    expect(choices).toEqual([['x-gateway-secret', 'Secret']]);
    expect(html.includes(secret)).toBe(false);
    expect((await gateway.query('{ __typename }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    const get = await gateway.fetch('/graphql?query={__typename}');
    expect(get.status).toBe(401);
  });

  test('is made once for all who ask, and by another thread, so that no operation waits for it', async () => {
    const page = graphiqlPage(OPTIONS);
    const before = { here: process.threadCpuUsage(), everywhere: process.cpuUsage() };
    const [one, other] = await Promise.all([page(), page()]);
    expect(one).toBe(other);
    expect(await page()).toBe(one);
    const here = process.threadCpuUsage(before.here);
    const everywhere = process.cpuUsage(before.everywhere);
    expect(here.user + here.system).toBeLessThan((everywhere.user + everywhere.system) / 2);
  });
});
