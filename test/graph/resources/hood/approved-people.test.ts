import { expect, test } from 'vitest';
import { person } from '../../../../src/sandbox/people.ts';
import { type Gateway, startGateway } from '../../../support/gateway.ts';

const [approved, other] = [person(1), person(2)];

async function started(): Promise<Gateway> {
  const gateway = await startGateway({ env: { CACHE: 'on' }, sor: { profiles: 30 } });
  gateway.hood.replace(
    'gdprRequests',
    [approved, other].map(({ clientId, email }, n) => ({
      ...{ id: String(n + 1), client_id: clientId, status: 'pending', rejection_reason: null },
      ...{ requester_information: null, subject_information: { email } },
    })),
  );
  return gateway;
}

const READS: Record<string, string> = {
  'the profile by client id': `{ customerProfile(customerId: "${approved.clientId}") { firstName } }`,
  'the profile by e-mail': `{ customerProfile(customerId: "${approved.email}") { firstName } }`,
  'a list of profiles': '{ customerProfiles(first: 3) { nodes { firstName } } }',
  'somebody else': `{ customerProfile(customerId: "${other.clientId}") { firstName } }`,
  'somebody else by e-mail': `{ customerProfile(customerId: "${other.email}") { firstName } }`,
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

const SEE = '{ gdprRequests { nodes { clientId requesterInformation { email } subjectInformation { email } } } }';
const SEE_ONE = '{ gdprRequest(hoodId: "1") { clientId requesterInformation { email } subjectInformation { email } } }';
const APPROVE = 'mutation { decideGdprRequest(input: { hoodId: "1", decision: APPROVE }) { __typename } }';
const UPDATE = 'mutation { updateGdprRequest(input: { hoodId: "1", status: APPROVED }) { __typename } }';
const THEIRS = Object.keys(READS).slice(0, 3);

test.each([
  ['a decision, after a list', SEE, APPROVE],
  ['a decision, after the request alone', SEE_ONE, APPROVE],
  ['an update', SEE, UPDATE],
])(
  'an approval by %s forgets what is kept of that person, and of nobody else, without another call',
  async (_, see, approve) => {
    await using gateway = await started();
    expect(await readAnew(gateway)).toEqual(Object.keys(READS));
    expect(await readAnew(gateway)).toEqual([]);
    await gateway.query(see);
    gateway.hoodCalls();

    await gateway.query(approve);

    expect(gateway.hoodCalls()).toEqual(['PATCH /v1/hood/gdpr-requests/1']);
    expect(await readAnew(gateway)).toEqual(THEIRS);
  },
);

test.each([
  ['nothing of it was read', '{ __typename }'],
  ['only its client id was', '{ gdprRequests { nodes { clientId } } }'],
])('where it is not known whom a request is about, as %s, all profiles are forgotten', async (_, see) => {
  await using gateway = await started();
  await readAnew(gateway);
  await gateway.query(see);
  await gateway.query(APPROVE);
  expect(await readAnew(gateway)).toEqual(Object.keys(READS));
});

test('what reads have said one after another counts together', async () => {
  await using gateway = await started();
  await readAnew(gateway);
  await gateway.query('{ gdprRequests { nodes { clientId } } }');
  await gateway.query('{ gdprRequests { nodes { requesterInformation { email } subjectInformation { email } } } }');
  await gateway.query(APPROVE);
  expect(await readAnew(gateway)).toEqual(THEIRS);
});

test('an approval that may have been carried out forgets them too, and a denial nobody', async () => {
  await using gateway = await started();
  await readAnew(gateway);
  await gateway.query(SEE);
  await gateway.query(
    'mutation { decideGdprRequest(input: { hoodId: "1", decision: DENY, rejectionReason: "No." }) { __typename } }',
  );
  expect(await readAnew(gateway)).toEqual([]);
  await gateway.query(SEE);
  gateway.hood.dials.fault = ({ line }) => (line.startsWith('PATCH') ? { kind: 'reset' } : undefined);
  await gateway.query(APPROVE);
  expect(await readAnew(gateway)).toEqual(THEIRS);
});

test('an operation that has read the profile before it approves reads it again afterwards', async () => {
  await using gateway = await started();
  await gateway.query(SEE);
  const profile = 'gdprRequest { customerProfile(customerIdType: USER_ID) { firstName } }';
  const decide = (id: string) =>
    `decideGdprRequest(input: { hoodId: "1", decision: APPROVE }) { ... on DecideGdprRequestSuccess { ${id}: ${profile} } }`;
  await gateway.query(`mutation { a: ${decide('x')} b: ${decide('y')} }`);
  expect(gateway.sorCalls().filter((call) => call.includes('customer_profiles'))).toHaveLength(2);
});
