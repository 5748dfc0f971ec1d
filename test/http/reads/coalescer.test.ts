import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { failureOf } from '../client/hood-client.ts';
import { startLookups } from './row-lookups.ts';

const ALL = {};
const fields = (...names: string[]) => ({ fields: names });

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'performance', 'Date'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets so many milliseconds pass, and all that they set off. */
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test('lookups of one moment are one call at the end of it, and each gets its own row', async () => {
  const { lookups, sent } = startLookups();
  const rows = ['a', 'b', 'none', 'a'].map((key) => lookups.load(key, ALL, {}));
  expect(sent()).toEqual([]);
  await pass(0);
  expect(sent()).toEqual([['a', 'b', 'none']]);
  expect((await Promise.all(rows)).map((row) => row?.key)).toEqual(['a', 'b', undefined, 'a']);
});

test('lookups right behind a call gather for 5 ms, and for no longer', async () => {
  const { lookups, sent } = startLookups();
  void lookups.load('a', ALL, {});
  await pass(1);
  void lookups.load('b', ALL, {});
  await pass(4);
  void lookups.load('c', ALL, {});
  expect(sent()).toEqual([['a']]);
  await pass(1);
  expect(sent()).toEqual([['a'], ['b', 'c']]);
});

test('after a pause the first does not wait', async () => {
  const { lookups, sent } = startLookups();
  void lookups.load('a', ALL, {});
  await pass(20);
  void lookups.load('b', ALL, {});
  await pass(0);
  expect(sent()).toEqual([['a'], ['b']]);
});

test('where calls are limited at all, even the first gathers for 5 ms, and for no longer', async () => {
  const { lookups, sent, state } = startLookups();
  state.pressure = 'low';
  void lookups.load('a', ALL, {});
  await pass(4);
  void lookups.load('b', ALL, {});
  expect(sent()).toEqual([]);
  await pass(1);
  expect(sent()).toEqual([['a', 'b']]);
});

test('from half of the calls on they gather for 25 ms, and for no longer', async () => {
  const { lookups, sent, state } = startLookups();
  state.pressure = 'half';
  void lookups.load('a', ALL, {});
  await pass(24);
  void lookups.load('b', ALL, {});
  expect(sent()).toEqual([]);
  await pass(1);
  expect(sent()).toEqual([['a', 'b']]);
});

test('a call that is full is not held back', async () => {
  const { lookups, sent, state } = startLookups({ mostKeys: 2 });
  state.pressure = 'half';
  for (const key of ['a', 'b', 'c', 'd', 'e']) void lookups.load(key, ALL, {});
  await pass(0);
  expect(sent()).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ]);
  await pass(25);
  expect(sent()).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
});

test('while a call waits for its turn others join it, and widen it', async () => {
  const { lookups, calls, state } = startLookups({ held: true });
  state.pressure = 'waiting';
  void lookups.load('a', fields('x'), {});
  await pass(25);
  expect(calls).toMatchObject([{ mayGrow: true, sent: undefined }]);
  await pass(500);
  const late = [lookups.load('b', fields('y'), {}), lookups.load('a', fields('z'), {})];
  calls[0]?.send();
  await pass(0);
  expect(calls[0]?.sent).toEqual({ keys: ['a', 'b'], projection: fields('x', 'y', 'z') });
  expect(await Promise.all(late)).toEqual([
    { key: 'b', projection: fields('x', 'y', 'z') },
    { key: 'a', projection: fields('x', 'y', 'z') },
  ]);
  expect(calls).toHaveLength(1);
});

test('other keys do not join a call that is for one alone, but who wants more of that one does', async () => {
  const { lookups, calls, sent } = startLookups({ held: true });
  const rows = [lookups.load('a', fields('x'), {})];
  await pass(0);
  expect(calls).toMatchObject([{ mayGrow: false, sent: undefined }]);
  rows.push(lookups.load('b', fields('x'), {}), lookups.load('a', fields('y'), {}));
  await pass(5);
  for (const call of calls) call.send();
  await pass(0);
  expect((await Promise.all(rows)).map((row) => row?.key)).toEqual(['a', 'b', 'a']);
  expect(sent()).toEqual([['a'], ['b']]);
});

test('a call that was sent is joined by who wants no more of its rows, and by nobody else', async () => {
  const { lookups, calls, sent } = startLookups({ silent: true });
  void lookups.load('a', fields('x', 'y'), {});
  await pass(0);
  const same = lookups.load('a', fields('x'), {});
  void lookups.load('a', fields('z'), {});
  void lookups.load('b', fields('x'), {});
  await pass(5);
  expect(sent()).toEqual([['a'], ['a', 'b']]);
  calls[0]?.answer();
  await pass(0);
  expect(await same).toEqual({ key: 'a', projection: fields('x', 'y') });
});

test('a call that fails fails those alone whose keys it has', async () => {
  const { lookups, calls } = startLookups({ silent: true, mostKeys: 2 });
  const rows = ['a', 'b', 'c'].map((key) => lookups.load(key, ALL, {}));
  const failures = rows.slice(0, 2).map(failureOf);
  await pass(5);
  const error = new Error('failed');
  calls[0]?.fail(error);
  calls[1]?.answer();
  await pass(0);
  expect(await Promise.all(failures)).toEqual([error, error]);
  expect((await rows[2])?.key).toBe('c');
});

test('who waits never waits for a call that nobody waits for, unless it has been sent', async () => {
  const { lookups, calls, sent } = startLookups({ held: true, silent: true });
  void lookups.load('a', ALL, { priority: 'background' });
  await pass(0);
  void lookups.load('a', ALL, {});
  await pass(5);
  expect(calls).toHaveLength(2);
  for (const call of calls) call.send();
  await pass(0);
  expect(sent()).toEqual([['a'], ['a']]);

  void lookups.load('b', ALL, { priority: 'background' });
  await pass(5);
  calls[2]?.send();
  await pass(0);
  void lookups.load('b', ALL, {});
  await pass(5);
  expect(calls).toHaveLength(3);
});

test('a call that all have left before it was sent is not made, and is in nobody’s way', async () => {
  const { lookups, calls, sent } = startLookups();
  const leaving = new AbortController();
  const left = failureOf(lookups.load('a', ALL, { signal: leaving.signal }));
  leaving.abort(new Error('left'));
  expect(await left).toEqual(new Error('left'));
  const row = lookups.load('a', ALL, {});
  await pass(5);
  expect(sent()).toEqual([['a']]);
  expect(calls).toHaveLength(1);
  expect((await row)?.key).toBe('a');
});

test('nor does one that all have left keep a stale row from being read anew', async () => {
  const { lookups, sent } = startLookups({ cached: true });
  await Promise.all([lookups.load('a', fields('x'), {}), pass(0)]);
  const leaving = new AbortController();
  const left = failureOf(lookups.load('a', fields('y'), { signal: leaving.signal }));
  await pass(0);
  leaving.abort(new Error('left'));
  await left;
  await pass(10_000);
  expect(sent()).toEqual([['a']]);

  expect(await lookups.load('a', fields('x'), {})).toEqual({ key: 'a', projection: fields('x') });
  await pass(5);
  expect(sent()).toEqual([['a'], ['a']]);
});

test('behind a write, calls that were sent before it are joined by nobody, those still to be sent are', async () => {
  const { lookups, calls, sent } = startLookups({ held: true, silent: true });
  for (const key of ['a', 'b']) void lookups.load(key, ALL, {});
  await pass(0);
  lookups.leaveBehind(['row/a']);
  void lookups.load('a', ALL, {});
  await pass(5);
  expect(calls).toHaveLength(1);

  calls[0]?.send();
  await pass(0);
  lookups.leaveBehind(['row/a']);
  void lookups.load('a', ALL, {});
  void lookups.load('b', ALL, {});
  await pass(5);
  calls[1]?.send();
  await pass(0);
  expect(sent()).toEqual([['a', 'b'], ['a']]);
});

test('what was found is kept, and also that nothing was; a stale row is read anew behind its answer', async () => {
  const { lookups, sent } = startLookups({ cached: true });
  const load = (key: string) => lookups.load(key, ALL, {});
  const first = Promise.all([load('a'), load('none')]);
  await pass(9_999);
  await first;
  expect(await Promise.all([load('a'), load('none')])).toEqual([{ key: 'a', projection: ALL }, null]);
  expect(sent()).toHaveLength(1);

  await pass(1);
  expect(await load('a')).toEqual({ key: 'a', projection: ALL });
  await pass(5);
  expect(sent()).toEqual([['a', 'none'], ['a']]);
});

test('a call that ends while the cache is still asked for another key has brought its row all the same', async () => {
  const known = Promise.withResolvers<void>();
  const { lookups, calls, sent } = startLookups({ silent: true, cached: true, known: known.promise });
  void lookups.load('a', ALL, {});
  await pass(0);
  const rows = lookups.loadAll(['a', 'slow'], ALL);
  calls[0]?.answer();
  await pass(20);
  known.resolve();
  await pass(0);
  calls[1]?.answer();
  expect(await rows).toMatchObject([{ key: 'a' }, { key: 'slow' }]);
  expect(sent()).toEqual([['a'], ['slow']]);
});
