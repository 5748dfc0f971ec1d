import { expect, test } from 'vitest';
import { person } from '../../src/sandbox/people.ts';
import { startGateway } from '../support/gateway.ts';
import { buy, cost, seen, startGate } from './paying.ts';

const profile = (customerId: string, selection = 'customerId') =>
  `{ customerProfile(customerId: "${customerId}") { ${selection} } }`;
const nodeOf = (typeName: string, key: string, selection: string) => {
  const id = Buffer.from(`${typeName}:${key}`).toString('base64url');
  return `{ node(id: "${id}") { ... on ${typeName} { ${selection} } } }`;
};
const PROFILES = 'GET /api/customer_profiles?';

/** The ids that a list of profiles was asked for. */
const idsIn = (call = '') => /customer_ids=([^&]*)/.exec(call)?.[1]?.split(',') ?? [];

test('fifty operations for as many profiles are one call, which asks for what any of them selects', async () => {
  await using gateway = await startGateway({ sor: { profiles: 300 } });
  const people = Array.from({ length: 50 }, (_, n) => person(n));

  const answers = await Promise.all(
    people.map(({ email }, n) => gateway.query(profile(email, n % 2 ? 'firstName' : 'lastName'))),
  );

  expect(gateway.sorCalls()).toEqual([
    `${PROFILES}attribute_keys=first_name,last_name&customer_id_type=user_id&customer_ids=${people
      .map(({ email }) => email)
      .join(',')}&num_per_page=50`,
  ]);
  expect(answers.map(({ data }) => data.customerProfile)).toEqual(
    people.map(({ firstName, lastName }, n) => (n % 2 ? { firstName } : { lastName })),
  );
});

test('lookups by a field, by `node` and by a router are one batch', async () => {
  await using gateway = await startGateway({ sor: { profiles: 300 } });
  const [first, second, third] = [person(1).email, person(2).email, person(3).email];

  const answers = await Promise.all([
    gateway.query(profile(first)),
    gateway.query(nodeOf('CustomerProfile', `user_id:${second}`, 'customerId')),
    gateway.query(
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on CustomerProfile { customerId } } }`,
      { of: [{ __typename: 'CustomerProfile', customerId: third, customerIdType: 'USER_ID' }] },
    ),
  ]);

  expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined]);
  expect(answers[2]?.data._entities).toEqual([{ customerId: third }]);
  const calls = gateway.sorCalls();
  expect(calls).toHaveLength(1);
  expect(idsIn(calls[0])).toEqual([first, second, third]);
});

test('customers of different operations and their joins are one batch', async () => {
  await using gateway = await startGateway({ hood: { rows: 30 }, sor: { profiles: 300 } });
  const joined = '{ gdprRequests(first: 10) { nodes { clientId customerProfile { customerId } } } }';
  await gateway.query(joined);
  gateway.sorCalls();

  const [list] = await Promise.all([gateway.query(joined), gateway.query(joined)]);

  const clients = list.data.gdprRequests.nodes.map(({ clientId }: { clientId: string }) => clientId);
  const calls = gateway.sorCalls();
  expect(calls).toHaveLength(1);
  expect(idsIn(calls[0])).toEqual([...new Set(clients)]);
});

test('rows of Hood that operations look up by their ids are one call', async () => {
  await using gateway = await startGateway({ hood: { rows: 40, samples: false } });
  const { data } = await gateway.query('{ customerData(first: 30) { nodes { hoodId target } } }');
  const rows: { hoodId: string; target: string }[] = data.customerData.nodes;
  gateway.hoodCalls();

  const answers = await Promise.all(
    rows.map(({ hoodId }, n) =>
      gateway.query(
        n % 2 ? `{ customerDatum(hoodId: "${hoodId}") { target } }` : nodeOf('CustomerData', hoodId, 'hoodId'),
      ),
    ),
  );

  expect(gateway.hoodCalls()).toEqual([
    `GET /v1/hood/customer-data?id=in:${rows.map(({ hoodId }) => hoodId).join(',')}&fields=id,target&page=1,30`,
  ]);
  expect(answers.map(({ data }) => data.customerDatum ?? data.node)).toEqual(
    rows.map(({ hoodId, target }, n) => (n % 2 ? { target } : { hoodId })),
  );
});

test('lookups of several moments join the call that waits for its turn', async () => {
  await using gateway = await startGateway({ env: { SOR_RATE: '1/s,150/m' }, sor: { profiles: 300 } });
  await gateway.query(profile(person(0).email));
  gateway.sorCalls();

  const waiting = [];
  for (let n = 1; n <= 20; n += 1) {
    waiting.push(gateway.query(profile(person(n).email)));
    // Each comes after the one before has begun to wait.
    await gateway.query('{ __typename }');
  }
  const answers = await Promise.all(waiting);

  const people = answers.map((_, n) => person(n + 1).email);
  expect(answers.map(({ data }) => data.customerProfile.customerId)).toEqual(people);
  const calls = gateway.sorCalls();
  expect(calls).toHaveLength(1);
  expect(idsIn(calls[0])).toEqual(people);
});

test('a lookup alone does not wait for others', async () => {
  await using gateway = await startGateway({ sor: { profiles: 9 } });
  await gateway.query(profile(person(0).email));
  const alone = await buy(gateway, profile(person(1).email));
  expect(alone.cost).toEqual({ SOR: cost({ calls: 1 }) });
});

test('one batch that fails fails those alone that are in it', async () => {
  await using gateway = await startGateway({ sor: { profiles: 1_500 } });
  gateway.sor.api.dials.fault = ({ line }) =>
    line.includes(person(0).clientId) ? { kind: 'status', status: 501 } : undefined;
  const people = Array.from({ length: 300 }, (_, n) => person(n).clientId);

  const answers = await Promise.all(people.map((customerId) => gateway.query(profile(customerId))));

  const calls = gateway.sorCalls();
  expect(calls.length).toBeGreaterThan(1);
  const failing = new Set(idsIn(calls.find((call) => call.includes(person(0).clientId))));
  expect(answers.map(({ data, errors }) => [data.customerProfile?.customerId, errors?.length])).toEqual(
    people.map((customerId) => (failing.has(customerId) ? [undefined, 1] : [customerId, undefined])),
  );
});

test('an id that the API refuses fails alone, whoever asks beside it', async () => {
  await using gateway = await startGateway({ sor: { profiles: 300 } });
  const people = Array.from({ length: 50 }, (_, n) => person(n).email);
  const refused = person(33).email;
  gateway.sor.api.dials.fault = ({ line }) => (line.includes(refused) ? { kind: 'status', status: 400 } : undefined);

  const answers = await Promise.all(people.map((customerId) => gateway.query(profile(customerId))));

  expect(answers.map(({ data }) => data.customerProfile?.customerId)).toEqual(
    people.map((customerId) => (customerId === refused ? undefined : customerId)),
  );
  expect(answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions?.code) ?? [])).toEqual([
    'UPSTREAM_REJECTED',
  ]);
  expect(gateway.sorCalls().length).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(50)));
});

test('so it does where the calls that tell it apart wait for their turns', async () => {
  await using gateway = await startGateway({ env: { SOR_RATE: '2/s,100/m' }, sor: { profiles: 9 } });
  const people = Array.from({ length: 4 }, (_, n) => person(n).email);
  const refused = person(3).email;
  gateway.sor.api.dials.fault = ({ line }) => (line.includes(refused) ? { kind: 'status', status: 400 } : undefined);

  const answers = await Promise.all(people.map((customerId) => gateway.query(profile(customerId))));

  expect(answers.map(({ data }) => data.customerProfile?.customerId)).toEqual([...people.slice(0, 3), undefined]);
  expect(gateway.sorCalls().map(idsIn)).toEqual([
    people,
    people.slice(0, 2),
    people.slice(2),
    [people[2]],
    [people[3]],
  ]);
});

test('what the API refuses whatever the ids costs the calls for halves and quarters, and six that try one alone', async () => {
  await using gateway = await startGateway({ sor: { profiles: 300 } });
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 400 });
  const people = Array.from({ length: 50 }, (_, n) => person(n).email);

  const answers = await Promise.all(people.map((customerId) => gateway.query(profile(customerId))));

  expect(answers.every(({ errors }) => errors?.[0]?.extensions?.code === 'UPSTREAM_REJECTED')).toBe(true);
  expect(gateway.sorCalls()).toHaveLength(1 + 2 + 4 + 6);
});

test('a lookup that comes while a batch of the same rows is answered joins it', async () => {
  await using gate = await startGate();
  await using gateway = await startGateway({ env: { SOR_URL: gate.origin }, sor: { profiles: 9 } });
  gate.leadTo(gateway.sor.api.origin);
  const both = [0, 1].map((n) => `p${n}: customerProfile(customerId: "${person(n).email}") { customerId }`);
  const first = gateway.query(`{ ${both.join(' ')} }`);
  await seen(gate, 1);
  const second = buy(gateway, profile(person(0).email));
  await gateway.query('{ __typename }');
  gate.open();

  expect((await second).cost).toEqual({ SOR: cost({ coalesced: 1 }) });
  expect((await first).errors).toBeUndefined();
  expect(gate.calls).toHaveLength(1);
});
