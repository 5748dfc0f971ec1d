import { expect, test } from 'vitest';
import { type PolledApis, Pollers } from '../../../src/graph/live/pollers.ts';
import { Moments } from '../../support/live.ts';

test.each([
  [1, 5_000],
  [0.51, 5_000],
  [0.5, 10_000],
  [0.3, 15_000],
  [0.1, 30_000],
  [0, 30_000],
])('with %d of the calls left the next poll is after %i ms', async (left, everyMs) => {
  const moments = new Moments();
  const pollers = new Pollers({ apisFor: () => ({}) as PolledApis, leftAt: () => left, ...moments });
  const ending = new AbortController();
  const question = { key: 'q', api: 'HOOD', isState: false, begin: () => async () => ({ events: [1] }) } as const;
  for await (const _event of pollers.follow(question, ending.signal)) {
    await moments.settled(1);
    ending.abort();
  }
  expect(moments.asked).toEqual([everyMs]);
});
