import { expect, test } from 'vitest';
import { startGateway } from '../support/gateway.ts';
import { numbered } from './asked.ts';
import { holds, RequestList, type RequestListOptions, request, second } from './request-list.ts';
import { idsOf, walk } from './walking.ts';

const ROWS = 57;
const DIRECTIONS = ['ASC', 'DESC'] as const;

/** Walks requests by ten in order of time; how many calls the windows cost, where each row was met once. */
async function callsOfWalk(
  direction: (typeof DIRECTIONS)[number],
  timeOf: (index: number) => number,
  options: RequestListOptions,
): Promise<number[]> {
  const rows = numbered(ROWS).map((id, index) => request(id, timeOf(index)));
  await using gateway = await startGateway();
  new RequestList(rows, options).serve(gateway);
  const args = `orderBy: [{ field: CREATE_TIME, direction: ${direction} }]`;
  const windows = await walk(gateway, 'gdprRequests', { size: 10, args });
  expect(idsOf(windows).toSorted((a, b) => Number(a) - Number(b))).toEqual(numbered(ROWS));
  return windows.map(({ calls }) => calls.length);
}

test.each(
  DIRECTIONS.flatMap((direction) => [
    [direction, 'oldest first', (index: number) => index] as const,
    [direction, 'newest first', (index: number) => ROWS - index] as const,
    [direction, 'by nothing', (index: number) => (index * 37) % ROWS] as const,
  ]),
)('%s, where the order is ignored and rows come %s, each is met once, for one call a window', async (...args) => {
  const [direction, , timeOf] = args;
  expect(await callsOfWalk(direction, timeOf, { ignoresOrder: true })).toEqual([1, 1, 1, 1, 1, 1]);
});

test.each([1, 2, 10])('where a range of times comes to 500, each row is met once by %i', async (size) => {
  await using gateway = await startGateway();
  new RequestList(numbered(23).map((id, index) => request(id, index))).serve(gateway);
  const { fault } = gateway.hood.dials;
  gateway.hood.dials.fault = (call) =>
    /create_time=[gl]te/.test(call.line) ? { kind: 'status', status: 500 } : fault?.(call);
  const windows = await walk(gateway, 'gdprRequests', { size, args: 'orderBy: [{ field: CREATE_TIME }]' });
  expect(idsOf(windows)).toEqual(numbered(23));
});

/** Conditions on times that are so many seconds later than the rows show. */
const late = (seconds: number) => (value: string | null, filter: string) => {
  const shown = (Date.parse(`${value?.replace(' ', 'T')}Z`) - Date.UTC(2025, 0, 1)) / 1000;
  return holds(value && second(shown + seconds), filter);
};

test.each(
  DIRECTIONS.flatMap((direction) => [
    [direction, 'are an hour later than those of rows', late(3600)] as const,
    [direction, 'are an hour earlier than those of rows', late(-3600)] as const,
    [
      direction,
      'leave out their own bound',
      ((value, filter) => holds(value, filter.replace('te:', 't:'))) as typeof holds,
    ] as const,
    [direction, 'are met by none', () => false] as const,
  ]),
)('%s, where times in filters %s, each row is met once, for three calls a window', async (direction, _name, meets) => {
  for (const step of [0.3, 400]) {
    const calls = await callsOfWalk(direction, (index) => Math.floor(index * step), { holds: meets });
    expect(Math.max(...calls)).toBeLessThanOrEqual(3);
  }
});

test.each(DIRECTIONS)('%s, a total that no cursor can hold is none', async (direction) => {
  const calls = await callsOfWalk(direction, (index) => index, { total: 1e15 });
  expect(calls.slice(0, -1)).toEqual([1, 1, 1, 1, 1]);
});
