import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type GatewayOptions, startGateway } from '../support/gateway.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const SECRET = 'open-sesame-open-sesame';
const LOCKED = { AUTH: 'secret', GATEWAY_SECRET: SECRET };
const OPEN = { HOST: '0.0.0.0', PUBLIC_URL: 'https://graph.example.com' };

/** What a shell prints that has the secret in its environment. */
async function run(command: string): Promise<string> {
  const env = { PATH: process.env['PATH'], GATEWAY_SECRET: SECRET };
  return (await promisify(execFile)('sh', ['-c', command], { env })).stdout;
}

/** What a gateway answers at a path: to `curl`, unless headers say otherwise. */
async function answerAt(path: string, env: Record<string, string>, init: RequestInit = {}) {
  await using gateway = await startGateway({ env });
  const response = await gateway.fetch(path, { ...init, headers: { accept: '*/*', ...init.headers } });
  const text = await response.text();
  expect([...gateway.hoodCalls(), ...gateway.sorCalls()]).toEqual([]);
  const type = response.headers.get('content-type');
  return { status: response.status, type, text, json: type?.includes('json') ? JSON.parse(text) : undefined };
}

describe('how the gateway stands', () => {
  test('is JSON with the mode, both APIs, their limits, and the paths that there are', async () => {
    await using gateway = await startGateway({
      env: { UPSTREAM: 'sandbox', HOOD_RATE: '10/s,150/m', PUBLIC_URL: 'https://graph.example.com/crm' },
    });
    await gateway.query('{ hoodExports { totalCount } }');
    const response = await gateway.fetch('/');
    expect([response.headers.get('content-type'), response.headers.get('vary')]).toEqual([
      'application/json; charset=utf-8',
      'Accept, Origin',
    ]);
    const said = await response.json();
    expect(said).toMatchObject({ name: 'hood-sor-gateway', mode: 'sandbox', status: 'ready', degraded: [] });
    const nothing = { waiting: 0, openRoutes: [], degraded: [] };
    expect(said.apis).toEqual([
      {
        ...{ api: 'HOOD', title: 'Hood', mode: 'sandbox', because: 'UPSTREAM is sandbox', ...nothing },
        limits: [
          { windowSeconds: 1, limit: 10, remaining: 9 },
          { windowSeconds: 60, limit: 150, remaining: 149 },
        ],
      },
      {
        api: 'SOR',
        title: 'System of Record',
        mode: 'sandbox',
        because: 'UPSTREAM is sandbox',
        limits: [],
        ...nothing,
      },
    ]);
    expect(Object.keys(said.paths)).toContain('https://graph.example.com/crm/schema.graphql');
  });

  test('tells what fails, what waits, and what is not configured', async () => {
    await using gateway = await startGateway({ env: { SOR_TOKEN: '', HOOD_RATE: '1/s,150/m' } });
    gateway.hood.dials.fault = () => ({ kind: 'status', status: 401 });
    await gateway.query('{ hoodExports { totalCount } }');
    const [hood, sor] = (await (await gateway.fetch('/')).json()).apis;
    expect(hood).toMatchObject({ mode: 'live', degraded: ['credential_refused'], limits: [{ remaining: 0 }, {}] });
    expect(sor).toMatchObject({ mode: 'not configured', because: 'SOR_TOKEN or SOR_EMAIL is not set' });
    const page = await (await gateway.fetch('/', { headers: BROWSER })).text();
    for (const text of ['It refuses the credential of the gateway.', 'not configured', '0 of 1 calls left'])
      expect(page).toContain(text);
  });

  test('names the routes that keep failing', async () => {
    await using gateway = await startGateway();
    gateway.hood.dials.fault = () => ({ kind: 'status', status: 500 });
    for (let n = 1; n <= 10; n += 1)
      await gateway.query(`{ hoodExports(filter: { name: { eq: "${n}" } }) { totalCount } }`);
    const [hood] = (await (await gateway.fetch('/')).json()).apis;
    expect(hood.openRoutes).toEqual(['/v1/hood/exports']);
    const page = await (await gateway.fetch('/', { headers: BROWSER })).text();
    expect(page).toContain('Calls of /v1/hood/exports keep failing, and are refused at once until one succeeds.');
  });

  test('for a browser is a page that may load and run nothing', async () => {
    await using gateway = await startGateway({ env: { UPSTREAM: 'sandbox' } });
    const page = await (await gateway.fetch('/', { headers: BROWSER })).text();
    const documents = page.match(/(?<=<code>)docs\/[^<]+/g) ?? [];
    expect(documents.length).toBeGreaterThan(3);
    expect(documents.filter((file) => !existsSync(file))).toEqual([]);
    const { status, headers } = await gateway.fetch('/', { headers: BROWSER, method: 'HEAD' });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-[\w+/]{43}='$/,
    );
  });

  test.each<[GatewayOptions, string]>([
    [{ env: { UPSTREAM: 'sandbox' }, hood: { rows: 50 }, sor: { profiles: 50 } }, '"firstName":"'],
    [{ hood: { rows: 9 } }, '"profileProperties":{"nodes":[{'],
    [{ env: { HOOD_TOKEN: '' } }, '"systemsOfRecord":{"nodes":[{'],
    [{ env: { ...LOCKED, UPSTREAM: 'sandbox' }, hood: { rows: 9 } }, '"gdprRequests":{"nodes":[{'],
    [{ env: { UPSTREAM: 'sandbox', ANONYMOUS_SCOPES: 'gdpr:read' }, hood: { rows: 9 } }, '"label":"'],
  ])('has an example that works as it is copied: with %j', async (options, answer) => {
    await using gateway = await startGateway({ ...options, env: { ...options.env, PUBLIC_URL: '' } });
    const origin = await gateway.listen();
    const headers = { 'x-gateway-secret': SECRET };
    const { example } = await (await fetch(origin, { headers })).json();
    expect(example).not.toContain(SECRET);
    const page = await (await fetch(origin, { headers: { ...BROWSER, ...headers } })).text();
    const [, shown = ''] = /<pre>(.*?)<\/pre>/s.exec(page) ?? [];
    const unescaped = shown.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
    for (const command of [example, unescaped]) expect(await run(command)).toContain(answer);
  });

  test('has neither an example nor the schema where only trusted documents are taken', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'front-page-'));
    const file = join(folder.path, 'documents.json');
    await writeFile(file, '{"a":"{ __typename }"}');
    const env = { TRUSTED_DOCUMENTS: file, TRUSTED_DOCUMENTS_ONLY: 'true' };
    const { json } = await answerAt('/', env);
    expect((await answerAt('/schema.graphql', env)).status).toBe(404);
    expect([json.example, JSON.stringify(json.paths).includes('schema')]).toEqual([undefined, false]);
  });
});

describe('strangers', () => {
  test('learn the name, and where operations go', async () => {
    for (const env of [LOCKED, { ...LOCKED, ...OPEN }]) {
      const base = 'PUBLIC_URL' in env ? OPEN.PUBLIC_URL : 'http://gateway.test';
      for (const headers of [{}, { 'x-gateway-secret': 'wrong' }, { authorization: 'Bearer x' }]) {
        const { status, json } = await answerAt('/', env, { headers });
        expect({ status, json }).toEqual({
          status: 200,
          json: { name: 'hood-sor-gateway', graphql: `${base}/graphql` },
        });
      }
      const { text } = await answerAt('/', env, { headers: BROWSER });
      expect(text).toContain('hood-sor-gateway');
      expect(text.replace(/<style>.*<\/style>|hood-sor-gateway/gs, '')).not.toMatch(
        /live|sandbox|Hood|SOR|System of Record|\d\.\d\.\d|ready|graphiql/i,
      );
      const missing = await answerAt('/ready/x', env);
      expect(Object.keys(missing.json.paths)).toEqual([`${base}/graphql`]);
    }
  });

  test('are told all with a credential', async () => {
    const headers = { 'x-gateway-secret': SECRET };
    expect((await answerAt('/', { ...LOCKED, ...OPEN }, { headers })).json.apis).toHaveLength(2);
    const { text } = await answerAt('/', LOCKED, { headers: { ...BROWSER, ...headers } });
    expect(text).toContain('<strong>LIVE</strong>');
  });
});

test.each([
  ['live', null],
  ['sandbox', 'http://localhost:5173'],
])(
  'pages of other ports of this machine can read nothing of it while data is %s, unless made up',
  async (UPSTREAM, allowed) => {
    await using gateway = await startGateway({ env: { UPSTREAM } });
    for (const path of ['/', '/schema.graphql', '/nothing']) {
      const { headers } = await gateway.fetch(path, { headers: { origin: 'http://localhost:5173' } });
      expect([path, headers.get('access-control-allow-origin')]).toEqual([path, allowed]);
    }
  },
);

describe('where nothing is', () => {
  test.each([
    ['/nothing', {}],
    ['/', { method: 'POST', body: '{"query":"{ __typename }"}', headers: { 'content-type': 'application/json' } }],
    ['/api', { method: 'DELETE' }],
    ['/schema.graphql/', {}],
  ])('%s says what there is', async (path, init) => {
    const { status, json } = await answerAt(path, {}, init);
    expect([status, json.errors[0].message]).toEqual([404, 'There is nothing at this path. GraphQL is at /graphql.']);
    expect(Object.keys(json.paths).map((url) => new URL(url).pathname)).toEqual([
      ...['/', '/graphql', '/schema.graphql', '/caller', '/ready', '/health', '/metrics', '/.well-known/jwks.json'],
    ]);
  });

  test('a browser gets a page, whose links hold below a path of a proxy too', async () => {
    const { status, type, text } = await answerAt('/a/b', {}, { headers: BROWSER });
    expect([status, type]).toEqual([404, 'text/html; charset=utf-8']);
    expect(text).toContain('There is nothing at this path. GraphQL is at /graphql.');
    const links = [...text.matchAll(/<a href="([^"]+)"/g)].map(([, href = '']) => href);
    expect(links.map((href) => new URL(href, 'http://proxy.test/graph/a/b').pathname)).toContain('/graph/graphql');
  });

  test.each(['application/json, text/html;q=0.1', 'text/html;q=0', 'text/html;q=0.5, application/*'])(
    'whoever prefers JSON gets it: %s',
    async (accept) => {
      for (const path of ['/', '/nothing'])
        expect((await answerAt(path, {}, { headers: { accept } })).json).toBeDefined();
    },
  );

  test('what was asked for is not repeated', async () => {
    const { text } = await answerAt('/<script>alert(1)</script>?email=jean@example.com', {}, { headers: BROWSER });
    expect(text).not.toMatch(/script|jean/);
  });

  test('names only what is there', async () => {
    const { json } = await answerAt('/nothing', { INTROSPECTION: 'off', METRICS_PORT: '0' });
    expect(JSON.stringify(json)).not.toMatch(/schema\.graphql|metrics/);
  });
});

describe('the schema', () => {
  test('is what clients see', async () => {
    const { status, type, text } = await answerAt('/schema.graphql', {});
    expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(text).toBe(readFileSync('schema.graphql', 'utf8'));
    expect(await answerAt('/schema.graphql', {}, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  });

  test('is not there where introspection is off', async () => {
    expect(await answerAt('/schema.graphql', { INTROSPECTION: 'off' })).toMatchObject({ status: 404 });
    // As it is by default for real data on an address that is open.
    const headers = { 'x-gateway-secret': SECRET };
    expect(await answerAt('/schema.graphql', { ...LOCKED, ...OPEN }, { headers })).toMatchObject({ status: 404 });
  });

  test('needs the credential that introspection needs', async () => {
    const { status, json } = await answerAt('/schema.graphql', LOCKED);
    expect([status, json.errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    const headers = { 'x-gateway-secret': SECRET };
    expect(await answerAt('/schema.graphql', LOCKED, { headers })).toMatchObject({ status: 200 });
  });
});
