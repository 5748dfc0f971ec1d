import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { numbered } from './asked.ts';
import { RequestList, request } from './request-list.ts';
import { walk } from './walking.ts';

const ORDER = 'orderBy: [{ field: CREATE_TIME }, { field: UPDATE_TIME }]';

test('whatever changes its place within its second, none is left out', async () => {
  await using gateway = await startGateway();
  const drawn = fc.record({
    seconds: fc.array(fc.nat(2), { minLength: 1, maxLength: 20, size: 'max' }),
    size: fc.integer({ min: 1, max: 6 }),
    // Which rows change behind each window: some that were read, the last one first, and some of all.
    turns: fc.array(fc.record({ read: fc.nat(6), any: fc.array(fc.nat(40), { maxLength: 3 }) }), { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(drawn, async ({ seconds, size, turns }) => {
      const list = new RequestList(seconds.map((at, index) => request(index + 1, at)));
      list.serve(gateway);
      const left = [...turns];
      const windows = await walk(gateway, 'gdprRequests', {
        size,
        args: ORDER,
        between: ({ ids }) => {
          const { read = 0, any = [] } = left.shift() ?? {};
          for (const id of ids.toReversed().slice(0, read)) list.touch(id);
          for (const at of any) list.touch(String((at % seconds.length) + 1));
        },
      });
      const met = new Set(windows.flatMap(({ ids }) => ids));
      expect([...met].toSorted()).toEqual(numbered(seconds.length).toSorted());
    }),
    { numRuns: 60 },
  );
});

test.each([4, 5, 10, 20, 50, 100].flatMap((largest) => [1, 5].map((size) => ({ largest, size }))))(
  'a desk that decides what it reads costs at most twice the calls of a window, and four: %o',
  async ({ largest, size }) => {
    await using gateway = await startGateway();
    const list = new RequestList(
      numbered(40).map((id) => request(id, 1)),
      { largest },
    );
    list.serve(gateway);
    const windows = await walk(gateway, 'gdprRequests', {
      size,
      args: 'filter: { status: { eq: PENDING } } orderBy: { field: CREATE_TIME }',
      between: ({ ids }) => {
        for (const id of ids) list.decide(id, 'approved');
      },
    });
    expect(windows.flatMap(({ ids }) => ids)).toEqual(numbered(40));
    const honest = Math.ceil(size / largest);
    expect(Math.max(...windows.map(({ calls }) => calls.length))).toBeLessThanOrEqual(2 * honest + 4);
  },
);
