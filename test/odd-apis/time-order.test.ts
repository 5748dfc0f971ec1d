import { describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { RequestList, request, second } from './request-list.ts';
import { idsOf, type ReadWindow, readWindow, walk } from './walking.ts';

const PENDING = 'filter: { status: { eq: PENDING } }';
const by = (field: string, direction = 'ASC') => `orderBy: { field: ${field}, direction: ${direction} }`;

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const idsTo = (count: number) => numbers(count).map(String);

/** A gateway in front of these requests. */
async function withRequests(list: RequestList): Promise<Gateway> {
  const gateway = await startGateway();
  list.serve(gateway);
  return gateway;
}

async function decide(gateway: Gateway, ids: readonly string[]) {
  if (ids.length === 0) return;
  const decisions = ids.map(
    (id) => `d${id}: decideGdprRequest(input: { hoodId: "${id}", decision: APPROVE }) { __typename }`,
  );
  const { data } = await gateway.query(`mutation { ${decisions.join('\n')} }`);
  expect(Object.values(data)).toEqual(ids.map(() => ({ __typename: 'DecideGdprRequestSuccess' })));
}

/** How far apart two requests are: all a second, three in one second, all in one. */
describe.each([1, 1 / 3, 0])('requests that are %d seconds apart', (step) => {
  const pending = (count: number) => numbers(count).map((n) => request(n, Math.floor(n * step)));

  test.each(['ASC', 'DESC'])('a desk that decides five and goes on meets each once, %s', async (direction) => {
    const list = new RequestList(pending(27));
    await using gateway = await withRequests(list);

    const windows = await walk(gateway, 'gdprRequests', {
      size: 5,
      args: `${PENDING} ${by('CREATE_TIME', direction)}`,
      between: ({ ids }) => decide(gateway, ids),
    });

    expect(idsOf(windows).toSorted((a, b) => Number(a) - Number(b))).toEqual(idsTo(27));
    // Rows without a time may stand behind the last one, where no range finds them; and a cursor's row that is gone may
    // have to be looked for among many of its second.
    const most = step === 0 ? 3 : 1;
    for (const { calls, hasNextPage } of windows) {
      expect(calls.length).toBeLessThanOrEqual(hasNextPage ? most : most + 1);
    }
  });

  test('so it does while as many requests are created as are removed', async () => {
    const list = new RequestList([...pending(27), ...numbers(30).map((n) => request(100 + n, -n, 'denied'))]);
    await using gateway = await withRequests(list);
    const created: string[] = [];
    let old = 100;

    const windows = await walk(gateway, 'gdprRequests', {
      size: 5,
      args: `${PENDING} ${by('CREATE_TIME')}`,
      between: async ({ ids }) => {
        await decide(gateway, ids);
        if (created.length >= 12) return;
        for (const id of [201 + created.length, 202 + created.length]) {
          created.push(String(id));
          list.rows.push(request(id, 1_000 + id));
          list.remove(String(++old));
        }
      },
    });

    const met = idsOf(windows);
    expect(met).toEqual([...new Set(met)]);
    expect(met.toSorted((a, b) => Number(a) - Number(b))).toEqual([...idsTo(27), ...created]);
  });

  test('pending ones that are removed, and others that are created behind them, change nothing for the rest', async () => {
    const list = new RequestList(pending(40));
    await using gateway = await withRequests(list);
    let next = 300;

    const windows = await walk(gateway, 'gdprRequests', {
      size: 5,
      args: `${PENDING} ${by('CREATE_TIME')}`,
      between: ({ ids }) => {
        // Two of those that were read go, of which neither is the last, and two come at the very end.
        for (const id of ids.slice(0, 2)) list.remove(id);
        if (next < 306) list.rows.push(request(next++, 5_000), request(next++, 5_000));
      },
    });

    expect(idsOf(windows)).toEqual([...idsTo(40), ...numbers(6).map((n) => String(299 + n))]);
  });
});

test.each(['CREATE_TIME', 'UPDATE_TIME'])(
  'a window in order of %s asks for a range from its cursor, in one call',
  async (field) => {
    await using gateway = await withRequests(new RequestList(numbers(30).map((n) => request(n, n))));
    const column = field.toLowerCase();

    const windows = await walk(gateway, 'gdprRequests', { size: 10, args: by(field) });

    expect(windows.map(({ calls }) => calls.length)).toEqual([1, 1, 1]);
    for (const { calls } of windows.slice(1)) {
      expect(calls[0]).toContain(`${column}=gte:2025`);
      expect(calls[0]).toMatch(/[?&]page=1,\d+/);
    }
    expect(windows.map(({ totalCount }) => totalCount)).toEqual([30, 30, 30]);
    expect(windows.map(({ hasNextPage }) => hasNextPage)).toEqual([true, true, false]);
    expect(windows.map(({ hasPreviousPage }) => hasPreviousPage)).toEqual([false, true, true]);
  },
);

test("the caller's own range on the field and that of the cursor are one condition", async () => {
  await using gateway = await startGateway({ hood: { rows: 0, samples: false } });
  gateway.hood.replace(
    'gdprRequests',
    numbers(30).map((n) => request(n, Math.floor(n / 2))),
  );
  const range = (bounds: string) => `filter: { createTime: { ${bounds} } }`;
  const moment = (number: number) => second(number).replace(' ', 'T').concat('Z');

  for (const [bounds, from, to] of [
    [`gte: "${moment(2)}", lt: "${moment(12)}"`, 4, 23],
    [`gt: "${moment(2)}", lte: "${moment(12)}"`, 6, 25],
    [`lte: "${moment(12)}"`, 1, 25],
    [`gt: "${moment(2)}"`, 6, 30],
  ] as const) {
    for (const direction of ['ASC', 'DESC']) {
      const args = `${range(bounds)} ${by('CREATE_TIME', direction)}`;
      const windows = await walk(gateway, 'gdprRequests', { size: 4, args });
      const met = idsOf(windows).map(Number);
      expect(
        met.toSorted((a, b) => a - b),
        args,
      ).toEqual(numbers(30).filter((n) => n >= from && n <= to));
      // The stand-in refuses a parameter that is given twice.
      expect(windows.map(({ calls }) => calls.length)).toEqual(windows.map(() => 1));
    }
  }
});

test.each([1 / 3, 1])(
  'an API that passes the range over is read by position: no row is lost or repeated',
  async (step) => {
    const rows = numbers(45).map((n) => request(n, Math.floor(n * step)));
    await using gateway = await withRequests(new RequestList(rows, { ignoresTimes: true }));
    const windows = await walk(gateway, 'gdprRequests', { size: 10, args: by('CREATE_TIME') });
    expect(idsOf(windows)).toEqual(idsTo(45));
  },
);

test.each([
  ['filtered by one time', `filter: { createTime: { eq: "2025-01-01T00:00:01Z" } } ${by('CREATE_TIME')}`],
  ['in order of one time, then of another', `orderBy: [{ field: UPDATE_TIME }, { field: CREATE_TIME }]`],
  ['in its own order', ''],
])('a list %s is walked both ways without a loss', async (_, args) => {
  await using gateway = await startGateway({ hood: { rows: 0, samples: false } });
  gateway.hood.replace(
    'gdprRequests',
    numbers(23).map((n) => request(n, 1)),
  );
  const forward = idsOf(await walk(gateway, 'gdprRequests', { size: 5, args }));
  const backward = await walk(gateway, 'gdprRequests', { size: 5, args, backward: true });
  expect(forward.toSorted((a, b) => Number(a) - Number(b))).toEqual(idsTo(23));
  expect(backward.toReversed().flatMap(({ ids }) => ids)).toEqual(forward);
});

test.each<[string, number]>([
  ['each at another second', 1],
  ['three in a second', 1 / 3],
])('a row that its page leaves out after it was cut takes no other row along: %s', async (_, step) => {
  const rows = numbers(200).map((n) => request(n, Math.floor(n * step)));
  await using gateway = await withRequests(new RequestList(rows, { leaveOut: ({ id }) => id === '100' }));
  for (const size of [20, 7]) {
    const windows = await walk(gateway, 'gdprRequests', { size, args: by('CREATE_TIME') });
    expect(idsOf(windows)).toEqual(idsTo(200).filter((id) => id !== '100'));
  }
});

test.each(['ASC', 'DESC'])('rows without a readable time are met once too, %s', async (direction) => {
  await using gateway = await startGateway({ hood: { rows: 0, samples: false } });
  const odd = ['0000-00-00 00:00:00', null, 'soon', '1970-01-01 00:00:00', null, '2025-02-30 00:00:00'];
  const rows = numbers(30).map((n) => ({ ...request(n, n), ...(n <= 6 && { create_time: odd[n - 1] }) }));
  gateway.hood.replace('gdprRequests', rows);
  for (const size of [1, 4, 20]) {
    const windows = await walk(gateway, 'gdprRequests', { size, args: by('CREATE_TIME', direction) });
    const met = idsOf(windows);
    expect(
      met.toSorted((a, b) => Number(a) - Number(b)),
      `by ${size}`,
    ).toEqual(idsTo(30));
  }
});

test.each(['ASC', 'DESC'])(
  'a desk meets requests with a zero date once, and those without a time, %s',
  async (direction) => {
    const zeros = numbers(4).map((n) => ({ ...request(20 + n, 0), create_time: '0000-00-00 00:00:00' }));
    const without = numbers(2).map((n) => request(24 + n, null));
    const list = new RequestList([...numbers(20).map((n) => request(n, Math.floor(n / 2))), ...zeros, ...without]);
    await using gateway = await withRequests(list);
    const windows = await walk(gateway, 'gdprRequests', {
      size: 3,
      args: `${PENDING} ${by('CREATE_TIME', direction)}`,
      between: ({ ids }) => decide(gateway, ids),
    });
    expect(idsOf(windows).toSorted((a, b) => Number(a) - Number(b))).toEqual(idsTo(26));
  },
);

test('more rows of one second than the largest page holds are walked without a loss while the list stays as it is', async () => {
  const rows = numbers(60).map((n) => request(n, n < 5 || n > 55 ? n : 10));
  const list = new RequestList(rows, { largest: 20 });
  await using gateway = await startGateway({ env: { HOOD_MAX_PAGE_SIZE: '20' } });
  list.serve(gateway);
  const windows: ReadWindow[] = await walk(gateway, 'gdprRequests', { size: 15, args: by('CREATE_TIME') });
  expect(idsOf(windows).toSorted((a, b) => Number(a) - Number(b))).toEqual(idsTo(60));
});

test('requests of one customer page by value as well', async () => {
  const list = new RequestList(numbers(12).map((n) => ({ ...request(n, n), client_id: 'ada' })));
  await using gateway = await startGateway();
  list.serve(gateway);
  gateway.sor.insertProfiles([{ customerId: 'ada' }]);
  const met: string[] = [];
  for (let after: string | null = null, hasNext = true; hasNext; ) {
    const { data, errors } = await gateway.query(
      `query ($after: String) { customerProfile(customerId: "ada") {
        gdprRequests(first: 3, after: $after, filter: { status: { eq: PENDING } }, ${by('CREATE_TIME')}) {
          nodes { hoodId } pageInfo { endCursor hasNextPage }
        }
      } }`,
      { after },
    );
    expect(errors).toBeUndefined();
    const { nodes, pageInfo } = data.customerProfile.gdprRequests;
    const ids = nodes.map(({ hoodId }: { hoodId: string }) => hoodId);
    met.push(...ids);
    await decide(gateway, ids);
    ({ endCursor: after, hasNextPage: hasNext } = pageInfo);
  }
  expect(met).toEqual(idsTo(12));
  expect((await readWindow(gateway, 'gdprRequests', PENDING)).ids).toEqual([]);
});
