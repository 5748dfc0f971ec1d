import { expect, it } from 'vitest';
import { PageSizeLimits } from '../../../src/graph/paging/page-size-limits.ts';

const MINUTES = 60_000;

it('nothing is confirmed at first, and the largest page is the configured one', () => {
  const limits = new PageSizeLimits(100);
  expect(limits.largest).toBe(100);
  expect(limits.isConfirmed(1)).toBe(false);
});

it('a page seen confirms its size and all smaller ones, and a smaller one later takes nothing back', () => {
  const limits = new PageSizeLimits(100);
  limits.confirm(50);
  limits.confirm(20);
  expect([20, 50, 51].map((size) => limits.isConfirmed(size))).toEqual([true, true, false]);
});

it('a learned maximum caps the pages, never above the configured size, and is forgotten after ten minutes', () => {
  let now = 0;
  const limits = new PageSizeLimits(100, () => now);
  limits.learn(30);
  limits.confirm(30);
  now = 10 * MINUTES - 1;
  expect([limits.largest, limits.isConfirmed(30)]).toEqual([30, true]);
  now = 10 * MINUTES;
  expect([limits.largest, limits.isConfirmed(30)]).toEqual([100, false]);
  limits.learn(500);
  expect(limits.largest).toBe(100);
});

it('after a confirmation has aged, a smaller page confirms anew', () => {
  let now = 0;
  const limits = new PageSizeLimits(100, () => now);
  limits.confirm(50);
  now = 11 * MINUTES;
  limits.confirm(20);
  expect([20, 50].map((size) => limits.isConfirmed(size))).toEqual([true, false]);
});

it('a contradiction drops everything learned', () => {
  const limits = new PageSizeLimits(100);
  limits.learn(30);
  limits.confirm(30);
  limits.forget();
  expect([limits.largest, limits.isConfirmed(1)]).toEqual([100, false]);
});
