import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const JOBS = 'GET /api/attribute_values/import_jobs';
const ERRORS = 'GET /api/attribute_values/import_errors';
const SECRET = 'canary-key';

/** Answers what a test needs to be told of imports and errors, instead of the stand-in. */
function answerWith(gateway: Gateway, jobs: unknown, errors: unknown[] = []): void {
  gateway.sor.api.dials.fault = ({ line }) => {
    if (line.startsWith(JOBS)) return { kind: 'body', body: { success: true, result: jobs } };
    if (!line.startsWith(ERRORS)) return undefined;
    return { kind: 'body', body: { success: true, result: { attribute_errors: errors } } };
  };
}

const SEED_JOBS = {
  import_id_1: '2019-01-02 11:12:13',
  import_id_2: '2019-02-03 11:12:13',
  import_id_3: '2019-03-03 11:12:13',
};

const SEED_ERROR = {
  job_id: 'import_id_1',
  customer_id: 'Bob',
  key: 'age',
  sor: 'SOR_767yUpsMJoTWi0mz',
  date: '2019-01-02T11:12:13',
  source: 'AttributeCleaner',
  message: 'attributeKey is empty',
  raw: `{\n"sor":"SOR_XXXX",\n"api_key":"${SECRET}",\n"customer_attribute_values": [\n{\n"customer_id" :"098713490",\n"attribute_key" :"contract_type",\n"attribute_value" :"Premium"\n}\n]\n}`,
};

test('imports come newest first, in windows of the one list that the API gives', async () => {
  await using gateway = await startGateway();
  answerWith(gateway, SEED_JOBS);

  const { data, errors } = await gateway.query(`{
    all: attributeImports { totalCount nodes { id importId jobId startedAt } pageInfo { hasNextPage } }
    first: attributeImports(first: 2) { nodes { importId } pageInfo { hasNextPage endCursor } }
    last: attributeImports(last: 1) { nodes { importId } pageInfo { hasPreviousPage } }
  }`);

  expect(errors).toBeUndefined();
  expect(data.all).toEqual({
    totalCount: 3,
    nodes: [3, 2, 1].map((number) => ({
      id: Buffer.from(`AttributeImport:import_id_${number}`).toString('base64url'),
      importId: `import_id_${number}`,
      jobId: null,
      startedAt: SEED_JOBS[`import_id_${number}` as keyof typeof SEED_JOBS].replace(' ', 'T').concat('Z'),
    })),
    pageInfo: { hasNextPage: false },
  });
  expect(data.last).toEqual({ nodes: [{ importId: 'import_id_1' }], pageInfo: { hasPreviousPage: true } });
  const after = await gateway.query(
    'query ($after: String) { attributeImports(after: $after) { nodes { importId } } }',
    {
      after: data.first.pageInfo.endCursor,
    },
  );
  expect(after.data.attributeImports.nodes).toEqual([{ importId: 'import_id_1' }]);
  expect(gateway.sorCalls()).toEqual([JOBS, JOBS]);
});

test('of imports of the same second the later one of the answer comes first, and odd times come last', async () => {
  await using gateway = await startGateway();
  const second = '2019-01-02 11:12:13';
  answerWith(gateway, { a: second, b: 'soon', c: second });
  const { data } = await gateway.query('{ attributeImports { nodes { importId startedAt } } }');
  expect(data.attributeImports.nodes.map(({ importId }: { importId: string }) => importId)).toEqual(['c', 'a', 'b']);
  expect(data.attributeImports.nodes[2].startedAt).toBeNull();
});

test('no imports are an empty list', async () => {
  await using gateway = await startGateway();
  answerWith(gateway, {});
  const { data } = await gateway.query('{ attributeImports { totalCount nodes { id } } }');
  expect(data.attributeImports).toEqual({ totalCount: 0, nodes: [] });
});

test('one import is found by its id, by node too, and an unknown one is null; the list is read once', async () => {
  await using gateway = await startGateway();
  answerWith(gateway, SEED_JOBS);
  const { data, errors } = await gateway.query(
    `query ($id: ID!) {
      one: attributeImport(importId: "import_id_2") { startedAt }
      none: attributeImport(importId: "nobody") { startedAt }
      node(id: $id) { ... on AttributeImport { importId startedAt } }
    }`,
    { id: Buffer.from('AttributeImport:import_id_1').toString('base64url') },
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    one: { startedAt: '2019-02-03T11:12:13Z' },
    none: null,
    node: { importId: 'import_id_1', startedAt: '2019-01-02T11:12:13Z' },
  });
  expect(gateway.sorCalls()).toEqual([JOBS]);
});

test('the error that the vendor prints comes without its key, with its system', async () => {
  await using gateway = await startGateway();
  answerWith(gateway, SEED_JOBS, [SEED_ERROR]);

  const { data, errors } = await gateway.query(`{
    attributeImport(importId: "import_id_1") {
      errors { totalCount nodes {
        customerId key systemIdentifier system { name } systemOfRecord { name } date occurredAt source message raw
      } }
    }
  }`);

  expect(errors).toBeUndefined();
  expect(data.attributeImport.errors).toEqual({
    totalCount: 1,
    nodes: [
      {
        customerId: 'Bob',
        key: 'age',
        systemIdentifier: 'SOR_767yUpsMJoTWi0mz',
        system: { name: 'My Custom SoR' },
        systemOfRecord: { name: 'My Custom SoR' },
        date: '2019-01-02T11:12:13Z',
        occurredAt: '2019-01-02T11:12:13Z',
        source: 'AttributeCleaner',
        message: 'attributeKey is empty',
        raw: {
          sor: 'SOR_XXXX',
          customer_attribute_values: [
            { customer_id: '098713490', attribute_key: 'contract_type', attribute_value: 'Premium' },
          ],
        },
      },
    ],
  });
  expect(gateway.sorCalls()).toEqual([JOBS, `${ERRORS}?job_id=import_id_1`, 'GET /api/system_of_records']);
});

test.each<[name: string, raw: unknown, shown: unknown]>([
  ['a key anywhere', `[{"a":[{"api_key":"${SECRET}","b":1}]},{"API_KEYS":["${SECRET}"]}]`, [{ a: [{ b: 1 }] }, {}]],
  ['secrets by any name', `{"accessToken":"${SECRET}","headers":{"X-Auth":"${SECRET}"},"b":1}`, { headers: {}, b: 1 }],
  [
    'JSON in its texts',
    JSON.stringify({
      body: JSON.stringify({ api_key: SECRET, inner: JSON.stringify({ secret: SECRET }) }),
      note: 'hi',
    }),
    { body: '{"api_key":"…","inner":"{\\"secret\\":\\"…\\"}"}', note: 'hi' },
  ],
  ['long digits', '{"value":9223372036854775807}', { value: '9223372036854775807' }],
  ['what is no JSON', `{"api_key":"${SECRET}"`, null],
  ['nothing', null, null],
])('raw with %s', async (_, raw, shown) => {
  await using gateway = await startGateway();
  answerWith(gateway, SEED_JOBS, [{ ...SEED_ERROR, raw }]);
  const answer = await gateway.query('{ attributeImport(importId: "import_id_1") { errors { nodes { raw } } } }');
  expect(answer.data.attributeImport.errors.nodes).toEqual([{ raw: shown }]);
  expect(JSON.stringify(answer) + gateway.logged.join()).not.toContain(SECRET);
});

test.each([
  ['attributeKey is empty', 'attributeKey is empty'],
  [`api_key: ${SECRET} is wrong`, 'api_key: … is wrong'],
  [`The key ${SECRET} is wrong`, 'The key … is wrong'],
  ['Cannot use token sk_live_ABCDEFGHIJKLmnop', 'Cannot use token …'],
  ['Customer 098713490, not 098713491: Premium', 'Customer 098713490, not …: Premium'],
])('of the message only what may be secret is masked, and not what the line has: %s', async (message, shown) => {
  await using gateway = await startGateway();
  answerWith(gateway, SEED_JOBS, [{ ...SEED_ERROR, message }]);
  const { data } = await gateway.query('{ attributeImport(importId: "import_id_1") { errors { nodes { message } } } }');
  expect(data.attributeImport.errors.nodes).toEqual([{ message: shown }]);
});

test('errors are asked for by customer, and come 100 at a time unless more are wanted', async () => {
  await using gateway = await startGateway();
  const rows = Array.from({ length: 250 }, (_, index) => ({ ...SEED_ERROR, customer_id: `c${index}` }));
  answerWith(gateway, SEED_JOBS, rows);

  const first = await gateway.query(`{
    attributeImport(importId: "import_id_1") {
      usual: errors { nodes { customerId } pageInfo { hasNextPage endCursor } }
      more: errors(first: 250) { nodes { customerId } }
      bob: errors(customerId: "a,b&c") { totalCount }
      nobody: errors(customerId: "") { totalCount }
    }
  }`);

  const { usual, more, nobody } = first.data.attributeImport;
  expect([usual.nodes.length, more.nodes.length, nobody.totalCount]).toEqual([100, 250, 0]);
  expect(gateway.sorCalls().toSorted()).toEqual([
    `${ERRORS}?job_id=import_id_1`,
    `${ERRORS}?job_id=import_id_1&customer_id=a,b&c`,
    JOBS,
  ]);
  const next = await gateway.query(
    'query ($after: String) { attributeImport(importId: "import_id_1") { errors(after: $after) { nodes { customerId } } } }',
    { after: usual.pageInfo.endCursor },
  );
  expect(next.data.attributeImport.errors.nodes[0]).toEqual({ customerId: 'c100' });
});

test('an odd row is shown with what it has, and leaves the others alone', async () => {
  await using gateway = await startGateway();
  answerWith(gateway, SEED_JOBS, [null, 'odd', { customer_id: 12, date: 'soon', sor: null }, SEED_ERROR]);
  const { data, errors } = await gateway.query(`{
    attributeImport(importId: "import_id_1") { errors { nodes { customerId date system { name } source message } } }
  }`);
  expect(errors).toBeUndefined();
  const nothing = { customerId: null, date: null, system: null, source: null, message: null };
  expect(data.attributeImport.errors.nodes).toEqual([
    nothing,
    { ...nothing, message: 'odd' },
    { ...nothing, customerId: '12' },
    {
      customerId: 'Bob',
      date: '2019-01-02T11:12:13Z',
      system: { name: 'My Custom SoR' },
      source: 'AttributeCleaner',
      message: expect.any(String),
    },
  ]);
});

test.each([
  ['jobs', JOBS, '{ attributeImports { nodes { id } } }'],
  ['errors', ERRORS, '{ attributeImport(importId: "import_id_1") { errors { nodes { key } } } }'],
])('%s of another shape are a bad response', async (_, route, query) => {
  await using gateway = await startGateway();
  answerWith(gateway, SEED_JOBS);
  const usual = gateway.sor.api.dials.fault;
  gateway.sor.api.dials.fault = (call) =>
    call.line.startsWith(route) ? { kind: 'body', body: { success: true, result: 'odd' } } : usual?.(call);
  const { errors } = await gateway.query(query);
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_BAD_RESPONSE' } }]);
});
