import { expect, test } from 'vitest';
import { type Gateway, type GatewayOptions, startGateway } from '../../support/gateway.ts';

const LOGIN = 'POST /api/login';
const SYSTEMS = 'GET /api/system_of_records';
const QUERY = '{ systemsOfRecord { totalCount } }';

/** A gateway that logs in with e-mail and password. */
function withLogin(options: GatewayOptions = {}): Promise<Gateway> {
  const login = { SOR_TOKEN: '', SOR_EMAIL: 'sandbox@example.com', SOR_PASSWORD: 'sandbox' };
  return startGateway({ ...options, env: { ...login, ...options.env } });
}

test('the first call logs in, and the token is kept for all that follow', async () => {
  await using gateway = await withLogin();

  for (let operation = 0; operation < 3; operation += 1) {
    expect(await gateway.query(QUERY)).toEqual({ data: { systemsOfRecord: { totalCount: 7 } } });
  }

  const [login, ...reads] = gateway.sor.api.calls;
  expect(login?.headers.authorization).toBeUndefined();
  expect(new Set(reads.map(({ headers }) => headers.authorization)).size).toBe(1);
  expect(reads[0]?.headers.authorization).toMatch(/^Token \S+$/);
  expect(gateway.sorCalls()).toEqual([LOGIN, SYSTEMS, SYSTEMS, SYSTEMS]);
});

test('50 operations at once log in once', async () => {
  await using gateway = await withLogin();
  gateway.sor.api.dials.latencyMs = 20;

  const answers = await Promise.all(Array.from({ length: 50 }, () => gateway.query(QUERY)));

  expect(answers).toEqual(Array(50).fill({ data: { systemsOfRecord: { totalCount: 7 } } }));
  expect(gateway.sorCalls().filter((line) => line === LOGIN)).toEqual([LOGIN]);
});

test('a token that has ended is renewed once, and the call repeated, however many find out at once', async () => {
  await using gateway = await withLogin();
  await gateway.query(QUERY);
  gateway.sorCalls();
  gateway.sor.expireTokens();
  gateway.sor.api.dials.latencyMs = 20;

  const answers = await Promise.all(Array.from({ length: 50 }, () => gateway.query(QUERY)));

  expect(answers).toEqual(Array(50).fill({ data: { systemsOfRecord: { totalCount: 7 } } }));
  expect(gateway.sorCalls().filter((line) => line === LOGIN)).toEqual([LOGIN]);
});

test('a call that learns late of the ended token takes the one that another has renewed', async () => {
  await using gateway = await withLogin();
  await gateway.query(QUERY);
  gateway.sorCalls();
  gateway.sor.expireTokens();
  gateway.sor.api.dials.fault = ({ line }) => {
    gateway.sor.api.dials.latencyMs = line.startsWith('GET /api/customer_attributes') ? 150 : 0;
    return undefined;
  };

  const late = gateway.query('{ customerAttribute(identifier: "FACA_hobbies") { key } }');
  const answers = await Promise.all([gateway.query(QUERY), late]);

  expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined]);
  expect(gateway.sorCalls().filter((line) => line === LOGIN)).toEqual([LOGIN]);
});

test('a write whose token has ended is repeated too: it was not carried out', async () => {
  await using gateway = await withLogin();
  await gateway.query(QUERY);
  gateway.sor.expireTokens();
  gateway.sorCalls();

  const { data } = await gateway.query(
    'mutation { createSystemOfRecord(input: { name: "New" }) { ... on CreateSystemOfRecordSuccess { systemOfRecord { name } } } }',
  );

  expect(data.createSystemOfRecord).toEqual({ systemOfRecord: { name: 'New' } });
  const write = 'POST /api/system_of_records';
  expect(gateway.sorCalls()).toEqual([write, LOGIN, write]);
});

test('a call is repeated once only: a new token that is refused as well is the gateway’s own trouble', async () => {
  await using gateway = await withLogin();
  gateway.sor.api.dials.fault = ({ line }) => (line === SYSTEMS ? { kind: 'status', status: 401 } : undefined);

  const { data, errors } = await gateway.query(QUERY);

  expect(data).toEqual({ systemsOfRecord: null });
  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect(gateway.sorCalls()).toEqual([LOGIN, SYSTEMS, LOGIN, SYSTEMS]);
});

test('a fixed token that is refused is not repeated', async () => {
  await using gateway = await startGateway({ env: { SOR_TOKEN: 'wrong' } });

  const { errors } = await gateway.query(QUERY);

  expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect(gateway.sorCalls()).toEqual([SYSTEMS]);
});

test('a wrong password makes the fields unavailable, and stands nowhere', async () => {
  await using gateway = await withLogin({ env: { SOR_PASSWORD: 'correct-horse-battery' } });

  const answers = await Promise.all([gateway.query(QUERY), gateway.query(QUERY)]);

  for (const { data, errors } of answers) {
    expect(data).toEqual({ systemsOfRecord: null });
    expect(errors).toMatchObject([
      { extensions: { code: 'UPSTREAM_UNAVAILABLE', upstream: { api: 'SOR', route: '/api/login' } } },
    ]);
  }
  expect(gateway.sorCalls()).toEqual([LOGIN]);
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
  const told = JSON.stringify([answers, gateway.logged]);
  expect(told).not.toContain('correct-horse-battery');
  expect(told).not.toContain('sandbox@example.com');
});

test.each<[why: string, fault: object, code: string]>([
  ['a 400', { kind: 'status', status: 400, body: { error_message: 'Password is too old' } }, 'UPSTREAM_UNAVAILABLE'],
  ['a 422', { kind: 'status', status: 422 }, 'UPSTREAM_UNAVAILABLE'],
  ['a 200 that says it failed', { kind: 'body', body: { success: false } }, 'UPSTREAM_UNAVAILABLE'],
  ['a 200 that says so in a word', { kind: 'body', body: { success: 'False' } }, 'UPSTREAM_UNAVAILABLE'],
  ['no token', { kind: 'body', body: { success: true, result: {} } }, 'UPSTREAM_BAD_RESPONSE'],
  ['an empty token', { kind: 'body', body: { auth_token: '' } }, 'UPSTREAM_BAD_RESPONSE'],
  ['no JSON', { kind: 'html' }, 'UPSTREAM_BAD_RESPONSE'],
])('a log-in answered with %s is nothing that a caller can mend, not even of a mutation', async (_why, fault, code) => {
  await using gateway = await withLogin();
  gateway.sor.api.dials.fault = ({ line }) => (line === LOGIN ? (fault as never) : undefined);

  const { data, errors } = await gateway.query(
    'mutation { createSystemOfRecord(input: { name: "New" }) { __typename } }',
  );

  expect(data).toEqual({ createSystemOfRecord: null });
  expect(errors).toMatchObject([{ extensions: { code, upstream: { route: '/api/login' } } }]);
  expect(gateway.logged.filter((line) => line.includes('upstream call failed'))).toHaveLength(1);
});

test('an operation waits for a log-in no longer than its own deadline; others keep waiting for the same one', async () => {
  await using gateway = await withLogin();
  gateway.sor.api.dials.latencyMs = 400;

  const patient = gateway.query(QUERY);
  const started = performance.now();
  const hurried = await gateway.query(QUERY, undefined, { 'x-request-deadline': '100ms' });

  expect(performance.now() - started).toBeLessThan(350);
  expect(hurried.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
  expect((await patient).data).toEqual({ systemsOfRecord: { totalCount: 7 } });
  expect(gateway.sorCalls()).toEqual([LOGIN, SYSTEMS]);
});

test('the host that is fed gets no token, and the main host no key of a system', async () => {
  await using gateway = await withLogin();

  const { data, errors } = await gateway.query(`mutation { setAttributeValues(input: {
    systemOfRecord: "SOR_XXXX"
    changes: [{ customerId: "maximillian", key: "contract_type", change: { string: "Basic" } }]
  }) { __typename } }`);

  expect(errors).toBeUndefined();
  expect(data.setAttributeValues).toEqual({ __typename: 'SetAttributeValuesSuccess' });
  expect(gateway.sor.feed.calls.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  for (const call of gateway.sor.api.calls) expect(JSON.stringify(call)).not.toContain('XXXXXXXX');
});

test('without a token or a log-in its fields say how to configure it, and Hood’s keep their data', async () => {
  await using gateway = await startGateway({ env: { SOR_TOKEN: '' } });

  const { data, errors } = await gateway.query(
    `{ systemsOfRecord { totalCount } gdprRequests(first: 1) { nodes { hoodId } } }`,
  );

  expect(data.systemsOfRecord).toBeNull();
  expect(data.gdprRequests.nodes).toHaveLength(1);
  expect(errors).toMatchObject([
    {
      message: 'System of Record is not configured: set SOR_TOKEN, or SOR_EMAIL and SOR_PASSWORD.',
      path: ['systemsOfRecord'],
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    },
  ]);
  expect(gateway.sorCalls()).toEqual([]);
});

test.each(['a-token\n', 'tök€n', 'a\u0000token', ' '])(
  'a token that no header can have (%j) is a log-in that failed',
  async (auth_token) => {
    await using gateway = await withLogin();
    gateway.sor.api.dials.fault = ({ line }) =>
      line === LOGIN ? { kind: 'body', body: { success: true, result: { auth_token } } } : undefined;
    for (const _ of [1, 2]) {
      const { errors } = await gateway.query(QUERY);
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_BAD_RESPONSE']);
    }
    // The second one waits for its pause to be over.
    expect(gateway.sorCalls()).toEqual([LOGIN]);
  },
);
