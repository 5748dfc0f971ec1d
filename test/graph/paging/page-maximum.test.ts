import { expect, it } from 'vitest';
import { PageMaximum, PageMaximums } from '../../../src/graph/paging/page-maximum.ts';

const MINUTES = 60_000;

it('nothing has come at first, and the largest page is the configured one', () => {
  const maximum = new PageMaximum(100);
  expect(maximum.largest).toBe(100);
  expect(maximum.served).toBe(0);
});

it('a page vouches for all smaller ones, and a smaller one later takes nothing back', () => {
  const maximum = new PageMaximum(100);
  maximum.noteRows(50);
  maximum.noteRows(20);
  expect(maximum.served).toBe(50);
});

it('a learned maximum holds for ten minutes, and never above the configured size', () => {
  let now = 1;
  const maximum = new PageMaximum(100, () => now);
  maximum.learn(30);
  maximum.noteRows(30);
  now += 10 * MINUTES - 1;
  expect([maximum.largest, maximum.served]).toEqual([30, 30]);
  now += 2;
  expect([maximum.largest, maximum.served]).toEqual([100, 0]);
  maximum.learn(500);
  expect(maximum.largest).toBe(100);
});

it('no maximum below the rows of a page that came is learned', () => {
  const maximum = new PageMaximum(100);
  maximum.noteRows(20);
  maximum.learn(10);
  expect(maximum.largest).toBe(20);
});

it('after a page has aged, a smaller one counts anew', () => {
  let now = 1;
  const maximum = new PageMaximum(100, () => now);
  maximum.noteRows(50);
  now += 11 * MINUTES;
  maximum.noteRows(20);
  expect(maximum.served).toBe(20);
});

it('each resource has one of its own', () => {
  const maximums = new PageMaximums();
  maximums.of('exports', 100).learn(10);
  expect(maximums.of('exports', 100).largest).toBe(10);
  expect(maximums.of('gdpr-requests', 100).largest).toBe(100);
});
