import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterIgnored } from '../../../src/sandbox/lies.ts';
import { answering, hoodList, pageOf } from '../../odd-apis/asked.ts';
import { movableClock } from '../../support/movable-clock.ts';
import { event, follow, request, start } from './followed-requests.ts';

test('more changes than a page has come all, each once', async () => {
  const { gateway, moments, put } = await start({ env: { HOOD_MAX_PAGE_SIZE: '10' } });
  await using _gateway = gateway;
  await using followed = await follow(gateway, moments);
  const ids = Array.from({ length: 25 }, (_, n) => String(100 + n));
  put(...ids.map((id) => request(id, 'pending', 7, 7)));
  await moments.pass();
  const got = [];
  for (const _id of ids) got.push((await followed.next())?.data.gdprRequests.hoodId);
  expect(got.sort()).toEqual(ids);
  put(request('200', 'pending', 8, 8));
  await moments.pass();
  expect(await followed.next()).toEqual(event('CREATED', '200', 'PENDING'));
});

test.each([true, false])(
  'changes of one second come all from pages that are smaller than asked for; total: %s',
  async (hasTotal) => {
    const { gateway, moments, put } = await start();
    await using _gateway = gateway;
    await using followed = await follow(gateway, moments);
    const ids = Array.from({ length: 25 }, (_, n) => String(100 + n));
    put(...ids.map((id) => request(id, 'pending', 7, 7)));
    const rows = ids.map((id) => request(id, 'pending', 7, 7));
    answering(gateway.hood, (asked) => hoodList(pageOf(rows, asked, 10), hasTotal ? rows.length : undefined));
    await moments.pass();
    const got: string[] = [];
    for (const _id of ids) got.push((await followed.next())?.data.gdprRequests.hoodId);
    expect(got).toEqual(ids);
    await moments.settled(1);
    expect(gateway.hoodCalls().length).toBeLessThanOrEqual(6);
  },
);

test('what a page brought is not lost where the next one fails', async () => {
  using clock = movableClock();
  const { gateway, moments, put } = await start({ env: { HOOD_MAX_PAGE_SIZE: '10' } });
  await using _gateway = gateway;
  await using followed = await follow(gateway, moments);
  const ids = Array.from({ length: 15 }, (_, n) => String(100 + n));
  put(...ids.map((id, n) => request(id, 'pending', 10 + n, 10 + n)));
  gateway.hood.dials.fault = ({ line }) => (line.includes(':17&') ? { kind: 'status', status: 500 } : undefined);
  await moments.pass();
  const got: string[] = [];
  const next = async () => got.push((await followed.next())?.data?.gdprRequests.hoodId ?? 'error');
  for (let n = 0; n < 9; n++) await next();
  await moments.settled(1);
  gateway.hood.dials.fault = undefined;
  clock.pass(60_000);
  await moments.pass();
  for (let n = 0; n < 7; n++) await next();
  expect(got).toEqual([...ids.slice(0, 8), 'error', ...ids.slice(8)]);
});

test('a row that changes while pages are read moves none past them', async () => {
  const { gateway, moments, put } = await start({ env: { HOOD_MAX_PAGE_SIZE: '10' } });
  await using _gateway = gateway;
  await using followed = await follow(gateway, moments);
  const ids = Array.from({ length: 25 }, (_, n) => String(100 + n));
  put(...ids.map((id, n) => request(id, 'pending', 10 + n, 10 + n)));
  let calls = 0;
  gateway.hood.dials.fault = () => {
    if (++calls === 2) put(request('103', 'denied', 13, 50));
    return undefined;
  };
  await moments.pass();
  const got = [];
  for (let n = 0; n < 26; n++) got.push((await followed.next())?.data.gdprRequests.hoodId);
  expect(got).toEqual([...ids, '103']);
});

test('what becomes visible a little late comes too, and what is dated in the future hides nothing', async () => {
  const { gateway, moments, put } = await start();
  await using _gateway = gateway;
  put({ ...request('9', 'pending', 1, 1), update_time: '2199-01-01 00:00:00' });
  await using followed = await follow(gateway, moments);
  put(request('3', 'pending', 20, 20));
  await moments.pass();
  expect(await followed.next()).toEqual(event('CREATED', '3', 'PENDING'));
  put(request('4', 'pending', 16, 16));
  await moments.pass();
  expect(await followed.next()).toEqual(event('CREATED', '4', 'PENDING'));
  put({ ...request('9', 'denied', 1, 1), update_time: '2199-01-01 00:00:00' });
  await moments.pass();
  expect(await followed.next()).toEqual(event('UPDATED', '9', 'DENIED'));
});

test('a latest change that is dated back brings nothing again that was there before', async () => {
  const { gateway, moments, put } = await start();
  await using _gateway = gateway;
  await using followed = await follow(gateway, moments);
  for (const updated of [7, 6, 6]) {
    put(request('100', 'pending', 5, updated));
    await moments.pass();
    await moments.settled(1);
  }
  put(request('100', 'denied', 5, 9));
  await moments.pass();
  const got = [];
  for (let n = 0; n < 3; n++) got.push((await followed.next())?.data.gdprRequests.hoodId);
  expect(got).toEqual(['100', '100', '100']);
});

test('an API that ignores the condition is asked three times between pauses, and each change comes in the end', async () => {
  const { gateway, moments, put } = await start({ env: { HOOD_MAX_PAGE_SIZE: '10' } });
  await using _gateway = gateway;
  put(...Array.from({ length: 55 }, (_, n) => request(String(100 + n), 'pending', n, n)));
  gateway.hood.dials.lie = filterIgnored('update_time');
  await using followed = await follow(gateway, moments);
  put(request('3', 'pending', 58, 58));
  gateway.hoodCalls();
  const coming = followed.next();
  for (let n = 0; n < 6; n++) {
    await moments.pass();
    await moments.settled(1);
    expect(gateway.hoodCalls().length).toBeLessThanOrEqual(3);
  }
  expect(await coming).toEqual(event('CREATED', '3', 'PENDING'));
});

const change = fc.record({
  id: fc.nat(11),
  status: fc.constantFrom('pending', 'approved', 'denied'),
  /** How much earlier than the latest change it is dated. */
  lateBy: fc.nat(4),
});

test('whatever changes between polls, whoever follows ends with each request as it is', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(3), fc.array(change, { maxLength: 14 })), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      async (steps, hasSmallPages) => {
        const { gateway, moments, put } = await start({ env: { HOOD_MAX_PAGE_SIZE: hasSmallPages ? '4' : '40' } });
        await using _gateway = gateway;
        await using followed = await follow(gateway, moments);
        const rows = new Map<string, string>();
        const heard = new Map<string, string>();
        const hearing = (async () => {
          for (let event = await followed.next(); event; event = await followed.next()) {
            const { hoodId, gdprRequest } = event.data.gdprRequests;
            heard.set(hoodId, gdprRequest.status.toLowerCase());
          }
        })().catch(() => {});
        let second = 5;
        for (const [later, changes] of [...steps, ...Array<(typeof steps)[0]>(6).fill([0, []])]) {
          second += later;
          for (const { id, status, lateBy } of changes) {
            const name = String(100 + id);
            rows.set(name, status);
            // What is late is found again on one page alone.
            put(request(name, status, 5, Math.max(5, second - (hasSmallPages ? 0 : lateBy))));
          }
          await moments.pass();
          await moments.settled(1);
        }
        await followed[Symbol.asyncDispose]();
        await hearing;
        expect(new Map([...heard].sort())).toEqual(new Map([...rows].sort()));
      },
    ),
    { numRuns: 10 },
  );
});
