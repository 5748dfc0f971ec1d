import { expect, test } from 'vitest';
import { filterIgnored } from '../../../../src/sandbox/lies.ts';
import { person } from '../../../../src/sandbox/people.ts';
import { foundIn, HEADERS, LOCKED } from '../../../support/audit.ts';
import { startGateway } from '../../../support/gateway.ts';
import { ask, gapsIn, named } from './asked-subjects.ts';
import { idOf, withRequests } from './people-with-requests.ts';

test('by client id: the profile of that user id, and the requests with that client id, newest first', async () => {
  await using gateway = await withRequests(3, () => 3);

  const { subject, errors, hood, sor } = await ask(gateway, `clientId: "${idOf(1)}"`, { first: 2 });

  expect(errors).toBeUndefined();
  expect(subject).toMatchObject({
    ...{ customerId: idOf(1), email: null, clientId: idOf(1) },
    profiles: [{ customerId: idOf(1), customerIdType: 'USER_ID' }],
    gdprRequests: { nodes: [{ hoodId: '1-2' }, { hoodId: '1-1' }], pageInfo: { hasNextPage: true } },
    provenance: expect.arrayContaining([
      { api: 'HOOD', route: '/v1/hood/gdpr-requests', readAt: expect.any(String), fromCache: false },
      { api: 'SOR', route: '/api/customer_profiles', readAt: expect.any(String), fromCache: false },
    ]),
  });
  expect(subject.provenance).toHaveLength(2);
  expect(gapsIn(subject)).toEqual([]);
  expect(hood).toEqual([
    `GET /v1/hood/gdpr-requests?client_id=eq:${idOf(1)}&fields=client_id,create_time,id&page=1,2&sort=-create_time`,
  ]);
  expect(sor).toHaveLength(1);
  const next = await ask(gateway, `clientId: "${idOf(1)}"`, { after: subject.gdprRequests.pageInfo.endCursor });
  expect(next.subject.gdprRequests.nodes).toEqual([{ hoodId: '1-0' }]);
});

test('by customer id: of the type that is asked for, or of both, and the requests where the types are joined', async () => {
  await using gateway = await withRequests(3, () => 1);
  const { deviceId } = person(2);
  const typesOf = async (args: string) => {
    const { subject } = await ask(gateway, args);
    return [subject.profiles.length, subject.gdprRequests?.nodes.length ?? null, gapsIn(subject)];
  };
  expect(await typesOf(`customerId: "${idOf(2)}"`)).toEqual([1, 1, []]);
  expect(await typesOf(`customerId: "${idOf(2)}", customerIdType: null`)).toEqual([1, 1, []]);
  expect(await typesOf(`customerId: "${deviceId}", customerIdType: DEVICE_ID`)).toEqual([
    1,
    null,
    ['HOOD: GDPR requests'],
  ]);
});

test.each(['', 'customerId: "a", email: "b"', 'email: "b", clientId: "c"', 'email: " "', 'customerId: null'])(
  'named by (%s) nobody is asked for',
  async (args) => {
    await using gateway = await startGateway();
    const { errors, hood, sor } = await ask(gateway, `${args} maxCalls: 3`);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' }, path: ['dataSubject'] }]);
    expect(errors?.[0]?.message).toMatch(/exactly one of "customerId", "email" and "clientId"/);
    expect([...hood, ...sor]).toEqual([]);
  },
);

test('a mistake in a window is that window’s own', async () => {
  await using gateway = await withRequests(1, () => 1);
  const { subject, errors } = await ask(gateway, `clientId: "${idOf(0)}"`, { after: 'nonsense' });
  expect(subject).toMatchObject({ profiles: [{ customerId: idOf(0) }], gdprRequests: null });
  expect(errors).toMatchObject([{ path: ['dataSubject', 'gdprRequests'], extensions: { code: 'BAD_USER_INPUT' } }]);
  const { errors: others } = await ask(gateway, `email: "a@b.c", maxCalls: 101`);
  expect(others).toMatchObject([{ path: ['dataSubject'], message: expect.stringContaining('"maxCalls"') }]);
});

test('null only where nothing is known and all was asked', async () => {
  await using gateway = await withRequests(1, () => 1);
  expect((await ask(gateway, 'customerId: "nobody"')).subject).toBeNull();
  expect((await ask(gateway, 'clientId: "nobody"')).subject).toBeNull();
  expect((await ask(gateway, 'email: "nobody"')).subject).toMatchObject({ profiles: [], gdprRequests: { nodes: [] } });
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 501 });
  expect(gapsIn((await ask(gateway, 'clientId: "nobody"')).subject)).toEqual(['SOR: Profiles']);
});

test('where the two are not joined, it is missing', async () => {
  await using gateway = await withRequests(2, () => 1, { env: { HOOD_CLIENT_ID_IS: 'none' } });
  const byClient = await ask(gateway, `clientId: "${idOf(1)}"`);
  expect(byClient).toMatchObject({ subject: { profiles: [], gdprRequests: { nodes: [{}] } }, sor: [] });
  expect(gapsIn(byClient.subject)).toEqual(['SOR: Profiles']);
  const byCustomer = await ask(gateway, `customerId: "${idOf(1)}"`);
  expect(byCustomer).toMatchObject({ subject: { profiles: [{}], gdprRequests: null }, hood: [] });
  expect(gapsIn(byCustomer.subject)).toEqual(['HOOD: GDPR requests']);
});

test('an API that fails, or has no account, is missing and fails nothing', async () => {
  await using gateway = await withRequests(2, () => 1, { env: { HOOD_TOKEN: '' } });
  gateway.sor.api.dials.fault = () => ({ kind: 'status', status: 500 });
  for (const args of [`clientId: "${idOf(1)}"`, 'email: "a@b.c"']) {
    const { subject, errors, hood } = await ask(gateway, args);
    expect(errors).toBeUndefined();
    expect(subject).toMatchObject({ profiles: null, gdprRequests: null, provenance: [] });
    expect(subject.missing).toContainEqual(
      expect.objectContaining({ api: 'HOOD', why: expect.stringContaining('set HOOD_TOKEN') }),
    );
    expect(subject.missing).toContainEqual({
      api: 'SOR',
      what: 'Profiles',
      why: expect.stringMatching(/^System of Record /),
    });
    expect(hood).toEqual([]);
  }
});

test('what is kept says when it was read', async () => {
  await using gateway = await withRequests(2, () => 1, { env: { CACHE: 'on' } });
  const { subject: first } = await ask(gateway, `clientId: "${idOf(1)}"`);
  const between = Date.now();
  for (let others = 0; others < 20; others++) await gateway.query('{ systemsOfRecord { totalCount } }');
  gateway.sorCalls();
  const { subject: second, hood, sor } = await ask(gateway, `clientId: "${idOf(1)}"`);
  expect([...hood, ...sor]).toEqual([]);
  const readAt = ({ provenance }: typeof first) =>
    provenance.map((each: { readAt: string }) => Date.parse(each.readAt));
  expect(Math.min(...readAt(first)) - Math.max(...readAt(second))).toBeLessThan(20);
  // As far as two clocks of one machine agree.
  expect(Math.max(...readAt(second))).toBeLessThan(between + 20);
  expect(second.provenance.map((each: { fromCache: boolean }) => each.fromCache)).toEqual([true, true]);
});

test('an API that ignores the filter gives nobody else’s requests', async () => {
  await using gateway = await withRequests(3, () => 2);
  gateway.hood.dials.lie = filterIgnored('client_id');
  const { subject } = await ask(gateway, `clientId: "${idOf(1)}"`);
  expect(subject.gdprRequests.nodes).toEqual([{ hoodId: '1-1' }, { hoodId: '1-0' }]);
  expect(gapsIn(subject)).toEqual([]);
});

test('where more of everybody’s came than were looked at, requests are missing', async () => {
  await using gateway = await withRequests(9, () => 2, { env: { HOOD_MAX_PAGE_SIZE: '4' } });
  gateway.hood.dials.lie = filterIgnored('client_id');
  const { subject } = await ask(gateway, `clientId: "${idOf(8)}"`, { first: 4 });
  expect([subject.gdprRequests.nodes, gapsIn(subject)]).toEqual([[], ['HOOD: GDPR requests']]);
});

test('by e-mail: whoever is named in a request, and the profile of whom it is about', async () => {
  await using gateway = await startGateway({ sor: { profiles: 9, samples: false } });
  const { email, clientId } = person(0);
  gateway.hood.replace('gdprRequests', [
    { ...named(1, ` ${email.toUpperCase()} `), client_id: clientId },
    { ...named(2, 'other@example.com', email), client_id: person(1).clientId },
    named(3, 'other@example.com', 17),
    named(4),
  ]);

  const { subject, hood, sor } = await ask(gateway, `email: "${email.toUpperCase()}"`);

  expect(subject).toMatchObject({ email: email.toUpperCase(), clientId: null });
  expect(subject.gdprRequests).toEqual({
    nodes: [{ hoodId: '2' }, { hoodId: '1' }],
    pageInfo: { hasNextPage: false, endCursor: expect.any(String) },
  });
  expect(subject.profiles.map((each: { customerId: string }) => each.customerId).sort()).toEqual(
    [clientId, email].sort(),
  );
  expect(gapsIn(subject)).toEqual([
    'SOR: Profiles that have the e-mail address under another customer id',
    'HOOD: GDPR requests without the e-mail address',
  ]);
  expect([hood.length, sor.length]).toEqual([1, 2]);
});

test('an address is the same however its accents are written, and nothing read is what is missing', async () => {
  await using gateway = await startGateway();
  const forms = ['zoé@example.com', 'ZOÉ@example.com'].flatMap((text) => [
    text.normalize('NFC'),
    text.normalize('NFD'),
  ]);
  gateway.hood.replace(
    'gdprRequests',
    forms.map((text, id) => named(id, text)),
  );
  for (const text of forms) {
    const { subject } = await ask(gateway, `email: "${text}"`);
    expect(subject.gdprRequests.nodes).toHaveLength(4);
  }
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 501 });
  expect(gapsIn((await ask(gateway, 'email: "zoé@example.com"')).subject)).toContain('HOOD: GDPR requests');
});

test('who asks for somebody is recorded, by the address as well', async () => {
  await using gateway = await startGateway({ env: { ...LOCKED, GATEWAY_SCOPES: 'pii:read,gdpr:read' } });
  await gateway.query('{ dataSubject(email: "ann@example.com") { missing { what } } }', {}, HEADERS);
  expect(await foundIn('ann@example.com', gateway.logged)).toEqual(['certain\tsecret\tread\tdesk']);
});
