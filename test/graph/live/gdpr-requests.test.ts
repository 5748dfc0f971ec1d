import { expect, test } from 'vitest';
import { auditFile, found, HEADERS, LOCKED } from '../../support/audit.ts';
import { subscribe } from '../../support/live.ts';
import { event, FOLLOW, follow, request, start } from './followed-requests.ts';

const FIELDS = 'fields=client_id,create_time,id,status,update_time';
const FIRST = `GET /v1/hood/gdpr-requests?${FIELDS}&page=1,100&sort=-update_time`;
const since = (time: string) =>
  `GET /v1/hood/gdpr-requests?update_time=gte:2026-01-01 ${time}&${FIELDS}&page=1,100&sort=update_time`;
const PENDING = { filter: { status: { eq: 'PENDING' } } };

test('what is created and changed from now on comes, with one call a poll', async () => {
  const { gateway, moments, put } = await start();
  await using _gateway = gateway;
  await using followed = await follow(gateway, moments);
  expect(gateway.hoodCalls().map(decodeURIComponent)).toEqual([FIRST]);
  // Also in the second that was seen last.
  put(request('3', 'pending', 2, 2));
  await moments.pass();
  expect(await followed.next()).toEqual(event('CREATED', '3', 'PENDING'));
  put(request('1', 'approved', 1, 5), request('4', 'pending', 4, 4));
  await moments.pass();
  expect(await followed.next()).toEqual(event('CREATED', '4', 'PENDING'));
  expect(await followed.next()).toEqual(event('UPDATED', '1', 'APPROVED'));
  await moments.pass();
  await moments.settled(1);
  expect(gateway.hoodCalls().map(decodeURIComponent)).toEqual([
    // Five seconds before the last change.
    since('09:59:57'),
    since('09:59:57'),
    since('10:00:00'),
  ]);
});

test('what changes before the first poll has its answer comes as well', async () => {
  const { gateway } = await start();
  await using _gateway = gateway;
  gateway.hood.dials.lie = () => {
    const now = new Date().toISOString().replace('T', ' ').slice(0, 19);
    return { total: 2, items: [{ ...request('1', 'approved', 1, 1), update_time: now }, request('2', 'denied', 2, 2)] };
  };
  await using followed = await subscribe(gateway, FOLLOW);
  expect(await followed.next()).toEqual(event('UPDATED', '1', 'APPROVED'));
});

test('what leaves the conditions is gone, if this subscription has sent it', async () => {
  const { gateway, moments, put } = await start();
  await using _gateway = gateway;
  await using early = await follow(gateway, moments, PENDING);
  put(request('3', 'pending', 3, 3));
  await moments.pass();
  expect(await early.next()).toEqual(event('CREATED', '3', 'PENDING'));
  await moments.settled(1);
  await using late = await subscribe(gateway, FOLLOW, PENDING);
  // 1 was there before: nobody has been sent it.
  put(request('3', 'denied', 3, 4), request('1', 'denied', 1, 4), request('2', 'pending', 2, 5));
  await moments.pass();
  expect(await early.next()).toEqual(event('GONE', '3', 'DENIED'));
  expect(await early.next()).toEqual(event('UPDATED', '2', 'PENDING'));
  expect(await late.next()).toEqual(event('UPDATED', '2', 'PENDING'));
  expect(gateway.hoodCalls()).toHaveLength(3);
});

test('fifty with conditions of their own are one poller, and each gets what meets them', async () => {
  const { gateway, moments, put } = await start();
  await using _gateway = gateway;
  await using stack = new AsyncDisposableStack();
  const all = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      subscribe(gateway, FOLLOW, { filter: { clientId: { in: [`client-${10 + n}`] } } }),
    ),
  );
  for (const each of all) stack.use(each);
  await moments.settled(1);
  put(...all.map((_, n) => request(String(10 + n), 'pending', 3, 3)));
  await moments.pass();
  for (const [n, each] of all.entries()) {
    expect(await each.next()).toEqual(event('CREATED', String(10 + n), 'PENDING'));
  }
  expect(gateway.hoodCalls()).toHaveLength(2);
});

test('whoever comes while polls fail is told so', async () => {
  const { gateway, moments } = await start();
  await using _gateway = gateway;
  await using followed = await follow(gateway, moments);
  gateway.hood.dials.fault = () => ({ kind: 'status', status: 500 });
  await moments.pass();
  await followed.next();
  await using late = await subscribe(gateway, FOLLOW);
  expect(await late.next()).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }] });
});

test('conditions that nothing meets are complete at once, and those that cannot be are a mistake, without a call', async () => {
  const { gateway } = await start();
  await using _gateway = gateway;
  await using nothing = await subscribe(gateway, FOLLOW, { filter: { clientId: { in: [] } } });
  expect(await nothing.next()).toBeUndefined();
  await using wrong = await subscribe(gateway, FOLLOW, { filter: { status: { eq: 'DENIED', neq: 'PENDING' } } });
  expect(await wrong.next()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  expect(gateway.hoodCalls()).toEqual([]);
});

test('whoever may not read requests is refused, and nothing is asked', async () => {
  const { gateway } = await start({ env: { ANONYMOUS_SCOPES: 'pii:read' } });
  await using _gateway = gateway;
  await using refused = await subscribe(gateway, FOLLOW);
  expect(await refused.next()).toMatchObject({
    errors: [{ extensions: { code: 'FORBIDDEN', missingScopes: ['gdpr:read'] } }],
  });
  expect(gateway.hoodCalls()).toEqual([]);
});

test('personal data is masked in each event for whoever may not see it, and not asked for', async () => {
  const { gateway, moments, put } = await start({ env: { ANONYMOUS_SCOPES: 'gdpr:read' } });
  await using _gateway = gateway;
  await using followed = await subscribe(
    gateway,
    'subscription { gdprRequests { gdprRequest { hoodId informationToRemove requesterInformation { email } } } }',
  );
  await moments.settled(1);
  put({
    ...request('3', 'pending', 3, 3),
    information_to_remove: 'everything',
    requester_information: { email: 'a@b.c' },
  });
  await moments.pass();
  const answer = await followed.next();
  expect(answer?.data.gdprRequests.gdprRequest).toMatchObject({ hoodId: '3', informationToRemove: null });
  expect(JSON.stringify(answer)).not.toMatch(/everything|a@b\.c/);
  expect(answer?.errors?.map(({ extensions }) => extensions.code)).toContain('FORBIDDEN');
  expect(gateway.hoodCalls().join()).not.toMatch(/information/);
});

test('whose request it is, is recorded before the event, for each who follows', async () => {
  await using file = await auditFile();
  const { gateway, moments, put } = await start({ env: { ...LOCKED, AUDIT: file.path } });
  await using _gateway = gateway;
  await using followed = await follow(gateway, moments, {}, { ...HEADERS, 'x-gateway-caller': 'anna' });
  put(request('3', 'pending', 3, 3));
  await moments.pass();
  await followed.next();
  for (const id of ['3', 'client-3']) {
    expect(await found(id, file.path)).toEqual(['certain\trouter:anna\tread\tDesk of desk']);
  }
});
