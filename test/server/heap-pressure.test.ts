import { expect, test, vi } from 'vitest';
import { heapPressure } from '../../src/server/load-shedding.ts';

function atMs(ms: number): void {
  vi.spyOn(performance, 'now').mockReturnValue(ms);
}

test('the heap is nearly full from 85 percent on', () => {
  for (const [used_heap_size, isHigh] of [
    [0, false],
    [85, false],
    [86, true],
    [100, true],
  ] as const) {
    expect(heapPressure(() => ({ used_heap_size, heap_size_limit: 100 }))()).toBe(isHigh);
  }
});

test('it is looked at ten times a second at most', () => {
  const read = vi.fn(() => ({ used_heap_size: 90, heap_size_limit: 100 }));
  const isHigh = heapPressure(read);
  for (const ms of [1_000, 1_050, 1_099]) {
    atMs(ms);
    expect(isHigh()).toBe(true);
  }
  expect(read).toHaveBeenCalledTimes(1);
  read.mockReturnValue({ used_heap_size: 10, heap_size_limit: 100 });
  atMs(1_100);
  expect(isHigh()).toBe(false);
  vi.restoreAllMocks();
});

test('this process is far from it', () => {
  expect(heapPressure()()).toBe(false);
});
