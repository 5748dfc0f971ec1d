import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

function update(gateway: Gateway, input: Record<string, unknown>, selection = 'hoodId') {
  return gateway.query(
    `mutation ($input: UpdateGdprRequestInput!) {
      updateGdprRequest(input: $input) {
        __typename
        ... on UpdateGdprRequestSuccess { gdprRequest { ${selection} } }
        ... on UserError { code message }
        ... on InvalidInputError { issues { path code message } }
      }
    }`,
    { input },
  );
}

test('the change that the vendor documents takes a decision back and corrects a person', async () => {
  await using gateway = await startGateway();
  gateway.hood.replace('gdprRequests', [{ id: '7', status: 'denied', rejection_reason: 'No.', client_id: '17' }]);
  const requesterInformation = {
    fullName: 'Peter Griffin',
    address: '255 Broadway Street',
    phoneNumber: '+1231636472',
    email: 'peter@example.com',
  };
  const { data, errors } = await update(
    gateway,
    { hoodId: '7', status: 'PENDING', rejectionReason: null, requesterInformation },
    'status canDecide rejectionReason clientId requesterInformation { fullName address phoneNumber email }',
  );
  expect(errors).toBeUndefined();
  expect(data.updateGdprRequest.gdprRequest).toEqual({
    ...{ status: 'PENDING', canDecide: true, rejectionReason: null, clientId: '17' },
    requesterInformation,
  });
  expect(gateway.hoodCalls()).toEqual([
    'PATCH /v1/hood/gdpr-requests/7',
    'GET /v1/hood/gdpr-requests/7?fields=client_id,id,rejection_reason,requester_information,status',
  ]);
});

test('the rest can be corrected too, in one call where only ids are selected; null empties a text', async () => {
  await using gateway = await startGateway();
  const input = {
    hoodId: '1000022',
    informationToRemove: null,
    subjectInformation: { fullName: 'Jane Smith', address: null },
    requestDeclaration: { date: '2025-02-03' },
  };
  await update(gateway, input, 'id hoodId');
  expect(gateway.hoodCalls()).toEqual(['PATCH /v1/hood/gdpr-requests/1000022']);
  const { data } = await gateway.query(`{ gdprRequest(hoodId: "1000022") {
    informationToRemove subjectInformation { fullName address } requestDeclaration { date signature }
  } }`);
  expect(data.gdprRequest).toEqual({
    informationToRemove: null,
    subjectInformation: { fullName: 'Jane Smith', address: null },
    requestDeclaration: { date: '2025-02-03', signature: null },
  });
});

test.each<[name: string, input: object, issues: [path: string, code: string][]]>([
  ['no change at all', {}, [['', 'REQUIRED']]],
  ['a denial without a reason', { status: 'DENIED', rejectionReason: ' ' }, [['rejectionReason', 'REQUIRED']]],
  ['an approval with one', { status: 'APPROVED', rejectionReason: 'No.' }, [['rejectionReason', 'INVALID']]],
  ['a status that is null', { status: null }, [['status', 'WRONG_TYPE']]],
  [
    'texts that are too long, and an address that is none',
    { rejectionReason: 'x'.repeat(501), subjectInformation: { email: 'a@', fullName: 'x'.repeat(201) } },
    [
      ['rejectionReason', 'TOO_LONG'],
      ['subjectInformation.fullName', 'TOO_LONG'],
      ['subjectInformation.email', 'INVALID'],
    ],
  ],
])('%s is a mistake, without a call', async (_, input, issues) => {
  await using gateway = await startGateway();
  const { data, errors } = await update(gateway, { hoodId: '1000022', ...input });
  expect(errors).toBeUndefined();
  const found = data.updateGdprRequest.issues as { path: string[]; code: string }[];
  expect(found.map(({ path, code }) => [path.join('.'), code])).toEqual(issues);
  expect(gateway.hoodCalls()).toEqual([]);
});

test('changes and decisions on one request wait for each other', async () => {
  await using gateway = await startGateway();
  const underWay: number[] = [];
  gateway.hood.dials.latencyMs = 20;
  gateway.hood.dials.fault = () => {
    underWay.push(gateway.hood.calls.filter(({ status }) => status === undefined).length);
    return undefined;
  };
  await Promise.all([
    update(gateway, { hoodId: '1000022', status: 'DENIED', rejectionReason: 'No.' }),
    gateway.query('mutation { decideGdprRequest(input: { hoodId: "1000022", decision: APPROVE }) { __typename } }'),
    update(gateway, { hoodId: '1000022', status: 'PENDING' }),
  ]);
  expect(underWay).toEqual([1, 1, 1]);
});

test('a request that does not exist is said to be unknown', async () => {
  await using gateway = await startGateway();
  const { data } = await update(gateway, { hoodId: '8', status: 'PENDING' });
  expect(data.updateGdprRequest).toMatchObject({ __typename: 'UpstreamRejectedError', code: 'UNKNOWN_ID' });
});
