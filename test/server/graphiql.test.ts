import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mended } from '../../src/server/graphiql-mends.ts';
import { graphiqlPage, readyOperations } from '../../src/server/graphiql-page.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';

const READY_OPERATIONS = readyOperations();
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
    for (const accept of ['application/json', '*/*', 'application/graphql-response+json']) {
      const response = await gateway.fetch('/graphql?query={__typename}', { headers: { accept } });
      expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
    }
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

  test('is made once for all who ask at the same time', async () => {
    const page = graphiqlPage([]);
    const [one, other] = await Promise.all([page(), page()]);
    expect(one).toBe(other);
    expect(await page()).toBe(one);
  });

  test('is made by another thread, so that no operation waits for it', async () => {
    const before = { here: process.threadCpuUsage(), everywhere: process.cpuUsage() };
    await graphiqlPage([])();
    const here = process.threadCpuUsage(before.here);
    const everywhere = process.cpuUsage(before.everywhere);
    expect(here.user + here.system).toBeLessThan((everywhere.user + everywhere.system) / 2);
  });

  test('is not made of a page that its mends do not fit', () => {
    expect(() => mended('<html><div id="root"></div></html>', [])).toThrow(/^Expected operationName:/);
  });
});

describe('the ready operations', () => {
  /** As `npm start` fills its stand-ins; what one operation changes, the others still have. */
  let filled: Gateway;
  beforeAll(async () => {
    filled = await startGateway({ hood: { rows: 5_000 }, sor: { profiles: 10_000 } });
  });
  afterAll(() => filled[Symbol.asyncDispose]());

  test.each(READY_OPERATIONS.map((ready) => [nameOf(ready.operation), ready] as const))(
    '%s answers with data for the calls it names',
    async (_name, { operation, variables }) => {
      await using gateway = await startGateway({ beside: filled });
      const { data, errors } = await gateway.query(operation, JSON.parse(variables ?? '{}'));
      expect(errors).toBeUndefined();
      for (const [field, value] of Object.entries(data)) {
        expect([field, value]).toEqual([field, expect.any(Object)]);
        for (const rows of [(value as Rows).nodes, (value as Rows).edges]) expect(rows).not.toEqual([]);
      }
      expect(gateway.hoodCalls().length + gateway.sorCalls().length).toBe(costOf(operation));
    },
  );

  test('what CreateProperty says is true: its duplicate is refused by Hood, an empty label without a call', async () => {
    await using gateway = await startGateway();
    const { operation = '', variables } =
      READY_OPERATIONS.find((ready) => nameOf(ready.operation) === 'CreateProperty') ?? {};
    const created = (await gateway.query(operation, JSON.parse(variables ?? '{}'))).data.createProfileProperty;
    expect(created.profileProperty.label).toBe('favorite_color');
    const again = (await gateway.query(operation, JSON.parse(variables ?? '{}'))).data.createProfileProperty;
    expect(again).toMatchObject({ __typename: 'UpstreamRejectedError', api: 'HOOD', status: 400 });

    gateway.hoodCalls();
    const unnamed = (await gateway.query(operation, { input: { label: '' } })).data.createProfileProperty;
    expect(unnamed.issues).toEqual([{ path: ['label'], message: 'Expected a label that is not empty.' }]);
    expect(gateway.hoodCalls()).toEqual([]);
  });

  test('each has one operation with a name for its tab, and lines that fit the editor', () => {
    const names = READY_OPERATIONS.map(({ operation }) => nameOf(operation));
    expect(new Set(names).size).toBe(READY_OPERATIONS.length);
    for (const { operation } of READY_OPERATIONS) {
      for (const line of operation.split('\n')) expect(line.length).toBeLessThanOrEqual(54);
    }
  });

  test('the first needs no variables: GraphiQL would not fill them in', () => {
    expect(READY_OPERATIONS[0]?.variables).toBeNull();
  });

  test('none can end the script of the page that they are printed into', () => {
    expect(JSON.stringify(READY_OPERATIONS)).not.toMatch(/<\/script|<!--/i);
  });
});

interface Rows {
  nodes?: unknown[];
  edges?: unknown[];
}

/** Of the only operation of a document. */
/** How many upstream calls an operation says that it costs. */
function costOf(operation: string): number {
  return Number(/^# Costs (\d+) upstream calls?\.$/m.exec(operation)?.[1]);
}

function nameOf(document: string): string {
  const { definitions } = parse(document);
  const [operation] = definitions;
  if (definitions.length !== 1 || operation?.kind !== 'OperationDefinition' || !operation.name) {
    throw new Error(`Expected one named operation, not ${document}`);
  }
  return operation.name.value;
}
