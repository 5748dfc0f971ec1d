import { getHeapStatistics } from 'node:v8';

/** Beyond this share of the limit V8 collects again and again, and what is left in use is in use indeed. */
const HIGHEST_SHARE = 0.85;

/** Asked for so often at most, in milliseconds: the statistics take some microseconds. */
const LOOK_EVERY_MS = 100;

type HeapUse = Pick<ReturnType<typeof getHeapStatistics>, 'used_heap_size' | 'heap_size_limit'>;

/** Tells whether the heap is nearly full, cheaply enough to be asked for every operation. */
export function heapPressure(read: () => HeapUse = getHeapStatistics): () => boolean {
  let isHigh = false;
  let lookAt = 0;
  return () => {
    const now = performance.now();
    if (now < lookAt) return isHigh;
    lookAt = now + LOOK_EVERY_MS;
    const { used_heap_size, heap_size_limit } = read();
    isHigh = used_heap_size > HIGHEST_SHARE * heap_size_limit;
    return isHigh;
  };
}
