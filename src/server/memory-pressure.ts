import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Beyond this share of the limit V8 collects again and again, and what is left in use is in use indeed. */
const HIGHEST_SHARE = 0.85;

/** Asked for so often at most, in milliseconds: reading it takes some ten microseconds. */
const LOOK_EVERY_MS = 100;

/** Garbage is collected so often at most, in milliseconds: it takes a tenth of a second where much is in use. */
const COLLECT_EVERY_MS = 2_000;

/** Memory of the process, in bytes; `rss` is all that it occupies, with the bytes of bodies and the program itself. */
const memoryUse = () => ({ ...getHeapStatistics(), rss: process.memoryUsage.rss() });

type MemoryUse = Pick<
  ReturnType<typeof memoryUse>,
  'used_heap_size' | 'total_heap_size' | 'heap_size_limit' | 'external_memory' | 'rss'
>;

/**
 * Tells whether the heap is nearly full or the process uses more than `maxBytes`, cheaply. Before it says so garbage is
 * collected. Memory that the process has freed and keeps does not count: newcomers get it.
 */
export function memoryPressure(
  maxBytes: number,
  memory: { use(): MemoryUse; collect(): void } = { use: memoryUse, collect: collectGarbage },
): () => boolean {
  let isHigh = false;
  let lookAt = 0;
  let collectAt = 0;
  let program = Infinity;

  function isShort(): boolean {
    const { rss, used_heap_size, total_heap_size, heap_size_limit, external_memory } = memory.use();
    // Later it is more, by what was freed outside the heap and is kept.
    program = Math.min(program, rss - total_heap_size - external_memory);
    return used_heap_size > HIGHEST_SHARE * heap_size_limit || program + used_heap_size + external_memory > maxBytes;
  }

  isShort();
  return () => {
    const now = performance.now();
    if (now < lookAt) return isHigh;
    lookAt = now + LOOK_EVERY_MS;
    isHigh = isShort();
    if (isHigh && now >= collectAt) {
      memory.collect();
      isHigh = isShort();
      collectAt = performance.now() + COLLECT_EVERY_MS;
    }
    return isHigh;
  };
}

/** Calls V8's own function, which code made after the flag has. `last-resort` gives memory back to the system. */
export function collectGarbage(flavor: 'regular' | 'last-resort' = 'regular'): void {
  setFlagsFromString('--expose-gc');
  runInNewContext(`gc({ type: 'major', execution: 'sync', flavor: '${flavor}' })`);
}
