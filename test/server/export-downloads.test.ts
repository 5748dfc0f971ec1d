import { expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { exportLink, type LinkOptions } from '../support/link.ts';

const SECRET = 'a secret for these tests';
const MINUTE = 60_000;

function start(env: Record<string, string> = {}): Promise<Gateway> {
  return startGateway({ env: { SECRET, ...env } });
}

const linkTo = (id: string, options: LinkOptions = {}) => exportLink(id, { secret: SECRET, ...options });

test('a download link gives the very bytes of Hood, as a private file, and shows no token', async () => {
  await using gateway = await start();
  const { data } = await gateway.query('{ hoodExport(hoodId: "1000000") { downloadUrl } }');
  const { downloadUrl } = data.hoodExport;
  expect(downloadUrl).toMatch(
    /^http:\/\/gateway\.test\/exports\/1000000\/download\?expires=\d+&caller=[\w-]+&signature=[\w-]{43}$/,
  );

  const direct = await fetch(`${gateway.hood.origin}/v1/hood/exports/1000000/download`, {
    headers: { authorization: `Bearer ${gateway.hood.token}` },
  });
  const bytes = await direct.text();
  expect(bytes.length).toBeGreaterThan(100);
  gateway.hoodCalls();

  // A link is followed from any page, or from none, and needs nothing but itself.
  const { pathname, search } = new URL(downloadUrl);
  const response = await fetch(`${await gateway.listen()}${pathname}${search}`, {
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', accept: 'text/html,*/*;q=0.8' },
  });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(bytes);
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/exports/1000000/download']);
  const headers = Object.fromEntries(response.headers);
  expect(headers).toMatchObject({
    'content-type': 'text/csv',
    'content-disposition': 'attachment; filename="export-1000000.csv"',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  expect(JSON.stringify([headers, downloadUrl, ...gateway.logged])).not.toContain(gateway.hood.token);
});

test('links start with PUBLIC_URL, and work without the secret that operations need', async () => {
  const GATEWAY_SECRET = 'sixteen-letters-and-more';
  await using gateway = await start({
    PUBLIC_URL: 'https://graph.example.com',
    AUTH: 'secret',
    GATEWAY_SECRET,
  });
  const { data } = await gateway.query(
    '{ hoodExport(hoodId: "1000000") { downloadUrl } }',
    {},
    {
      'x-gateway-secret': GATEWAY_SECRET,
    },
  );
  const { origin, pathname, search } = new URL(data.hoodExport.downloadUrl);
  expect(origin).toBe('https://graph.example.com');
  const response = await gateway.fetch(pathname + search);
  expect(response.status).toBe(200);
  await response.text();
});

test('a link works for five minutes', async () => {
  await using gateway = await start();
  const statuses = [];
  for (const age of [4.5 * MINUTE, 5.5 * MINUTE]) {
    const response = await gateway.fetch(linkTo('1000000', { age }));
    statuses.push(response.status);
    await response.text();
  }
  expect(statuses).toEqual([200, 403]);
});

const EDITS: [name: string, edit: (url: URL) => void][] = [
  [
    'another id',
    (url) => {
      url.pathname = '/exports/999999/download';
    },
  ],
  ['a later end', (url) => url.searchParams.set('expires', String(Number(url.searchParams.get('expires')) + 1))],
  ['an end that is none', (url) => url.searchParams.set('expires', 'never')],
  ['no end', (url) => url.searchParams.delete('expires')],
  [
    'half a signature',
    (url) => url.searchParams.set('signature', url.searchParams.get('signature')?.slice(0, 20) ?? ''),
  ],
  ['another caller', (url) => url.searchParams.set('caller', Buffer.from('jwt:somebody').toString('base64url'))],
  ['no caller', (url) => url.searchParams.delete('caller')],
  ['another signature', (url) => url.searchParams.set('signature', 'A'.repeat(43))],
  ['no signature', (url) => url.searchParams.delete('signature')],
];

test.each(EDITS)('a link with %s is refused with 403, in plain words and without a call', async (_, edit) => {
  await using gateway = await start();
  const url = new URL(linkTo('1000000'));
  edit(url);
  const response = await gateway.fetch(url.href);
  expect(response.status).toBe(403);
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await response.text()).toBe('This link has expired or is not one of ours: ask for a new one.\n');
  expect(gateway.hoodCalls()).toEqual([]);
});

test('a link that another key or another purpose signed is refused', async () => {
  await using gateway = await start();
  const foreign = linkTo('1000000', { secret: 'the secret of another one' });
  const forCursors = linkTo('1000000', { purpose: 'cursors' });
  for (const link of [foreign, forCursors]) expect((await gateway.fetch(link)).status).toBe(403);
  expect(gateway.hoodCalls()).toEqual([]);
});

test.each(['HEAD', 'POST', 'PUT'])('%s is refused with 405', async (method) => {
  await using gateway = await start();
  const response = await gateway.fetch(linkTo('1000000'), { method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('GET');
  expect(gateway.hoodCalls()).toEqual([]);
});

test('an id cannot leave its place in the path', async () => {
  await using gateway = await start();
  for (const id of ['1/../../gdpr-requests', 'a/b?c#d', '%2e%2e']) {
    expect((await gateway.fetch(linkTo(id))).status).toBe(404);
  }
  for (const { rawTarget } of gateway.hood.calls) {
    expect(rawTarget).toMatch(/^\/v1\/hood\/exports\/[^/?#.]+(?:\/download|\?fields=download_url,id)$/);
  }
  expect(gateway.hood.calls).toHaveLength(6);
});

test('an export that is gone is a 404', async () => {
  await using gateway = await start();
  const response = await gateway.fetch(linkTo('1'));
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('This export no longer exists.\n');
});

const BODY = { code: 500, title: 'jeanne@example.com' };
test.each<[string, Fault, number, string | null]>([
  ['500', { kind: 'status', status: 500, body: BODY }, 503, null],
  ['401', { kind: 'status', status: 401, body: BODY }, 503, null],
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 503, '7'],
  ['400', { kind: 'status', status: 400, body: BODY }, 502, null],
  ['a reset', { kind: 'reset' }, 503, null],
  ['silence', { kind: 'silence' }, 504, null],
  ['a redirect', { kind: 'status', status: 302, headers: { location: 'http://127.0.0.1:9/x' } }, 502, null],
])('%s of Hood is plain text that names no address, and is found in the log', async (_, fault, status, retryAfter) => {
  await using gateway = await start();
  gateway.hood.dials.fault = () => fault;
  const response = await gateway.fetch(linkTo('1000000'), {
    headers: { 'x-request-deadline': fault.kind === 'silence' ? '200ms' : '5s' },
  });
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(response.headers.get('retry-after')).toBe(retryAfter);
  const text = await response.text();
  const [, failureId] = /^Hood .*\. \(([\w-]{8})\)\n$/.exec(text) ?? [];
  const lines = gateway.logged.filter((line) => line.includes('failureId'));
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    failureId,
    route: '/v1/hood/exports/{id}/download',
  });
  for (const shown of [text, ...gateway.logged]) expect(shown).not.toMatch(/1000000|127\.0\.0\.1|jeanne|Bearer/);
});

test.each<[what: string, row: Record<string, unknown>, hasFile: boolean]>([
  ['ready, and expires later', { status: 'ready', expire_time: '2099-01-01 00:00:00' }, true],
  ['ready, and never expires', { status: 'ready', expire_time: '1970-01-01 00:00:00' }, true],
  ['ready, without a time', { status: 'ready' }, true],
  ['ready, and expired', { status: 'ready', expire_time: '2021-07-30 12:50:13' }, false],
  ['running', { status: 'running', expire_time: '2099-01-01 00:00:00' }, false],
  ['failed', { status: 'failed', expire_time: null }, false],
  ['expired', { status: 'expired' }, false],
  ['of an unknown status', {}, false],
])('an export that is %s: whether it has a link', async (_what, row, hasFile) => {
  await using gateway = await start();
  gateway.hood.replace('exports', [{ id: '1', ...row }]);

  const { data, errors } = await gateway.query('{ hoodExport(hoodId: "1") { hoodId downloadUrl } }');

  expect(errors).toBeUndefined();
  expect(data.hoodExport.hoodId).toBe('1');
  expect(data.hoodExport.downloadUrl !== null).toBe(hasFile);
});

const OWN = '/v1/hood/customers/exports/1000000/download';

test('where the documented address answers 404, the one in the row is tried', async () => {
  await using gateway = await start();
  gateway.hood.dials.fault = ({ line }) =>
    line === 'GET /v1/hood/exports/1000000/download' ? { kind: 'status', status: 404 } : undefined;

  const response = await gateway.fetch(linkTo('1000000'));

  expect(response.status).toBe(200);
  expect(await response.text()).toMatch(/^client_id,/);
  expect(gateway.hoodCalls()).toEqual([
    'GET /v1/hood/exports/1000000/download',
    'GET /v1/hood/exports/1000000?fields=download_url,id',
    `GET ${OWN}`,
  ]);
});

test.each([
  ['another host', 'http://127.0.0.1:9/v1/hood/file'],
  ['another host without a scheme', '//other.example/v1/hood/file'],
  ['another scheme', 'file:///etc/passwd'],
  ['nothing', ''],
  ['no text', 5],
  ['the documented address itself', '/v1/hood/exports/1/download'],
])('a row whose address is %s has no other: no token leaves', async (_what, download_url) => {
  await using gateway = await start();
  gateway.hood.replace('exports', [{ id: '1', download_url }]);
  gateway.hood.dials.fault = ({ line }) => (line.endsWith('/download') ? { kind: 'status', status: 404 } : undefined);

  const response = await gateway.fetch(linkTo('1'));

  expect(response.status).toBe(404);
  expect(await response.text()).toBe('This export no longer exists.\n');
  expect(gateway.hoodCalls()).toHaveLength(2);
});
