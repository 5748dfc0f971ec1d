import { expect, test } from 'vitest';
import type { Fault } from '../src/sandbox/faults.ts';
import { startCollector } from './support/collector.ts';
import { type Gateway, startGateway } from './support/gateway.ts';
import { movableClock } from './support/movable-clock.ts';
import { upload } from './support/upload.ts';

const TOKEN = 'canary-token-0123456789';
const SECRET = 'canary-secret-0123456789';
const EMAIL = 'jeanne.canary@example.com';
const NAME = 'Jeanne Canary';
const ID = '17368658975598751634';

/** Parts of what was planted; each is found nowhere else. */
const PLANTED = ['canary', 'jeanne', ID.slice(0, 12)];

/** All ways for personal data to get into a call: path, filter, search, body. */
const OPERATIONS: [name: string, query: string][] = [
  ['an id in the path', `{ customerDatum(hoodId: "${EMAIL}") { hoodId } gdprRequest(hoodId: "${ID}") { hoodId } }`],
  [
    'ids in a list',
    `{ a: profileProperty(hoodId: "${EMAIL}") { hoodId } b: profileProperty(hoodId: "${ID}") { hoodId } }`,
  ],
  [
    'filters',
    `{ customerData(filter: { target: { in: ["${EMAIL}", "${NAME}"] } }) { nodes { hoodId } }
       gdprRequests(filter: { clientId: { eq: "${ID}" } }) { nodes { hoodId } } }`,
  ],
  ['a search', `{ hoodExports(search: { text: "${NAME}", in: [NAME] }) { nodes { hoodId } } }`],
  [
    'a body',
    `mutation { createProfileProperty(input: { label: "${EMAIL}", description: "${NAME} ${ID}" }) {
      __typename ... on UserError { message } ... on CreateProfilePropertySuccess { profileProperty { hoodId } } } }`,
  ],
  [
    'a body and a path',
    `mutation { decideGdprRequest(input: { hoodId: "${ID}", decision: DENY, rejectionReason: "${NAME}, ${EMAIL}" }) {
      __typename ... on UserError { message } ... on DecideGdprRequestSuccess { gdprRequest { companyId } } } }`,
  ],
];

const ECHO = `No ${EMAIL} (${NAME}, ${ID}) for ${TOKEN}`;
const FAULTS: [name: string, fault: Fault][] = [
  ...[400, 401, 403, 404, 409, 422, 429, 500].map((status): [string, Fault] => [
    `${status} that repeats everything`,
    { kind: 'status', status, body: { code: status, title: ECHO, message: ECHO, trace_id: EMAIL } },
  ]),
  ['an id in place of a trace id', { kind: 'status', status: 400, body: { title: 'Bad request.', trace_id: ID } }],
  ['a redirect', { kind: 'status', status: 302, headers: { location: `http://127.0.0.1:9/${EMAIL}?${TOKEN}` } }],
  ['an odd row', { kind: 'body', body: { total: 1, items: [ECHO] } }],
  ['an odd answer', { kind: 'body', body: [ECHO] }],
  ['an odd value', { kind: 'body', body: { total: 1, items: [{ id: { [EMAIL]: ECHO } }] } }],
  ['a page', { kind: 'html' }],
  ['half an answer', { kind: 'truncated' }],
  ['a reset', { kind: 'reset' }],
  ['silence', { kind: 'silence' }],
];

function startPlanted(env = {}): Promise<Gateway> {
  return startGateway({
    hood: { token: TOKEN },
    env: { SECRET, AUTH: 'secret', GATEWAY_SECRET: SECRET, AUDIT_KEY: SECRET, HOOD_MAX_PAGE_SIZE: '50', ...env },
  });
}

const HEADERS = { 'x-gateway-secret': SECRET, 'x-request-deadline': '300ms' };

function expectNothingPlanted(...texts: string[]): void {
  const shown = texts.join('\n').toLowerCase();
  for (const secret of PLANTED) expect(shown).not.toContain(secret);
}

/** All that a gateway tells its operator: the log with a line for each call, and the metrics. */
async function toldBy(gateway: Gateway): Promise<string[]> {
  const metrics = await fetch(`${await gateway.listen()}/metrics`);
  return [...gateway.logged, ...gateway.operationLines, await metrics.text()];
}

test.each(FAULTS)('%s: neither an answer nor log, metrics or traces repeat what was sent', async (_, fault) => {
  await using collector = await startCollector();
  await startPlanted(collector.env).then(async (gateway) => {
    await using _ = gateway;
    using clock = movableClock();
    gateway.hood.dials.fault = () => fault;
    for (const [, query] of OPERATIONS) {
      // Otherwise a 429 would keep the next ones from being sent.
      clock.pass(2_000);
      const answer = await gateway.query(query, {}, HEADERS);
      expectNothingPlanted(JSON.stringify(answer));
    }
    // The calls did carry it, and each operation did fail or come to nothing.
    const sent = gateway.hood.calls.map(({ line, headers }) => `${line} ${headers.authorization}`).join('\n');
    for (const secret of [TOKEN, EMAIL, NAME, ID]) expect(sent).toContain(secret);
    expect(gateway.logged).not.toEqual([]);
    expectNothingPlanted(...(await toldBy(gateway)));
  });
  const spans = collector.bodies.join();
  expect(spans).toContain('PATCH /v1/hood/gdpr-requests/{id}');
  expectNothingPlanted(spans);
});

test('nor do they where all goes well: shared calls, what is kept, files at addresses that an API names, odd requests', async () => {
  await using collector = await startCollector();
  const env = {
    ...collector.env,
    CACHE: 'on',
    HOOD_RATE: '5/s,150/m',
    GATEWAY_SCOPES: 'pii:read,gdpr:read,exports:read',
  };
  await startPlanted(env).then(async (gateway) => {
    await using _ = gateway;
    gateway.hood.dials.fault = ({ line }) => {
      const [, id] = /exports\/(\w+)\?/.exec(line) ?? [];
      if (line.includes('/download')) return { kind: 'status', status: 404 };
      const item = { id, status: 'ready', download_url: `/files/${EMAIL}?${EMAIL}=1&canary=${NAME}` };
      return id ? { kind: 'body', body: { total: 1, items: [item] } } : undefined;
    };
    const profile = `{ customerProfile(customerId: "${EMAIL}") { attribute(system: "global", key: "${NAME}") { value } } }`;
    await Promise.all([1, 2].map(() => gateway.query(profile, {}, HEADERS)));
    const kept = await gateway.query(profile, {}, { ...HEADERS, 'x-upstream-cost': 'calls' });
    expect(kept).toMatchObject({ extensions: { upstreamCalls: [{ servedFrom: 'CACHE' }] } });
    const { data } = await gateway.query('{ hoodExport(hoodId: "1") { downloadUrl } }', {}, HEADERS);
    await gateway.fetch(new URL(data.hoodExport.downloadUrl).pathname + new URL(data.hoodExport.downloadUrl).search);
    expect(gateway.hood.calls.at(-1)?.line).toContain('canary');
    for (const n of Array(8).keys())
      await gateway.query(
        `{ gdprRequest(hoodId: "${EMAIL}${n}") { hoodId } }`,
        {},
        { ...HEADERS, 'x-request-deadline': '100ms' },
      );
    for (const query of [
      `{ ${NAME} }`,
      `{ gdprRequest(hoodId: "${EMAIL}", ${EMAIL}) }`,
      `query Q($e: String = "${EMAIL}") { __typename }`,
    ])
      await gateway.query(query, { [EMAIL]: NAME }, { ...HEADERS, 'x-request-id': EMAIL });
    await gateway.query('{ __typename }', {}, { 'x-gateway-secret': TOKEN });
    expectNothingPlanted(JSON.stringify(kept), ...(await toldBy(gateway)));
    expect(gateway.logged.join()).toContain('in time');
  });
  expectNothingPlanted(collector.bodies.join());
});

test.each(OPERATIONS.filter(([name]) => /^a /.test(name)))(
  '%s: a name that was sent is not taken for a harmless title',
  async (_, query) => {
    await using gateway = await startPlanted();
    const title = `${NAME} is not known`;
    gateway.hood.dials.fault = () => ({ kind: 'status', status: 400, body: { title } });
    const answer = await gateway.query(query, {}, HEADERS);
    // A creation that is refused is followed by a read of why.
    const calls = query.includes('createProfileProperty') ? 2 : 1;
    expect(gateway.logged.filter((line) => !line.includes('"audit":true'))).toHaveLength(calls);
    expectNothingPlanted(JSON.stringify(answer), ...(await toldBy(gateway)));
  },
);

test.each<[string, string]>([
  ['a cursor', `{ customerData(after: "${EMAIL}") { totalCount } }`],
  ['a list', `{ customerData(filter: { target: { in: ["${EMAIL},b"] } }) { totalCount } }`],
  ['operators', `{ customerData(filter: { target: { eq: "${EMAIL}", neq: "${NAME}" } }) { totalCount } }`],
  ['a global id', `{ node(id: "${EMAIL}") { id } }`],
  ['a search', `{ customerData(search: { text: "${EMAIL}", in: [] }) { totalCount } }`],
])('%s that is refused is not repeated', async (_, query) => {
  await using gateway = await startPlanted();
  const { errors } = await gateway.query(query, {}, HEADERS);
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  expectNothingPlanted(JSON.stringify(errors), ...(await toldBy(gateway)));
});

test('a header that is refused is not repeated', async () => {
  await using gateway = await startPlanted();
  for (const headers of [{ 'x-gateway-secret': `${SECRET}.` }, { ...HEADERS, 'x-request-deadline': EMAIL }]) {
    const answer = await gateway.query('{ customerData { totalCount } }', {}, headers);
    expect(answer.errors).toHaveLength(1);
    expectNothingPlanted(JSON.stringify(answer), ...(await toldBy(gateway)));
  }
});

test.each([200, 400, 422, 500])(
  'a System of Record that fails with %i and repeats token or key in plain words is not quoted',
  async (status) => {
    await using gateway = await startGateway({ sor: { token: 'canary-token' } });
    const key = 'tBqL8qvvAhfyAQ';
    let words = '';
    gateway.sor.api.dials.fault = ({ line }) =>
      line.startsWith('GET /api/system_of_records')
        ? undefined
        : { kind: 'status', status, body: { success: false, error_message: words } };

    words = 'Token canary-token not valid';
    const read = await gateway.query('{ customerProfile(customerId: "x") { customerId } }');
    words = `Key ${key} not valid`;
    const query = `mutation ($file: Upload) {
      importAttributeValues(input: { systemOfRecord: "SOR_767yUpsMJoTWi0mz", file: $file }) {
        ... on UserError { message } } }`;
    const written = await upload(
      await gateway.listen(),
      { query, variables: { file: null } },
      ['user_id,attribute_key,value\n'],
      { map: '{"0":["variables.file"]}' },
    );

    expect(gateway.logged).toHaveLength(2);
    expectNothingPlanted(JSON.stringify([read, written]), ...(await toldBy(gateway)));
    expect(JSON.stringify([read, written]) + (await toldBy(gateway)).join()).not.toContain(key);
  },
);
