import { expect, test } from 'vitest';
import { PendingWork } from '../../src/sandbox/sor/pending-work.ts';

const HOUR = 3_600_000;

test('settling does at once what waits, in its order, one piece after the other', async () => {
  await using pending = new PendingWork();
  const done: string[] = [];
  for (const name of ['first', 'second', 'third']) {
    pending.add(HOUR, async () => {
      done.push(`${name} begins`);
      await new Promise(setImmediate);
      done.push(`${name} ends`);
    });
  }
  await pending.settle();
  expect(done).toEqual([
    ...['first begins', 'first ends', 'second begins', 'second ends', 'third begins', 'third ends'],
  ]);
});

test('settling also does what the work itself leaves to be done', async () => {
  await using pending = new PendingWork();
  const done: string[] = [];
  pending.add(HOUR, async () => {
    done.push('outer');
    pending.add(HOUR, async () => {
      done.push('inner');
    });
  });
  await pending.settle();
  expect(done).toEqual(['outer', 'inner']);
});

test('settling with nothing to do ends', async () => {
  await using pending = new PendingWork();
  await expect(pending.settle()).resolves.toBeUndefined();
});

test('whoever settles learns of a failure', async () => {
  await using pending = new PendingWork();
  pending.add(0, async () => {
    throw new Error('broken');
  });
  await expect(pending.settle()).rejects.toThrow('broken');
});

test('closing forgets what waits and ends what is under way', async () => {
  const pending = new PendingWork();
  const begun = Promise.withResolvers<void>();
  const done: string[] = [];
  pending.add(0, async (signal) => {
    begun.resolve();
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    done.push('ended');
  });
  pending.add(HOUR, async () => {
    done.push('never');
  });
  await begun.promise;
  await pending[Symbol.asyncDispose]();
  expect(done).toEqual(['ended']);
});

test('what is due by a clock that is moved is done by whoever catches up, and the rest waits', async () => {
  let now = 0;
  await using pending = new PendingWork(() => now);
  const done: string[] = [];
  for (const [name, delayMs] of [
    ['soon', HOUR],
    ['late', 2 * HOUR],
  ] as const) {
    pending.add(delayMs, async () => void done.push(name));
  }
  await pending.catchUp();
  expect(done).toEqual([]);
  now = HOUR;
  await pending.catchUp();
  expect(done).toEqual(['soon']);
  now = 2 * HOUR;
  await pending.catchUp();
  expect(done).toEqual(['soon', 'late']);
});
