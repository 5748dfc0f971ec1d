import { expect, test } from 'vitest';
import { person } from '../../../../src/sandbox/people.ts';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const approved = person(1);

async function started(): Promise<Gateway> {
  const gateway = await startGateway({ env: { CACHE: 'on' }, sor: { profiles: 30 } });
  // Hood may write the address in other letters than whoever asks.
  const subject_information = { email: approved.email.toUpperCase() };
  gateway.hood.replace('gdprRequests', [
    { id: '1', client_id: approved.clientId, status: 'pending', rejection_reason: null, subject_information },
  ]);
  return gateway;
}

const READS: Record<string, string> = {
  'the profile by client id': `{ customerProfile(customerId: "${approved.clientId}") { firstName } }`,
  'the profile by e-mail': `{ customerProfile(customerId: "${approved.email}") { firstName } }`,
  'the profile of a device': `{ customerProfile(customerId: "${approved.deviceId}", customerIdType: DEVICE_ID) { firstName } }`,
  'a list of profiles': '{ customerProfiles(first: 3) { nodes { firstName } } }',
  'the changes': '{ customerProfileChanges(since: "2020-01-01T00:00:00Z", first: 3) { nodes { changes { key } } } }',
};

/** What is read of the System of Record anew. */
async function readAnew(gateway: Gateway): Promise<string[]> {
  const names: string[] = [];
  for (const [name, query] of Object.entries(READS)) {
    const { errors } = await gateway.query(query);
    expect(errors).toBeUndefined();
    if (gateway.sorCalls().length > 0) names.push(name);
  }
  return names;
}

const APPROVE = 'mutation { decideGdprRequest(input: { hoodId: "1", decision: APPROVE }) { __typename } }';

test.each([
  ['a decision', APPROVE],
  [
    'one of several decisions',
    'mutation { decideGdprRequests(input: { decisions: [{ hoodId: "1", decision: APPROVE }] }) { __typename } }',
  ],
  ['an update', 'mutation { updateGdprRequest(input: { hoodId: "1", status: APPROVED }) { __typename } }'],
  [
    'an update that corrects the address as well',
    `mutation { updateGdprRequest(input: { hoodId: "1", status: APPROVED, subjectInformation: { email: "${approved.email}" } }) { __typename } }`,
  ],
])(
  'an approval by %s forgets what is kept of that person, under whichever id, without another call',
  async (_, approve) => {
    await using gateway = await started();
    expect(await readAnew(gateway)).toEqual(Object.keys(READS));
    expect(await readAnew(gateway)).toEqual([]);
    gateway.hoodCalls();

    await gateway.query(approve);

    expect(gateway.hoodCalls()).toEqual(['PATCH /v1/hood/gdpr-requests/1']);
    expect(await readAnew(gateway)).toEqual(Object.keys(READS));
  },
);

test('an approval that may have been carried out forgets it too, and a denial nothing', async () => {
  await using gateway = await started();
  await readAnew(gateway);
  await gateway.query(
    'mutation { decideGdprRequest(input: { hoodId: "1", decision: DENY, rejectionReason: "No." }) { __typename } }',
  );
  expect(await readAnew(gateway)).toEqual([]);
  gateway.hood.dials.fault = ({ line }) => (line.startsWith('PATCH') ? { kind: 'reset' } : undefined);
  await gateway.query(APPROVE);
  expect(await readAnew(gateway)).toEqual(Object.keys(READS));
});

test('what was being read while it was approved is not kept', async () => {
  await using gateway = await started();
  const query = `{ customerProfile(customerId: "${approved.clientId}") { firstName } }`;
  const [asked, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  gateway.sor.api.dials.lie = async (_call, honest) => {
    asked.resolve();
    await go.promise;
    return honest;
  };
  const reading = gateway.query(query);
  await asked.promise;
  await gateway.query(APPROVE);
  go.resolve();
  await reading;
  gateway.sorCalls();
  await gateway.query(query);
  expect(gateway.sorCalls()).toHaveLength(1);
});

test('an operation that has read the profile before it approves reads it again afterwards', async () => {
  await using gateway = await started();
  const profile = 'gdprRequest { customerProfile(customerIdType: USER_ID) { firstName } }';
  const decide = (id: string) =>
    `decideGdprRequest(input: { hoodId: "1", decision: APPROVE }) { ... on DecideGdprRequestSuccess { ${id}: ${profile} } }`;
  await gateway.query(`mutation { a: ${decide('x')} b: ${decide('y')} }`);
  expect(gateway.sorCalls().filter((call) => call.includes('customer_profiles'))).toHaveLength(2);
});
