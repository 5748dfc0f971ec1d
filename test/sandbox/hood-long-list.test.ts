import { expect, test } from 'vitest';
import { type HoodSandbox, startHood } from '../../src/sandbox/hood/server.ts';
import { person } from '../../src/sandbox/people.ts';
import { call, send } from './hood-client.ts';

/** Over half a year from 2021-01-04 on. */
const COUNT = 100_000;
const LIMIT_MS = 50;
/** What they take on average: 16 ms, where one alone may take more just then. */
const MEAN_MS = 22;
const CLIENT = person(7).clientId;
const CLIENTS = Array.from({ length: 100 }, (_, n) => person(n * 7).clientId).join(',');

const SORTS_BY_BOTH = ['create_time,update_time', 'update_time,create_time'].flatMap((sort) => {
  const [first, second] = sort.split(',');
  return [sort, `-${sort}`, `${first},-${second}`, `-${first},-${second}`];
});

/** Plain work, which takes an ordinary machine so many milliseconds. */
const PLAIN_ROWS = Array.from({ length: 20_000 }, (_, n) => ({ id: n, key: String((n * 7_919) % 20_011) }));
const PLAIN_MS = 8;
async function plainWork(): Promise<unknown> {
  return PLAIN_ROWS.filter(({ key }) => !key.endsWith('7')).sort((one, other) => (one.key < other.key ? -1 : 1));
}

/** Time of this process only (milliseconds), so that whatever else the machine does is not measured. */
async function cpuTime<Result>(work: () => Promise<Result>): Promise<[Result, number]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1000];
}

/** What an ordinary machine would take: this one may be half as fast now, and does its plain work as slowly. */
async function ordinaryTime<Result>(work: () => Promise<Result>): Promise<[Result, number]> {
  const plain = [await cpuTime(plainWork), await cpuTime(plainWork)].map(([, took]) => took);
  const [result, took] = await cpuTime(work);
  return [result, (took / Math.min(...plain)) * PLAIN_MS];
}

test('with 100,000 GDPR requests it starts within 3 s and answers any page within 50 ms', {
  timeout: 120_000,
}, async () => {
  const rows = { customerData: 0, gdprRequests: COUNT, exports: 0, profileProperties: 0 };
  for (let warmUp = 0; warmUp < 5; warmUp++) await plainWork();
  const [hood, startedIn] = await ordinaryTime(() => startHood({ rows, limits: 'none' }));
  await using _ = hood;
  expect(startedIn).toBeLessThan(3000);

  await call(hood, 'customer-data'); // opens the connection
  const spent: number[] = [];
  for (const [query, total] of [
    ['', COUNT + 5],
    ['page=1000,50', COUNT + 5],
    ['page=2000,50&view=full', COUNT + 5],
    ['sort=update_time&page=500,50', COUNT + 5],
    ['status=eq:pending', undefined],
    ['status=eq:pending&page=200,50', undefined],
    ['status=eq:escalated&sort=-update_time', undefined],
    ['create_time=rf:2021-02-01,2021-03-01', undefined],
    ['status=eq:denied&create_time=gte:2021-05-01', undefined],
    [`client_id=in:${CLIENTS}&page=1,100`, undefined],
    [`client_id=in:${CLIENTS}&status=in:pending,denied&page=5,100`, undefined],
    ...SORTS_BY_BOTH.flatMap((sort) =>
      ['1,50', '1000,50', '2000,50'].map((page) => [`sort=${sort}&page=${page}`, COUNT + 5] as const),
    ),
    ['sort=create_time,-update_time&status=eq:pending&page=200,50', undefined],
    [`client_id=neq:${CLIENT}`, undefined],
    [`client_id=neq:${CLIENT}&page=500,50`, undefined],
    [`client_id=neq:${CLIENT}&status=eq:pending`, undefined],
    ['client_id=is:&page=500,50', COUNT + 5],
    ['status=nin:pending,escalated', undefined],
    ['status=nin:pending,escalated&page=200,50', undefined],
    ['update_time=neq:2021-03-01', undefined],
    ['create_time=nin:2021-02-01,2021-03-01&page=400,50', undefined],
    ['update_time=lte:2021-03-01&page=400,50', undefined],
    ['update_time=rf:2021-04-15,2021-05-25', undefined],
    ['update_time=rf:2021-04-15,2021-05-25&page=70,50', undefined],
    ['update_time=isn:', undefined],
    [`client_id=nin:${CLIENTS}&page=1000,50`, undefined],
    [`client_id=nin:${CLIENTS}&sort=update_time&page=500,50`, undefined],
    ['create_time=gt:2021-03-01&sort=update_time,create_time&page=400,50', undefined],
    ['update_time=nin:2021-03-01,2021-02-01&sort=-create_time&page=1000,50', undefined],
    ['status=neq:pending&update_time=rf:2021-02-01,2021-03-01&sort=-create_time,-update_time', undefined],
    [
      'status=in:denied,escalated&create_time=lt:2021-03-01&update_time=gte:2021-02-15&sort=update_time&page=30,50',
      undefined,
    ],
    ['create_time=rf:2021-02-01,2021-04-01&update_time=rf:2021-02-01,2021-04-01&page=400,50', undefined],
  ] as const) {
    spent.push(await expectAnswer(hood, query, total));
  }
  expect(spent.reduce((sum, ms) => sum + ms, 0) / spent.length).toBeLessThan(MEAN_MS);

  const id = '2050000';
  await send(hood, 'PATCH', `gdpr-requests/${id}`, { status: 'pending' });
  await expectAnswer(hood, 'sort=-update_time&update_time=lt:2100-01-01', undefined, id);
});

/** Tells how long the answer took, in milliseconds. */
async function expectAnswer(hood: HoodSandbox, query: string, total?: number, firstId?: string): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  // Other processes slow this one too, by the caches they share: only what is slow each time is slow.
  for (let attempt = 1; attempt <= 4 && least >= LIMIT_MS; attempt++) {
    const [{ status, body }, took] = await ordinaryTime(() => call(hood, `gdpr-requests?${query}`));
    expect(status).toBe(200);
    expect(body.items.length, query).toBeGreaterThan(0);
    expect(body.items[0]?.id).toEqual(firstId ?? expect.any(String));
    expect(body.total).toEqual(total ?? expect.any(Number));
    least = Math.min(least, took);
  }
  expect(least, query).toBeLessThan(LIMIT_MS);
  return least;
}
