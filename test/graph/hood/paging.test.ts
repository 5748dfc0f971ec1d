import { describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../../support/gateway.ts';

/** A gateway before a list of `count` GDPR requests, numbered from 1 in Hood's own order. */
async function startWith(count: number, hood: { maxPageSize?: number } = {}, env: Record<string, string> = {}) {
  const gateway = await startGateway({ hood: { samples: false, ...hood }, env });
  gateway.hood.replace('gdprRequests', rows(count));
  return gateway;
}

function rows(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    id: String(index + 1),
    create_time: `2025-01-01 00:${String(59 - Math.floor(index / 60)).padStart(2, '0')}:${String(59 - (index % 60)).padStart(2, '0')}`,
  }));
}

type Arguments = {
  first?: number;
  after?: string | undefined;
  last?: number;
  before?: string | undefined;
};

/** A window of the list: its numbers, and everything else of the connection. */
async function page(gateway: Gateway, args: Arguments) {
  const { data, errors } = await gateway.query(
    `query ($first: Int, $after: String, $last: Int, $before: String) {
      gdprRequests(first: $first, after: $after, last: $last, before: $before) {
        totalCount
        edges { cursor node { hoodId } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`,
    args,
  );
  expect(errors).toBeUndefined();
  const { totalCount, edges, pageInfo } = data.gdprRequests;
  const numbers: number[] = edges.map(({ node }: { node: { hoodId: string } }) => Number(node.hoodId));
  const cursors: string[] = edges.map(({ cursor }: { cursor: string }) => cursor);
  expect(pageInfo.startCursor).toBe(cursors.at(0) ?? null);
  expect(pageInfo.endCursor).toBe(cursors.at(-1) ?? null);
  return { totalCount, numbers, cursors, pageInfo };
}

const calls = (gateway: Gateway) => gateway.hoodCalls().map((line) => line.replace(/^.*page=/, ''));

const numbersFrom = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

describe('a window that one page can hold is one call', () => {
  test('the first rows', async () => {
    await using gateway = await startWith(7);

    const { totalCount, numbers, pageInfo } = await page(gateway, { first: 3 });

    expect({ totalCount, numbers }).toEqual({ totalCount: 7, numbers: [1, 2, 3] });
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/gdpr-requests?fields=id&page=1,3']);
  });

  test('twenty rows when nothing else is said', async () => {
    await using gateway = await startWith(30);
    expect((await page(gateway, {})).numbers).toEqual(numbersFrom(1, 20));
    expect(calls(gateway)).toEqual(['1,20']);
  });

  test('the rows behind a cursor that lies on no page boundary', async () => {
    await using gateway = await startWith(20);
    const { cursors } = await page(gateway, { first: 1 });
    calls(gateway);

    const { numbers, pageInfo } = await page(gateway, { first: 3, after: cursors[0] });

    expect(numbers).toEqual([2, 3, 4]);
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    expect(calls(gateway)).toEqual(['1,4']);
  });

  test('the rows before a cursor', async () => {
    await using gateway = await startWith(20);
    const { cursors } = await page(gateway, { first: 10 });
    calls(gateway);

    const { numbers, pageInfo } = await page(gateway, { last: 3, before: cursors[9] });

    expect(numbers).toEqual([7, 8, 9]);
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    expect(calls(gateway)).toEqual(['3,3']);
  });

  test('the rows between two cursors', async () => {
    await using gateway = await startWith(20);
    const { cursors } = await page(gateway, { first: 10 });
    calls(gateway);

    expect((await page(gateway, { after: cursors[2], before: cursors[6] })).numbers).toEqual([4, 5, 6]);
    expect((await page(gateway, { after: cursors[2], before: cursors[3] })).numbers).toEqual([]);
    expect(calls(gateway)).toEqual(['2,3', '1,1']);
  });

  test('a page that ends the list', async () => {
    await using gateway = await startWith(6);
    const { numbers, pageInfo } = await page(gateway, { first: 6 });
    expect(numbers).toEqual(numbersFrom(1, 6));
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    expect(calls(gateway)).toEqual(['1,6']);
  });

  test('an empty list', async () => {
    await using gateway = await startWith(0);
    const { totalCount, numbers, pageInfo } = await page(gateway, { first: 5 });
    expect({ totalCount, numbers }).toEqual({ totalCount: 0, numbers: [] });
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false, endCursor: null });
    expect(calls(gateway)).toEqual(['1,5']);
  });
});

describe('the last rows', () => {
  test('are one call where one page holds the whole list', async () => {
    await using gateway = await startWith(90);
    const { numbers, pageInfo } = await page(gateway, { last: 4 });
    expect(numbers).toEqual([87, 88, 89, 90]);
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(calls(gateway)).toEqual(['1,100']);
  });

  test('are two calls in a longer list', async () => {
    await using gateway = await startWith(130);
    expect((await page(gateway, { last: 4 })).numbers).toEqual([127, 128, 129, 130]);
    expect(calls(gateway)).toHaveLength(2);
  });

  test('never reach before `after`', async () => {
    await using gateway = await startWith(10);
    const { cursors } = await page(gateway, { first: 8 });
    expect((await page(gateway, { last: 5, after: cursors[7] })).numbers).toEqual([9, 10]);
  });
});

describe('what is not selected is not fetched', () => {
  test.each(['totalCount', 'total: totalCount __typename'])('`%s` alone transfers one row', async (selection) => {
    await using gateway = await startWith(45);
    const { data } = await gateway.query(`{ gdprRequests(first: 40) { ${selection} } }`);
    expect(Object.values(data.gdprRequests)).toContain(45);
    expect(gateway.hoodCalls()).toEqual(['GET /v1/hood/gdpr-requests?fields=id&page=1,1']);
  });

  test('`first: 0` has no rows and still knows what follows', async () => {
    await using gateway = await startWith(3);
    const { totalCount, numbers, pageInfo } = await page(gateway, { first: 0 });
    expect({ totalCount, numbers }).toEqual({ totalCount: 3, numbers: [] });
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(calls(gateway)).toEqual(['1,1']);
  });
});

/** Reads on until there is nothing more, forwards by `first`/`after` or backwards by `last`/`before`. */
async function walk(gateway: Gateway, size: number, direction: 'forwards' | 'backwards') {
  const seen: number[] = [];
  let args: Arguments = direction === 'forwards' ? { first: size } : { last: size };
  for (let steps = 0; steps < 100; steps += 1) {
    const { numbers, pageInfo } = await page(gateway, args);
    if (direction === 'forwards') {
      seen.push(...numbers);
      if (!pageInfo.hasNextPage) return seen;
      args = { first: size, after: pageInfo.endCursor };
    } else {
      seen.unshift(...numbers);
      if (!pageInfo.hasPreviousPage) return seen;
      args = { last: size, before: pageInfo.startCursor };
    }
  }
  throw new Error('The walk does not end.');
}

describe.each(['forwards', 'backwards'] as const)('a walk %s meets every row once and in order', (direction) => {
  test.each<[total: number, size: number]>([
    [0, 5],
    [1, 1],
    [10, 3],
    [12, 4],
    [50, 7],
    [101, 100],
    [130, 60],
  ])('of %i rows by %i', async (total, size) => {
    await using gateway = await startWith(total);
    expect(await walk(gateway, size, direction)).toEqual(numbersFrom(1, total));
  });

  test.each<[served: number, size: number]>([
    [7, 10],
    [3, 8],
    [10, 10],
    [25, 60],
    [1, 3],
  ])('when Hood serves no more than %i rows a page and %i are asked for', async (served, size) => {
    await using gateway = await startWith(40, { maxPageSize: served });
    expect(await walk(gateway, size, direction)).toEqual(numbersFrom(1, 40));
  });
});

test('a smaller page than asked for is noticed once: later windows are planned with it', async () => {
  await using gateway = await startWith(60, { maxPageSize: 10 });
  expect((await page(gateway, { first: 30 })).numbers).toEqual(numbersFrom(1, 30));
  calls(gateway);

  expect((await page(gateway, { first: 10 })).numbers).toEqual(numbersFrom(1, 10));
  expect(calls(gateway)).toEqual(['1,10']);
  expect((await page(gateway, { first: 30 })).numbers).toEqual(numbersFrom(1, 30));
  expect(calls(gateway).sort()).toEqual(['1,10', '2,10', '3,10']);
});
