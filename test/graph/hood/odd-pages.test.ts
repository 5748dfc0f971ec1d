import { expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../support/gateway.ts';

interface Asked {
  number: number;
  size: number;
}

/** What the API answers for a page of a list. */
type Serve = (page: Asked) => { total?: unknown; items: unknown[] };

const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ id: String(n) }));
const ids = (count: number) => rows(count).map(({ id }) => id);

/** A gateway before an API that answers as `serve` says. */
async function before(serve: Serve): Promise<Gateway> {
  const gateway = await startGateway();
  gateway.hood.dials.lie = ({ line }) => {
    const [, number = '1', size = '1'] = /page=(\d+),(\d+)/.exec(line) ?? [];
    return serve({ number: Number(number), size: Number(size) });
  };
  return gateway;
}

const slice = (count: number, { number, size }: Asked) => rows(count).slice((number - 1) * size, number * size);

async function read(gateway: Gateway, args: string) {
  const { data, errors } = await gateway.query(
    `{ gdprRequests(${args}) { totalCount nodes { hoodId } pageInfo { hasNextPage endCursor } } }`,
  );
  expect(errors).toBeUndefined();
  const { nodes, pageInfo, totalCount } = data.gdprRequests;
  const calls = gateway.hoodCalls().map((line) => line.replace(/^.*page=/, ''));
  return { ids: nodes.map(({ hoodId }: { hoodId: string }) => hoodId), calls, totalCount, ...pageInfo };
}

async function walk(gateway: Gateway, first: number) {
  const met: string[] = [];
  const calls: string[][] = [];
  for (let after = ''; ; ) {
    const window = await read(gateway, `first: ${first}${after}`);
    met.push(...window.ids);
    calls.push(window.calls);
    if (!window.hasNextPage) return { ids: met, calls };
    after = `, after: "${window.endCursor}"`;
  }
}

test('pages of 50 whose last one repeats for ever', async () => {
  await using gateway = await before(({ number, size }) => ({
    total: 300,
    items: slice(300, {
      number: Math.min(number, Math.ceil(300 / Math.min(size, 50))),
      size: Math.min(size, 50),
    }),
  }));
  const walked = await walk(gateway, 100);
  expect(walked.ids).toEqual(ids(300));
  // Two calls a window, and one more at first: a page at full size is no second answer beside itself.
  expect(walked.calls.map(({ length }) => length)).toEqual([3, 2, 2]);
});

test.each([19, 7, 1])('one page of 20 with %i rows makes nothing dearer', async (length) => {
  let isOdd = true;
  await using gateway = await before((page) => {
    const items = slice(200, page);
    const odd = isOdd && page.size === 20;
    if (odd) isOdd = false;
    return { total: 200, items: odd ? items.slice(0, length) : items };
  });
  expect((await read(gateway, 'first: 20')).ids).toEqual(ids(20));
  const next = await read(gateway, 'first: 100');
  expect([next.ids, next.calls]).toEqual([ids(100), ['1,100']]);
});

test.each([5, 10, 20, 50])('a total that is one too high, by %i', async (first) => {
  await using gateway = await before((page) => ({ total: 58, items: slice(57, page) }));
  const { ids: met, calls } = await walk(gateway, first);
  expect(met).toEqual(ids(57));
  expect(Math.max(...calls.map(({ length }) => length))).toBeLessThanOrEqual(4);
});

test('the vendor’s own sample: a total of 5 with one item, whatever page is asked for', async () => {
  await using gateway = await before(() => ({ total: 5, items: rows(1) }));
  expect(await read(gateway, 'first: 20')).toMatchObject({
    ...{ ids: ['0'], calls: ['1,20', '2,1'], totalCount: 5, hasNextPage: false },
  });
});

test('a total that counts only what is behind the start of its page', async () => {
  await using gateway = await before((page) => ({
    total: 57 - (page.number - 1) * page.size,
    items: slice(57, page),
  }));
  expect((await walk(gateway, 10)).ids).toEqual(ids(57));
});

test('no total, and pages of 7 at most', async () => {
  await using gateway = await before(({ number, size }) => ({
    items: slice(57, { number, size: Math.min(size, 7) }),
  }));
  const { ids: met, calls } = await walk(gateway, 20);
  expect(met).toEqual(ids(57));
  expect(Math.max(...calls.map(({ length }) => length))).toBeLessThanOrEqual(5);
});

test('a total that is text counts', async () => {
  await using gateway = await before((page) => ({ total: '57', items: slice(57, page) }));
  expect(await read(gateway, 'first: 57')).toMatchObject({
    totalCount: 57,
    calls: ['1,57'],
    hasNextPage: false,
  });
});

test('after a write a window is no larger than what was asked for', async () => {
  await using gateway = await startGateway({
    hood: { rows: { profileProperties: 200 } },
    env: { CACHE: 'on', CACHE_TTL: 'profile-properties=60s' },
  });
  const list = (first: number) => `{ profileProperties(first: ${first}) { nodes { hoodId } } }`;
  await gateway.query(list(100));
  await gateway.query('mutation { createProfileProperty(input: { label: "new" }) { __typename } }');
  gateway.hoodCalls();
  await gateway.query(list(1));
  expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/profile-properties?fields=id&page=1,1']);
});

test('a page of SOR with a row too few leaves long lists readable', async () => {
  await using gateway = await startGateway({ sor: { profiles: 3000, samples: false } });
  let isOdd = true;
  gateway.sor.api.dials.lie = (_call, honest) => {
    const { result } = honest as { result: { profiles: unknown[] } };
    if (isOdd) result.profiles.pop();
    isOdd = false;
    return honest;
  };
  const list = (first: number) =>
    `{ customerProfiles(first: ${first}) { nodes { customerId } pageInfo { hasNextPage } } }`;
  expect((await gateway.query(list(20))).data.customerProfiles.nodes).toHaveLength(20);
  gateway.sorCalls();
  const { data, errors } = await gateway.query(list(3000));
  expect(errors).toBeUndefined();
  expect([data.customerProfiles.nodes.length, gateway.sorCalls().length]).toEqual([3000, 1]);
});
