import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';
import { beginUpload, form, send } from '../../../server/operation-forms.ts';
import { type Answer, type Gateway, startGateway } from '../../../support/gateway.ts';

const CREATE = `mutation ($input: CreateGdprRequestInput!) {
  createGdprRequest(input: $input) {
    __typename
    ... on CreateGdprRequestSuccess { gdprRequest {
      hoodId clientId status submissionReason informationToRemove proofOfIdentity proofOfAddress
      requesterInformation { fullName phoneNumber } requestDeclaration { date signature }
    } }
    ... on UserError { code message }
    ... on InvalidInputError { issues { path code } }
  }
}`;

interface Issue {
  path: string[];
  code: string;
}

/** What the vendor's page sends. */
const SENT = {
  clientId: '17371227395790007397',
  requesterInformation: { fullName: 'John Smith', address: '151 Acacia Avenue', phoneNumber: '+1241241', email: null },
  informationToRemove: 'I would like to remove all\r\nof "myself"',
  submissionReason: 'CONSENT_WITHDRAWAL',
  requestDeclaration: { signature: 'John Smith', dataHolderName: 'John’s Data Emporium', date: '2025-01-21' },
};

/** Sends the operation with its proofs, whose parts come in this order. */
async function create(gateway: Gateway, input: object, proofs: [field: string, file: File][]): Promise<Answer> {
  const form = new FormData();
  const files = Object.fromEntries(proofs.map(([field]) => [field, null]));
  form.set('operations', JSON.stringify({ query: CREATE, variables: { input: { ...input, ...files } } }));
  form.set('map', JSON.stringify(Object.fromEntries(proofs.map(([field], n) => [n, [`variables.input.${field}`]]))));
  for (const [n, [, file]] of proofs.entries()) form.set(String(n), file);
  const headers = { 'x-graphql-upload': '1', accept: 'application/json' };
  const response = await fetch(`${await gateway.listen()}/graphql`, { method: 'POST', headers, body: form });
  return (await response.json()) as Answer;
}

const IDENTITY = new File(['passport'], 'pass.pdf', { type: 'application/pdf' });
const ADDRESS = new File(['x'.repeat(1_000_000)], 'bill.png', { type: 'image/png' });

test.each<[name: string, proofs: [string, File][]]>([
  [
    'in the order of the fields',
    [
      ['proofOfIdentity', IDENTITY],
      ['proofOfAddress', ADDRESS],
    ],
  ],
  [
    'in the other order',
    [
      ['proofOfAddress', ADDRESS],
      ['proofOfIdentity', IDENTITY],
    ],
  ],
])('a request is created with two proofs that come %s, in one call', async (_, proofs) => {
  await using gateway = await startGateway();
  const { data, errors } = await create(gateway, SENT, proofs);
  expect(errors).toBeUndefined();
  expect(gateway.hoodCalls()).toEqual(['POST /v1/hood/gdpr-requests']);
  const folder = 'https://storage.ocamba.com/7196310/hood/gdpr-request/17371227395790007397';
  expect(data.createGdprRequest).toEqual({
    __typename: 'CreateGdprRequestSuccess',
    gdprRequest: {
      hoodId: '2000001',
      clientId: '17371227395790007397',
      status: 'PENDING',
      submissionReason: 'CONSENT_WITHDRAWAL',
      informationToRemove: SENT.informationToRemove,
      proofOfIdentity: `${folder}/proof_of_identity.pdf`,
      proofOfAddress: `${folder}/proof_of_address.png`,
      requesterInformation: { fullName: 'John Smith', phoneNumber: '+1241241' },
      requestDeclaration: { date: '2025-01-21', signature: 'John Smith' },
    },
  });
});

test('without a proof it is a form all the same, and what the answer lacks is read once', async () => {
  await using gateway = await startGateway();
  const input = { ...SENT, clientId: Buffer.from('CustomerProfile:user_id:17').toString('base64url') };
  const { data } = await gateway.query(CREATE, { input });
  expect(data.createGdprRequest.gdprRequest).toMatchObject({ clientId: '17', status: 'PENDING', proofOfAddress: null });
  expect(gateway.hood.calls[0]?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/);
  expect(gateway.hoodCalls()).toEqual([
    'POST /v1/hood/gdpr-requests',
    expect.stringMatching(/^GET \/v1\/hood\/gdpr-requests\/2000001\?/),
  ]);
});

test('every limit of the page is checked before anything is sent, and all mistakes are told at once', async () => {
  await using gateway = await startGateway();
  const long = 'x'.repeat(2_001);
  const person = { fullName: long, address: long, email: 'nobody', phoneNumber: '12' };
  const input = {
    ...{ clientId: ' ', additionalInformation: long, informationToRemove: long },
    requesterInformation: person,
    subjectInformation: { email: `${long}@example.com`, phoneNumber: '+123456789012345678901' },
  };
  const { data, errors } = await gateway.query(CREATE, { input });
  expect(errors).toBeUndefined();
  expect(data.createGdprRequest.issues.map(({ path, code }: Issue) => `${path.join('.')} ${code}`)).toEqual([
    'clientId TOO_SHORT',
    'additionalInformation TOO_LONG',
    'informationToRemove TOO_LONG',
    'requesterInformation.fullName TOO_LONG',
    'requesterInformation.email INVALID',
    'requesterInformation.phoneNumber INVALID',
    'requesterInformation.address TOO_LONG',
    'subjectInformation.email TOO_LONG',
    'subjectInformation.phoneNumber TOO_LONG',
  ]);
  const nothing = [
    {},
    { submissionReason: null },
    { subjectInformation: {}, requesterInformation: { fullName: null } },
  ];
  for (const input of nothing) {
    const { data } = await gateway.query(CREATE, { input });
    expect(data.createGdprRequest).toMatchObject({ code: 'REQUIRED', message: 'Expected at least one field.' });
  }
  expect(gateway.hoodCalls()).toEqual([]);
});

test('a proof without a byte is a mistake, and nothing is created', async () => {
  await using gateway = await startGateway();
  const proofs: [string, File][] = [
    ['proofOfIdentity', IDENTITY],
    ['proofOfAddress', new File([], 'empty.pdf')],
  ];
  const { data, errors } = await create(gateway, SENT, proofs);
  expect(errors).toBeUndefined();
  expect(data.createGdprRequest.issues).toEqual([{ path: ['proofOfAddress'], code: 'TOO_SHORT' }]);
  const { data: after } = await gateway.query('{ gdprRequests { totalCount } }');
  expect(after.gdprRequests.totalCount).toBe(5);
});

test('a proof that is announced and does not come is the caller’s mistake, and no failure of Hood', async () => {
  await using gateway = await startGateway();
  const body = form(
    ['operations', JSON.stringify({ query: CREATE, variables: { input: { clientId: '1', proofOfIdentity: null } } })],
    ['map', '{"identity":["variables.input.proofOfIdentity"]}'],
    ['other', 'passport', 'pass.pdf'],
  );
  const { errors } = await send(await gateway.listen(), body);
  expect(errors).toMatchObject([{ path: ['createGdprRequest'], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(errors[0].message).toContain('every file that it names');
  expect(errors[0].extensions.upstream).toBeUndefined();
  const { data } = await gateway.query('{ gdprRequests { totalCount } }');
  expect(data.gdprRequests.totalCount).toBe(5);
});

test('a proof that stands in two places is the caller’s mistake, and nothing is created', async () => {
  await using gateway = await startGateway();
  const body = form(
    [
      'operations',
      JSON.stringify({ query: CREATE, variables: { input: { proofOfIdentity: null, proofOfAddress: null } } }),
    ],
    ['map', '{"0":["variables.input.proofOfIdentity","variables.input.proofOfAddress"]}'],
    ['0', 'passport', 'pass.pdf'],
  );
  const { errors } = await send(await gateway.listen(), body);
  const message = 'Expected a file to be used once in an operation.';
  expect(errors).toMatchObject([{ message, extensions: { code: 'BAD_USER_INPUT' } }]);
  expect((await gateway.query('{ gdprRequests { totalCount } }')).data.gdprRequests.totalCount).toBe(5);
});

test('a proof whose sender leaves in the middle of it creates nothing', async () => {
  await using gateway = await startGateway();
  const variables = { input: { clientId: '1', proofOfIdentity: null } };
  const [beginning = ''] = form(
    ['operations', JSON.stringify({ query: CREATE, variables })],
    ['map', '{"0":["variables.input.proofOfIdentity"]}'],
    ['0', 'passport', 'pass.pdf'],
  ).split('port');
  const socket = beginUpload(await gateway.listen(), beginning);
  await vi.waitFor(() => expect(gateway.hood.calls).toHaveLength(1));
  socket.destroy();
  await vi.waitFor(() => expect(gateway.operationLines.join()).toContain('CALLER_LEFT'));
  expect((await gateway.query('{ gdprRequests { totalCount } }')).data.gdprRequests.totalCount).toBe(5);
});

test('a file is passed on under its own name and media type, whatever characters the name has', async () => {
  await using gateway = await startGateway();
  const received = Promise.withResolvers<string>();
  const server = createServer(async (request, response) => {
    received.resolve(await text(request));
    response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"1"}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await using other = await startGateway({ beside: gateway, env: { HOOD_URL: `http://127.0.0.1:${port}` } });
  const variables = { input: { clientId: '1', proofOfIdentity: null } };
  const body = form(
    ['operations', JSON.stringify({ query: CREATE, variables })],
    ['map', '{"0":["variables.input.proofOfIdentity"]}'],
    ['0', 'passport', 'my \\"pass\\".pdf'],
  );
  await send(await other.listen(), body);
  server.close();
  expect(await received.promise).toContain(
    'content-disposition: form-data; name="proof_of_identity"; filename="my %22pass%22.pdf"\r\ncontent-type: text/csv\r\n\r\npassport\r\n--',
  );
});

test.each([
  [400, 'REJECTED'],
  [409, 'CONFLICT'],
])('status %i is data', async (status, code) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => ({ kind: 'status', status });
  const { data, errors } = await create(gateway, SENT, [['proofOfIdentity', IDENTITY]]);
  expect(errors).toBeUndefined();
  expect(data.createGdprRequest).toMatchObject({ __typename: 'UpstreamRejectedError', code });
});

test.each([
  ['refused', { kind: 'status', status: 429, headers: { 'retry-after': '60' } }, 'RATE_LIMITED', 'REFUSED'],
  ['cut', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE', 'UNKNOWN'],
] as const)('a call that is %s says what became of it, and is sent once', async (_, fault, code, outcome) => {
  await using gateway = await startGateway();
  gateway.hood.dials.fault = () => fault;
  const { data, errors } = await create(gateway, SENT, [['proofOfIdentity', IDENTITY]]);
  expect(data.createGdprRequest).toBeNull();
  expect(errors?.[0]?.extensions).toMatchObject({ code, outcome });
  expect(gateway.hoodCalls()).toHaveLength(1);
});

test('a list of requests that is kept is read again after a creation', async () => {
  await using gateway = await startGateway({ env: { CACHE: 'on' } });
  const total = async () => (await gateway.query('{ gdprRequests { totalCount } }')).data.gdprRequests.totalCount;
  expect(await total()).toBe(5);
  await gateway.query(CREATE, { input: SENT });
  expect(await total()).toBe(6);
});
