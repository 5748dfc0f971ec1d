import { expect, it } from 'vitest';
import { PageSizes, pageSizesByResource } from '../../../src/graph/paging/page-sizes.ts';

const MINUTES = 60_000;

it('nothing has come at first, and the largest page is the configured one', () => {
  const sizes = new PageSizes(100);
  expect(sizes.most).toBe(100);
  expect(sizes.served).toBe(0);
});

it('a page vouches for all smaller ones, and a smaller one later takes nothing back', () => {
  const sizes = new PageSizes(100);
  sizes.note({ number: 1, size: 50, came: 50 });
  sizes.note({ number: 1, size: 20, came: 20 });
  expect(sizes.served).toBe(50);
});

it('a learned maximum holds for ten minutes, and never above the configured size', () => {
  let now = 1;
  const sizes = new PageSizes(100, () => now);
  sizes.learn(30);
  sizes.note({ number: 1, size: 30, came: 30 });
  now += 10 * MINUTES - 1;
  expect([sizes.most, sizes.served]).toEqual([30, 30]);
  now += 2;
  expect([sizes.most, sizes.served]).toEqual([100, 0]);
  sizes.learn(500);
  expect(sizes.most).toBe(100);
});

it('no maximum below the rows of a page that came is learned', () => {
  const sizes = new PageSizes(100);
  sizes.note({ number: 1, size: 20, came: 20 });
  sizes.learn(10);
  expect(sizes.most).toBe(100);
});

it('after a page has aged, a smaller one counts anew', () => {
  let now = 1;
  const sizes = new PageSizes(100, () => now);
  sizes.note({ number: 1, size: 50, came: 50 });
  now += 11 * MINUTES;
  sizes.note({ number: 1, size: 20, came: 20 });
  expect(sizes.served).toBe(20);
});

it('each resource has one of its own', () => {
  const sizesOf = pageSizesByResource();
  sizesOf('exports', 100).learn(10);
  expect(sizesOf('exports', 100).most).toBe(10);
  expect(sizesOf('gdpr-requests', 100).most).toBe(100);
});
