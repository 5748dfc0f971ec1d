import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/sandbox/faults.ts';
import type { Reply } from '../../src/sandbox/server.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { type Forwarded, forwardTo, unchanged } from './forwarding.ts';

const CUSTOM = 'SOR_767yUpsMJoTWi0mz';

/** Forms of an answer to a write that was carried out and says no more than that. */
const SILENT: Record<string, (answer: Forwarded) => Reply> = {
  '204': () => ({ status: 204 }),
  '200 without a body': () => ({ status: 200 }),
  '201 without a body': () => ({ status: 201, headers: { 'content-type': 'application/json' } }),
  '202 without a body': () => ({ status: 202, headers: { 'content-length': '0' } }),
  'a content coding that is none': () => ({
    status: 200,
    body: 'not packed',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  }),
  "a page in a proxy's HTML": () => ({ status: 200, body: '<html></html>', headers: { 'content-type': 'text/html' } }),
  'JSON that ends in the middle': () => ({
    status: 200,
    body: '{ "success": tr',
    headers: { 'content-type': 'application/json' },
  }),
  '200 with blanks': () => ({ status: 200, body: ' \r\n', headers: { 'content-type': 'application/json' } }),
};

/** Every write, what it is named by, what its result is afterwards, and that the row is there once. */
const WRITES: Record<string, [input: string, selection: string, result: unknown, check?: string, there?: unknown]> = {
  createSystemOfRecord: [
    'name: "New one"',
    '... on CreateSystemOfRecordSuccess { systemOfRecord { name type } }',
    { systemOfRecord: { name: 'New one', type: 'CUSTOM' } },
    '{ systemsOfRecord { nodes { name } } }',
  ],
  renameSystemOfRecord: [
    `identifier: "${CUSTOM}", name: "Other"`,
    '... on RenameSystemOfRecordSuccess { systemOfRecord { identifier name } }',
    { systemOfRecord: { identifier: CUSTOM, name: 'Other' } },
  ],
  disableSystemOfRecord: [
    `identifier: "${CUSTOM}"`,
    '... on DisableSystemOfRecordSuccess { systemOfRecord { identifier name disabled } }',
    { systemOfRecord: { identifier: CUSTOM, name: 'My Custom SoR', disabled: true } },
  ],
  deleteSystemOfRecord: [
    'identifier: "SOR_XXXX"',
    '... on DeleteSystemOfRecordSuccess { deletedId }',
    { deletedId: expect.any(String) },
    '{ systemOfRecord(identifier: "SOR_XXXX") { name } }',
    { systemOfRecord: null },
  ],
  createCustomerAttribute: [
    `systemOfRecord: "${CUSTOM}", key: "shoe_size", label: "Shoe size", valueType: NUMBER`,
    '... on CreateCustomerAttributeSuccess { customerAttribute { key label valueType } }',
    { customerAttribute: { key: 'shoe_size', label: 'Shoe size', valueType: 'NUMBER' } },
  ],
  relabelCustomerAttribute: [
    'identifier: "FACA_hobbies", label: "Pastimes"',
    '... on RelabelCustomerAttributeSuccess { customerAttribute { key label } }',
    { customerAttribute: { key: 'hobbies', label: 'Pastimes' } },
  ],
  disableCustomerAttribute: [
    'identifier: "FACA_hobbies"',
    '... on DisableCustomerAttributeSuccess { customerAttribute { key disabled } }',
    { customerAttribute: { key: 'hobbies', disabled: true } },
  ],
  deleteCustomerAttribute: [
    'identifier: "FACA_hobbies"',
    '... on DeleteCustomerAttributeSuccess { deletedId }',
    { deletedId: expect.any(String) },
    '{ customerAttribute(identifier: "FACA_hobbies") { key } }',
    { customerAttribute: null },
  ],
  createProfileProperty: [
    'label: "shoe size", dataType: NUMBER',
    '... on CreateProfilePropertySuccess { profileProperty { label dataType } }',
    { profileProperty: { label: 'shoe size', dataType: 'NUMBER' } },
    '{ profileProperties(filter: { label: { eq: "shoe size" } }) { totalCount } }',
    { profileProperties: { totalCount: 1 } },
  ],
  createCustomerData: [
    'target: "shoe size"',
    '... on CreateCustomerDataSuccess { customerDatum { target } }',
    { customerDatum: { target: 'shoe size' } },
    '{ customerData(filter: { target: { eq: "shoe size" } }) { totalCount } }',
    { customerData: { totalCount: 1 } },
  ],
  updateCustomerData: [
    'hoodId: "343776", description: "changed"',
    '... on UpdateCustomerDataSuccess { customerDatum { hoodId description } }',
    { customerDatum: { hoodId: '343776', description: 'changed' } },
  ],
  updateProfileProperty: [
    'hoodId: "2000010", description: "changed"',
    '... on UpdateProfilePropertySuccess { profileProperty { hoodId description } }',
    { profileProperty: { hoodId: '2000010', description: 'changed' } },
  ],
  updateGdprRequest: [
    'hoodId: "1000022", status: PENDING, informationToRemove: "All."',
    '... on UpdateGdprRequestSuccess { gdprRequest { hoodId informationToRemove } }',
    { gdprRequest: { hoodId: '1000022', informationToRemove: 'All.' } },
  ],
  decideGdprRequest: [
    'hoodId: "1000022", decision: APPROVE',
    '... on DecideGdprRequestSuccess { gdprRequest { hoodId status } }',
    { gdprRequest: { hoodId: '1000022', status: 'APPROVED' } },
  ],
};

describe.each(Object.entries(SILENT))('a write that is answered with %s was carried out', (_, silent) => {
  test.each(Object.entries(WRITES))('%s succeeds, and its result is read again', async (name, row) => {
    const [input, selection, result, check, there] = row;
    await using sandbox = await startGateway({ hood: { rows: 20 } });
    const silence = (answer: Forwarded, { method }: { method: string }) =>
      method === 'GET' ? unchanged(answer) : silent(answer);
    await using hood = await forwardTo(sandbox.hood.origin, silence);
    await using sor = await forwardTo(sandbox.sor.api.origin, silence);
    const env = { HOOD_URL: hood.origin, SOR_URL: sor.origin };
    await using gateway = await startGateway({ beside: sandbox, env });

    const { data, errors } = await gateway.query(
      `mutation { result: ${name}(input: { ${input} }) { ${selection} ... on UserError { message } } }`,
    );

    expect(errors).toBeUndefined();
    expect(data.result).toEqual(result);
    const writes = [...hood.calls, ...sor.calls].filter(({ line }) => !line.startsWith('GET '));
    expect(writes).toHaveLength(1);
    if (check && there) expect((await gateway.query(check)).data).toEqual(there);
    if (name === 'createSystemOfRecord') {
      const { systemsOfRecord } = (await gateway.query(check ?? '')).data;
      expect(systemsOfRecord.nodes.filter(({ name }: { name: string }) => name === 'New one')).toHaveLength(1);
    }
  });
});

test.each(['createSystemOfRecord', 'createCustomerAttribute', 'createProfileProperty', 'createCustomerData'])(
  '%s that is answered with nothing, of a row that cannot be found again, is no invitation to create it twice',
  async (name) => {
    const [input = '', selection = ''] = WRITES[name] ?? [];
    await using gateway = await startGateway();
    const nothing = ({ line }: { line: string }): Fault =>
      line.startsWith('GET')
        ? { kind: 'body', body: { success: true, result: [], total: 0, items: [] } }
        : { kind: 'status', status: 201 };
    gateway.hood.dials.fault = nothing;
    gateway.sor.api.dials.fault = nothing;

    const { data, errors = [] } = await gateway.query(
      `mutation { result: ${name}(input: { ${input} }) { __typename ${selection} } }`,
    );

    for (const { extensions } of errors) expect(extensions.code).not.toBe('UPSTREAM_BAD_RESPONSE');
    if (errors.length === 0) expect(data.result.__typename).toMatch(/Success$/);
    else expect(data.result?.__typename ?? errors[0]?.extensions['outcome']).toMatch(/Success$|^UNKNOWN$/);
  },
);

test('a change that is answered with another row shows nothing of it', async () => {
  await using gateway = await startGateway();
  gateway.sor.api.dials.lie = ({ line }, honest) =>
    line.startsWith('PUT') ? { success: true, result: { identifier: 'SOR_other', name: 'Of others' } } : honest;
  const { data } =
    await gateway.query(`mutation { renameSystemOfRecord(input: { identifier: "${CUSTOM}", name: "Own" }) {
    ... on RenameSystemOfRecordSuccess { systemOfRecord { identifier name } }
  } }`);
  expect(data.renameSystemOfRecord.systemOfRecord).toEqual({ identifier: CUSTOM, name: 'Own' });
});

const DECIDE = (id: string) =>
  `mutation { decideGdprRequest(input: { hoodId: "${id}", decision: APPROVE }) { __typename } }`;

async function outcomeOf(gateway: Gateway, query = DECIDE('1000022'), headers: Record<string, string> = {}) {
  const { errors } = await gateway.query(query, {}, headers);
  expect(errors).toHaveLength(1);
  return [errors?.[0]?.extensions.code, errors?.[0]?.extensions['outcome']];
}

describe('a failed write says whether it was carried out', () => {
  test.each<[string, Fault, code: string, outcome: string]>([
    ['a reset', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE', 'UNKNOWN'],
    ['500', { kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE', 'UNKNOWN'],
    ['503', { kind: 'status', status: 503 }, 'UPSTREAM_UNAVAILABLE', 'UNKNOWN'],
    ['silence', { kind: 'silence' }, 'UPSTREAM_TIMEOUT', 'UNKNOWN'],
    ['401', { kind: 'status', status: 401 }, 'UPSTREAM_UNAVAILABLE', 'REFUSED'],
    ['418', { kind: 'status', status: 418 }, 'UPSTREAM_REJECTED', 'REFUSED'],
    ['429', { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 'RATE_LIMITED', 'REFUSED'],
  ])('by %s', async (_, fault, code, outcome) => {
    await using gateway = await startGateway();
    gateway.hood.dials.fault = () => fault;
    expect(await outcomeOf(gateway, DECIDE('1000022'), { 'x-request-deadline': '400ms' })).toEqual([code, outcome]);
    expect(gateway.hoodCalls()).toHaveLength(1);
  });

  test.each<[string, Record<string, string>]>([
    ['a refused connection', { HOOD_URL: 'http://127.0.0.1:1' }],
    ['an API without credentials', { HOOD_TOKEN: '' }],
  ])('by %s', async (_, env) => {
    await using gateway = await startGateway({ env });
    expect(await outcomeOf(gateway)).toEqual(['UPSTREAM_UNAVAILABLE', 'NOT_SENT']);
    expect(gateway.hoodCalls()).toEqual([]);
  });

  test('by the breaker', async () => {
    await using gateway = await startGateway();
    gateway.hood.dials.fault = () => ({ kind: 'status', status: 500 });
    for (let id = 0, isClosed = false; !isClosed; id += 1) {
      if (id > 60) throw new Error('The breaker never closes the route.');
      const [code, outcome] = await outcomeOf(gateway, DECIDE(`x${id}`));
      isClosed = gateway.hoodCalls().length === 0;
      expect([code, outcome]).toEqual(['UPSTREAM_UNAVAILABLE', isClosed ? 'NOT_SENT' : 'UNKNOWN']);
    }
  });

  test('by a budget that is used up for longer than the caller waits', async () => {
    await using gateway = await startGateway({ env: { HOOD_RATE: '1/s,1/m' } });
    await gateway.query('{ customerData { totalCount } }');
    gateway.hoodCalls();
    const [code, outcome] = await outcomeOf(gateway, DECIDE('1000022'), { 'x-request-deadline': '200ms' });
    expect(['RATE_LIMITED', 'UPSTREAM_TIMEOUT']).toContain(code);
    expect(outcome).toBe('NOT_SENT');
    expect(gateway.hoodCalls()).toEqual([]);
  });

  test.each<[string, string]>([
    ['renameSystemOfRecord', `identifier: "${CUSTOM}", name: "x"`],
    ['deleteCustomerAttribute', 'identifier: "FACA_hobbies"'],
    ['createSystemOfRecord', 'name: "x"'],
  ])('%s of the other API says so too', async (name, input) => {
    await using gateway = await startGateway();
    gateway.sor.api.dials.fault = () => ({ kind: 'reset' });
    const query = `mutation { ${name}(input: { ${input} }) { __typename } }`;
    expect(await outcomeOf(gateway, query)).toEqual(['UPSTREAM_UNAVAILABLE', 'UNKNOWN']);
  });

  test('and a failed read says nothing of the kind', async () => {
    await using gateway = await startGateway();
    gateway.hood.dials.fault = () => ({ kind: 'status', status: 400 });
    const { errors } = await gateway.query('{ customerData { nodes { target } } }');
    expect(errors?.[0]?.extensions).not.toHaveProperty('outcome');
  });
});
